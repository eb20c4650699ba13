"""What a batch would cost, before anything is bought: the first rows rated one by one, the rest estimated."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from agent.errors import ShipchatError, from_reply, is_refusal
from agent.mapping import render
from agent.planning.quoting import Quote, estimate, quote
from agent.tool_caller import ToolCaller

PREVIEW_ROWS = 20
CONCURRENCY = 4
COUNTED = "USD"
"""What a basic preview counts in: it knows no settings."""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row as it would ship; 0 cents with a warning where no price could be had."""

    row_number: int
    recipient_name: str
    city_state: str
    service: str
    estimated_cost_cents: int
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BatchPreview:
    """The first rows in detail and an estimate of the whole; rows whose price failed are left out of the average."""

    job_id: str
    total_rows: int
    preview_rows: list[PreviewRow]
    additional_rows: int
    total_estimated_cost_cents: int
    rows_with_warnings: int


class PreviewGenerator:
    """`data_mcp_call` and `ups_mcp_call` are `async (tool_name, arguments) -> dict`."""

    def __init__(self, data_mcp_call: ToolCaller, ups_mcp_call: ToolCaller) -> None:
        self._data = data_mcp_call
        self._ups = ups_mcp_call

    async def generate_preview(
        self,
        job_id: str,
        filter_clause: str,
        mapping_template: str | dict[str, Any] | None = None,
        shipper_info: dict[str, Any] | None = None,
    ) -> BatchPreview:
        """Rate the first 20 rows that the clause selects.

        Raises:
            ShipchatError: what the data server refused.
        """
        arguments = {"where_clause": filter_clause, "limit": PREVIEW_ROWS, "offset": 0}
        reply = await self._data("get_rows_by_filter", arguments)
        if is_refusal(reply):
            raise from_reply(reply)
        rows = reply.get("rows") or []
        total = int(reply.get("total_count", len(rows)))
        shown = rows[:PREVIEW_ROWS]
        slots = asyncio.Semaphore(CONCURRENCY)

        async def rated(row: dict[str, Any]) -> tuple[PreviewRow, Quote]:
            async with slots:
                return await self._rated(row, mapping_template, shipper_info or {})

        lines = list(await asyncio.gather(*(rated(row) for row in shown)))
        return BatchPreview(
            job_id=job_id,
            total_rows=total,
            preview_rows=[line for line, _quote in lines],
            additional_rows=max(0, total - len(shown)),
            total_estimated_cost_cents=estimate([quote for _line, quote in lines], total),
            rows_with_warnings=sum(bool(line.warnings) for line, _quote in lines),
        )

    async def _rated(self, row: dict[str, Any], template: Any, shipper: dict[str, Any]) -> tuple[PreviewRow, Quote]:
        data = row.get("data", row)
        payload: dict[str, Any] = {}
        try:
            payload = render(template, data, shipper)
            price = await quote(
                self._ups, str(shipper.get("environment", "simulator")), payload, COUNTED, unsaid=COUNTED
            )
        except ShipchatError as refusal:
            price = Quote(None, refusal.message, refusal.code)
        except Exception as fault:  # noqa: BLE001 - a price that cannot be had is a warning on its row
            price = Quote(None, str(fault) or type(fault).__name__)
        warnings = [f"no price: {price.problem}"] if price.cents is None else []
        line = PreviewRow(
            row_number=int(row.get("row_number", 0)),
            recipient_name=_text(payload, data, "name", "recipient_name", "recipient"),
            city_state=_place(payload, data),
            service=_service(payload, data),
            estimated_cost_cents=price.cents or 0,
            warnings=warnings,
        )
        return line, price


def _lowered(value: Any) -> dict[str, Any]:
    """Keys without case and `_`, so that `ship_to`, `shipTo` and `ShipTo` are one."""
    return (
        {str(key).replace("_", "").casefold(): item for key, item in value.items()} if isinstance(value, dict) else {}
    )


def _text(payload: dict[str, Any], data: dict[str, Any], *names: str) -> str:
    recipient = _lowered(_lowered(payload).get("shipto"))
    columns = _lowered(data)
    found = recipient.get("name") or next((columns[n] for n in map(_plain, names) if columns.get(n)), "")
    return str(found)


def _place(payload: dict[str, Any], data: dict[str, Any]) -> str:
    address = _lowered(_lowered(_lowered(payload).get("shipto")).get("address"))
    columns = _lowered(data)
    city = address.get("city") or columns.get("city") or ""
    state = address.get("state") or address.get("stateprovincecode") or columns.get("state") or ""
    return ", ".join(str(part) for part in (city, state) if part)


def _service(payload: dict[str, Any], data: dict[str, Any]) -> str:
    fields = _lowered(payload)
    service = fields.get("servicecode") or fields.get("service") or _lowered(data).get("service") or ""
    return str(_lowered(service).get("code", "") if isinstance(service, dict) else service)


def _plain(name: str) -> str:
    return name.replace("_", "").casefold()
