"""A carrier with records of its own, behind the seam at which the agent calls the UPS server.

It is deliberately naive: it makes a label for every request that reaches it, so that only the agent's own care keeps
the records clean. `spool` is what the UPS server has on disk before it answers; it survives the agent's crashes.
"""

import hashlib
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.ledger.place import Place
from tests.ledgers import asked

NOT_DONE = {
    "refused": {"code": "E-3001", "message": "bad ZIP", "outcome": "not_done", "http_status": 400},
    "throttled": {"code": "E-3004", "message": "429", "outcome": "not_done", "http_status": 429, "retry_after_s": 0.0},
    "unreached": {"code": "E-3003", "message": "no connection", "outcome": "not_done", "retryable": True},
    "expired": {"code": "E-5003", "message": "token", "outcome": "not_done", "http_status": 401},
    "wrong_key": {"code": "E-5002", "message": "10400", "outcome": "not_done", "http_status": 400},
    "blocked": {"code": "E-3005", "message": "403", "outcome": "not_done", "http_status": 403},
}
"""Certain refusals: nothing is made."""
LOST = ("lost_before", "lost_after", "lost_after_spool", "unknown_before", "unknown_after", "no_number", "hidden")
"""Nobody knows: some made a label, some did not."""
ODD = ("dear", "no_label", "bad_label")
"""Made and answered, with something wrong."""
ONE_NUMBER_LESS, ONE_NUMBER_MORE = "one_number_less", "one_number_more"
UNFIT = (
    "swapped",
    "another_reference",
    "number_of_nobody",
    "wrong_check_digit",
    ONE_NUMBER_LESS,
    ONE_NUMBER_MORE,
    "negative_charge",
    "charge_not_a_number",
    "charge_with_separators",
    "other_currency",
)
"""Made and answered with what does not fit the request: no evidence for it (docs/money.md)."""
FAULTS = (*NOT_DONE, *LOST, *ODD)


def check_digit(body: str) -> int:
    """UPS's: of the 15 characters after `1Z`, letters as (code - 63) % 10, every second one twice."""
    values = [int(one) if one.isdigit() else (ord(one) - 63) % 10 for one in body]
    return -(sum(values[0::2]) + 2 * sum(values[1::2])) % 10


def tracking_number(serial: int, shipper: str = "SIMSIM") -> str:
    """A number as UPS would give it to the practice account, or to another shipper."""
    body = f"{shipper}03{serial:07d}"
    return f"1Z{body}{check_digit(body)}"


@dataclass(slots=True)
class Label:
    """One line of the records."""

    reference: str
    tracking_number: str
    order: str
    charge_cents: int
    postal_code: str
    country_code: str
    created_on: str
    payload: dict[str, Any]
    voided: bool = False
    visible: bool = True
    """Whether a search by reference finds it (yet)."""
    more_numbers: tuple[str, ...] = ()
    """Those of the second package and the ones after it."""

    @property
    def numbers(self) -> list[str]:
        """One a package."""
        return [self.tracking_number, *self.more_numbers]


@dataclass(slots=True)
class Carrier:
    """Call it like the UPS server."""

    labels_folder: Path
    ledger_place: Place
    records: list[Label] = field(default_factory=list)
    spool: MutableMapping[str, dict[str, Any]] = field(default_factory=dict)
    faults: "Callable[[str], str | None]" = lambda _reference: None
    violations: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    searches: int = 0
    skip_spool: bool = False
    otherwise: dict[str, Any] = field(default_factory=dict)
    """What its look-ups tell differently from what is so."""
    strangers: list[Label] = field(default_factory=list)
    """Shipments of the same account that this ledger has nothing to do with."""
    serial: int = 0

    async def __call__(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return getattr(self, tool)(arguments)  # type: ignore[no-any-return]

    def service_list(self, _arguments: dict[str, Any]) -> dict[str, Any]:
        return {"services": []}

    def rating_quote(self, _arguments: dict[str, Any]) -> dict[str, Any]:
        return {"totalCharges": {"amount": "10.00", "currencyCode": "USD"}}

    def shipping_create(self, arguments: dict[str, Any]) -> dict[str, Any]:
        reference, payload = arguments["reference"], arguments["shipment"]
        self._expect_durable_intent(reference)
        self.requests.append(reference)
        fault = self.faults(reference)
        if fault in NOT_DONE:
            return {"isError": True, **NOT_DONE[fault]}
        if fault == "lost_before":
            raise ConnectionResetError("pipe closed")
        if fault == "unknown_before":
            return {"isError": True, "code": "E-3102", "message": "500", "outcome": "unknown"}
        cents = {"dear": 5000, "dearer": 1100}.get(fault or "", 1000)
        answer = self._make(reference, payload, cents, label=fault not in {"no_label", "bad_label"})
        if fault == "hidden":
            self.records[-1].visible = False
        if fault in UNFIT:
            answer = self._unfit(fault, answer)
        if fault in {"lost_after_spool", None, *ODD, *UNFIT, "hidden", "dearer"}:
            self.spool[reference] = answer
        if fault in {"lost_after", "lost_after_spool", "hidden"}:
            raise ConnectionResetError("pipe closed")
        if fault == "unknown_after":
            return {"isError": True, "code": "E-3102", "message": "truncated", "outcome": "unknown"}
        if fault == "no_number":
            return {"outcome": "done", "trackingNumbers": []}
        return answer

    def _make(self, reference: str, payload: dict[str, Any], cents: int, *, label: bool) -> dict[str, Any]:
        address = payload["ship_to"]["address"]
        numbers = [self._next_number() for _ in payload["packages"]]
        today = datetime.now(UTC).strftime("%Y%m%d")
        order = payload.get("customer_reference") or ""
        place = (address.get("postal_code") or "", address["country_code"])
        made = Label(reference, numbers[0], order, cents, *place, today, payload, more_numbers=tuple(numbers[1:]))
        self.records.append(made)
        labels = [self._label(reference, number, at) if label else (None, None) for at, number in enumerate(numbers, 1)]
        return {
            "outcome": "done",
            "customerContext": reference,
            "trackingNumbers": numbers,
            "labelPaths": [path for path, _ in labels],
            "labelSha256s": [sha256 for _, sha256 in labels],
            "totalCharges": {"monetaryValue": f"{cents / 100:.2f}", "currencyCode": "USD"},
            "shipmentIdentificationNumber": numbers[0],
        }

    def _next_number(self) -> str:
        self.serial += 1
        return tracking_number(self.serial)

    def _unfit(self, fault: str, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer, with one thing in it that cannot be about this request."""
        numbers, money = list(answer["trackingNumbers"]), dict(answer["totalCharges"])
        others = [label for label in self.records[:-1] if len(label.numbers) == len(numbers)]
        if fault == "swapped" and others:
            numbers = others[-1].numbers
        elif fault == "another_reference" and others:
            numbers, answer = others[-1].numbers, answer | {"customerContext": others[-1].reference}
        elif fault == "number_of_nobody":
            numbers[-1] = "12345"
        elif fault == "wrong_check_digit":
            numbers[-1] = numbers[-1][:-1] + str((int(numbers[-1][-1]) + 5) % 10)
        elif fault == ONE_NUMBER_LESS:
            numbers.pop()
        elif fault == ONE_NUMBER_MORE:
            numbers.append(tracking_number(9_999_999))
        elif fault == "negative_charge":
            money["monetaryValue"] = "-5000.00"
        elif fault == "charge_not_a_number":
            money["monetaryValue"] = "NaN"
        elif fault == "charge_with_separators":
            money["monetaryValue"] = "1,010.00"
        elif fault == "other_currency":
            money["currencyCode"] = "CAD"
        named = numbers[0] if numbers else answer["shipmentIdentificationNumber"]
        return answer | {
            "trackingNumbers": numbers,
            "totalCharges": money,
            "shipmentIdentificationNumber": named,
        }

    def _label(self, reference: str, number: str, package: int = 1) -> tuple[str, str]:
        path, content = self.labels_folder / f"{reference}-{package}.zpl", f"^XA{number}^XZ".encode()
        path.write_bytes(content)
        return str(path), hashlib.sha256(content).hexdigest()

    def _expect_durable_intent(self, reference: str) -> None:
        """I4: another connection must see the intent, or it is not committed."""
        found = asked(
            self.ledger_place, "SELECT state FROM shipments WHERE reference = :reference", reference=reference
        )
        state = found[0][0] if found else None
        if state != "submitting":
            self.violations.append(f"I4 {reference} was sent without a durable intent ({state})")

    def shipping_find(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self.searches += 1
        reference, numbers = arguments["reference"], arguments.get("tracking_numbers")
        if numbers:
            return self._by_number(numbers)
        if reference in self.spool and not (self.skip_spool or arguments.get("past_spool")):
            found = [label for label in self.records if label.reference == reference]
            return self._found(found, self.spool[reference], "spool")
        # Both reference slots can be searched: ours and the customer's order number.
        found = [label for label in self.records if reference in (label.reference, label.order) and label.visible]
        if not found:
            return {"status": "not_found", "reason": "UPS does not know it (yet)"}
        if len(found) > 1:
            return {"status": "unknown", "reason": "several shipments carry this reference"}
        return self._found(found, {}, "track")

    def _by_number(self, numbers: list[str]) -> dict[str, Any]:
        everything = [*self.records, *self.strangers]
        owners = {id(label): label for label in everything if set(numbers) & set(label.numbers)}
        if not owners or not set(numbers) <= {one for label in owners.values() for one in label.numbers}:
            return {"status": "not_found", "reason": "UPS does not know them (yet)"}
        if len(owners) > 1:
            return {"status": "unknown", "reason": "these numbers belong to different shipments"}
        return self._found(list(owners.values()), {"trackingNumbers": numbers}, "track")

    def _found(self, found: list[Label], answer: dict[str, Any], source: str) -> dict[str, Any]:
        first = found[0]
        shipment = {
            "trackingNumbers": answer.get("trackingNumbers", first.numbers),
            "shipmentIdentificationNumber": first.tracking_number,
            "labelPaths": answer.get("labelPaths", []),
            "labelSha256s": answer.get("labelSha256s", []),
            "totalCharges": answer.get("totalCharges"),
            "postal_code": first.postal_code,
            "country_code": first.country_code,
            "created_on": first.created_on,
            "voided": first.voided,
            "package_count": len(first.numbers),
            "source": source,
        }
        if source == "spool":
            shipment |= {"customerContext": answer.get("customerContext")}
        else:
            shipment |= {"references": [one for one in (first.order, first.reference) if one]}
        return {"status": "found", "reason": source, "shipment": shipment | answer.get("found", {}) | self.otherwise}

    def label_recover(self, arguments: dict[str, Any]) -> dict[str, Any]:
        package = arguments.get("package_number") or 1
        path, sha256 = self._label(arguments["reference"], arguments["tracking_number"], package)
        return {"trackingNumbers": [arguments["tracking_number"]], "labelPaths": [path], "labelSha256s": [sha256]}

    def shipping_void(self, arguments: dict[str, Any]) -> dict[str, Any]:
        number = arguments["shipment_identification_number"]
        for label in [*self.records, *self.strangers]:
            if label.tracking_number == number:
                label.voided = True
        return {"outcome": "done", "shipmentIdentificationNumber": number, "voided": [number], "not_voided": []}

    def open_labels(self) -> list[Label]:
        return [label for label in self.records if not label.voided]


@dataclass(slots=True)
class Sheet:
    """Call it like the data server: the cells that were written, and nothing else. It can be read by row number."""

    cells: dict[int, str] = field(default_factory=dict)
    failing: bool = False
    unreadable: bool = False
    """Nothing is told of its cells: what its numbers say keeps no row back."""
    written: list[int] = field(default_factory=list)
    beside: set[int] = field(default_factory=set)
    """Rows that cannot be found any more: their results go into a file beside it."""
    unknown: set[int] = field(default_factory=set)
    """Rows that it never had."""
    sent: list[int] = field(default_factory=list)

    async def __call__(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "lock_source":
            return {"locked": True}
        if tool == "read_results":
            if self.unreadable:
                return {"isError": True, "code": "E-4011", "message": "away", "retryable": True}
            cells = [(row["row_number"], self.cells.get(row["row_number"], "")) for row in arguments["rows"]]
            results = [{"row_number": n, "found": n not in self.unknown, "tracking_number": text} for n, text in cells]
            return {"results": results}
        if tool == "import_csv":
            return {"managed_columns": {"tracking_number": "number"}, "results": {"left_clause": "number IS NULL"}}
        if tool == "get_rows_by_filter":
            cells = [{"row_number": n, "data": {"number": text}, "checksum": ""} for n, text in self.cells.items()]
            return {"rows": cells, "total_count": len(cells)}
        if self.failing:
            return {"isError": True, "code": "E-4010", "message": "locked", "retryable": True}
        rows = arguments["rows"] if tool == "write_back_many" else [arguments]
        results = [self._result(row) for row in rows]
        if tool == "write_back" and results[0]["outcome"] == "not_found":
            return {"isError": True, "code": "E-1009", "message": "There is no such row.", "retryable": False}
        return results[0] if tool == "write_back" else {"results": results}

    def _result(self, row: dict[str, Any]) -> dict[str, Any]:
        number = row["row_number"]
        self.sent.append(number)
        if number in self.unknown:
            return {"row_number": number, "success": False, "where": "nowhere", "outcome": "not_found"}
        if number in self.beside:
            path = {"sidecar_path": "/tmp/sheet.tracking.csv"}
            return {"row_number": number, "success": False, "where": "sidecar", "outcome": "sidecar", **path}
        self._write(row)
        return {"row_number": number, "success": True, "where": "sheet", "outcome": "written"}

    def _write(self, row: dict[str, Any]) -> None:
        number = row["row_number"]
        if row["tracking_number"]:
            self.cells[number] = row["tracking_number"]
        elif self.cells.get(number) == row.get("expected"):
            self.cells.pop(number, None)
        self.written.append(number)
