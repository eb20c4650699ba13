"""The labels of a job, as the ledger knows them: path and hash of every package, and what its plan says of it."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from agent.batch.executor.queries import job_of
from agent.labels.label import Label
from agent.ledger.tables import JobRow, Package, Shipment, table_of
from agent.shipping.documents import has_own_invoice

ROWS, SHIPMENTS, PACKAGES = table_of(JobRow), table_of(Shipment), table_of(Package)


GOOD = ("completed",)
WITH_VOID = ("completed", "voiding", "voided")
"""Only for whoever asks for it: a label that is void, or may be, must not go on a parcel."""


def labels_of(
    connection: Connection, job_id: str, sheet_rows: list[int] | None, states: tuple[str, ...] = GOOD
) -> list[Label]:
    """Labels of completed shipments in row order; only of shipments with one of the given sheet rows, if any are given.

    A file on disk is not a reason to print: labels of shipments that are void, in doubt, failed or closed are left out.

    Raises:
        ShipchatError: E-4205 when there is no such job.
    """
    job_of(connection, job_id)
    wanted = None if sheet_rows is None else set(sheet_rows)
    rows_of = _sheet_rows(connection, job_id)
    query = (
        select(PACKAGES, SHIPMENTS.c.planned, SHIPMENTS.c.reference, SHIPMENTS.c.charge_cents)
        .join(SHIPMENTS, SHIPMENTS.c.id == PACKAGES.c.shipment_id)
        .where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.state.in_(states), PACKAGES.c.label_path.is_not(None))
        .order_by(SHIPMENTS.c.primary_row, SHIPMENTS.c.id, PACKAGES.c.position)
    )
    return [
        _label(package, rows[0])
        for package in connection.execute(query)
        if (rows := rows_of.get(package.shipment_id)) and (wanted is None or wanted & set(rows))
    ]


def left_out(
    connection: Connection, job_id: str, sheet_rows: list[int] | None, states: tuple[str, ...] = GOOD
) -> dict[str, list[int]]:
    """By state, the sheet rows that were asked for and whose labels are not printed."""
    wanted = None if sheet_rows is None else set(sheet_rows)
    found: dict[str, list[int]] = {}
    query = select(ROWS).where(ROWS.c.job_id == job_id, ROWS.c.status.not_in(states)).order_by(ROWS.c.row_number)
    for row in connection.execute(query):
        sheet_row = row.sheet_row or row.row_number
        if wanted is None or sheet_row in wanted:
            found.setdefault(row.status, []).append(sheet_row)
    return found


def without_spoilt(connection: Connection, labels: list[Label], states: tuple[str, ...]) -> list[Label]:
    """Without those whose shipment has left these states: somebody may have voided one since they were read."""
    references = sorted({reference_of(label) for label in labels})
    query = select(SHIPMENTS.c.reference).where(SHIPMENTS.c.state.not_in(states))
    spoilt: set[str] = set()
    for start in range(0, len(references), 500):
        part = references[start : start + 500]
        spoilt |= set(connection.scalars(query.where(SHIPMENTS.c.reference.in_(part))))
    return [label for label in labels if reference_of(label) not in spoilt]


def reference_of(label: Label) -> str:
    """Of its shipment; the label's key is that and the number of the package."""
    return label.key.rpartition("-")[0]


def _sheet_rows(connection: Connection, job_id: str) -> dict[int, list[int]]:
    """By shipment, its sheet rows in order: the first one leads."""
    found: dict[int, list[int]] = {}
    query = select(ROWS).where(ROWS.c.job_id == job_id, ROWS.c.shipment_id.is_not(None)).order_by(ROWS.c.row_number)
    for row in connection.execute(query):
        found.setdefault(row.shipment_id, []).append(row.sheet_row or row.row_number)
    return found


def _label(package: Any, sheet_row: int) -> Label:
    planned = json.loads(package.planned) if package.planned else None
    columns = {"tracking": package.tracking_number, "cost": str(package.charge_cents or 0)}
    columns |= _planned_columns(planned, package.position) if planned else {}
    return Label(
        sheet_row=sheet_row,
        tracking_number=package.tracking_number,
        path=Path(package.label_path),
        sha256=package.label_sha256 or "",
        key=f"{package.reference}-{package.position + 1}",
        columns={name: text for name, text in columns.items() if text},
        invoiced=_has_invoice(planned) if planned else False,
    )


def _has_invoice(planned: dict[str, Any]) -> bool:
    """Whether UPS made one. The value of goods goes to Puerto Rico too, an invoice does not: no customs is on the way;
    and where the shipper's own went along, UPS makes none."""
    payload = planned["payload"]
    if "international" not in payload or has_own_invoice(planned.get("documents", ())):
        return False
    start = (payload.get("ship_from") or payload["shipper"])["address"]["country_code"]
    end = payload["ship_to"]["address"]["country_code"]
    return start != end and {start, end} != {"US", "PR"}


def _planned_columns(planned: dict[str, Any], position: int) -> dict[str, str]:
    """What the plan keeps of a row: the request, not the sheet's cells."""
    payload = planned.get("payload") or {}
    ship_to = payload.get("ship_to") or {}
    address = ship_to.get("address") or {}
    packages = payload.get("packages") or []
    package = packages[position] if position < len(packages) else {}
    weight = package.get("weight") or {}
    columns = {
        "order": planned.get("order_number"),
        "recipient": planned.get("recipient"),
        "attention": ship_to.get("attention_name"),
        "street": " ".join(address.get("lines") or []),
        "city": address.get("city"),
        "state": address.get("state"),
        "zip": address.get("postal_code"),
        "country": address.get("country_code"),
        "service": planned.get("service_code"),
        "weight": f"{weight.get('value', '')} {weight.get('unit', '')}",
        "description": payload.get("description"),
    }
    return {name: str(value).strip() for name, value in columns.items() if value}
