"""Rows to a shipment: every rule applied, every finding kept, the payload validated against the published schema."""

from dataclasses import InitVar, dataclass, field, replace
from datetime import date
from typing import Any

from agent.mapping import faults as mapping_faults
from agent.mapping.access_points import add_access_point
from agent.mapping.answers import SAID, Answers
from agent.mapping.billing import add_billing
from agent.mapping.cell_checks import with_settled_cells
from agent.mapping.checked_recipient import with_check
from agent.mapping.documents import read_documents
from agent.mapping.eu_customs import add_eu_facts, enters_eu
from agent.mapping.instructions import read_instructions
from agent.mapping.international import contents, crosses_border, needs_invoice, read_invoice
from agent.mapping.notices import add_notices
from agent.mapping.order_keys import order_number_of
from agent.mapping.packages import read_joint_packages, read_packages
from agent.mapping.parcel_options import add_options
from agent.mapping.recipient import Recipient, read_recipient
from agent.mapping.references import add_references
from agent.mapping.returns import RETURNS, turn_round
from agent.mapping.row import Findings, RowReader, from_answer
from agent.mapping.ship_from import Places, read_ship_from
from agent.mapping.supplies import NO_SUPPLIES, Supplies
from agent.mapping.template import Mapping, Rendered, compile_mapping
from agent.mapping.validation import PayloadValidator
from agent.planning.identity import as_written
from agent.planning.model import SheetRow
from agent.sheet.readiness import is_ambiguous_day
from agent.shipping import faults
from agent.shipping.access_points import AccessPoint, KnownPoints, WantedPoint
from agent.shipping.addresses import check_reach
from agent.shipping.checked_addresses import CheckedAddresses
from agent.shipping.dates import (
    PAST_SHIP_DATE,
    SHIP_DAYS_AHEAD,
    ask_past,
    is_too_early,
    read_date,
    read_day_first,
    read_past,
    ship_day,
)
from agent.shipping.orders import SEVERAL_PARCELS
from agent.shipping.services import (
    DOMESTIC,
    GROUND_SAVER,
    check_lane,
    offering,
    read_chosen,
    read_service,
    service_label,
    services_to,
)
from agent.shipping.text import is_blank
from agent.shipping.verdict import Ask, Changed, Ok, Reject, reject

NEXT_DAY_EARLY = "14"


@dataclass(frozen=True, slots=True)
class BuiltShipment:
    """One shipment to be, with all that was found. It can be sent only with a payload and nothing open."""

    rows: tuple[SheetRow, ...]
    payload: dict[str, Any] | None
    """The `shipment` argument of `shipping_create`; None while something is asked or rejected."""
    order_number: str | None
    recipient: str
    city_state: str
    service_code: str | None
    warnings: tuple[str, ...]
    changes: tuple[Changed[Any], ...]
    asks: tuple[Ask, ...]
    rejections: tuple[Reject, ...]
    left_out: str = ""
    """Why it stays without being faulty (its day has not come); then nothing else about it matters."""
    identity: str = ""
    """Order number, or digest of what is sent, with a count (docs/money.md); set by `ShipmentBuilder.build_all`."""
    rendered: dict[str, Any] = field(default_factory=dict)
    """The payload as far as it could be read, with the sheet's own address, whatever stands against it: for comparing,
    never for sending."""
    written_address: dict[str, Any] | None = None
    """The sheet's own address where the payload has UPS's correction."""
    unknown_key: str | None = None
    """Of an address that UPS does not know and that nobody said to ship to."""
    documents: tuple[dict[str, Any], ...] = ()
    """Files that go to UPS for customs before the shipment is made (`agent.mapping.documents`)."""
    home_open: bool = False
    """Whether nobody has said if it goes to a home, where UPS could."""
    point: AccessPoint | WantedPoint | None = None
    """The Access Point that keeps it, or the one that UPS has still to be asked for: then there is no payload."""


@dataclass
class OneShipment:
    """Builds single shipments by one mapping and one set of answers; the arguments are `ShipmentBuilder`'s."""

    mapping: Mapping
    shipper: InitVar[dict[str, Any]]
    schema: InitVar[dict[str, Any]]
    answers: Answers
    today: date
    addresses: CheckedAddresses
    supplies: Supplies = NO_SUPPLIES
    places: Places = field(default_factory=dict)
    points: KnownPoints = field(default_factory=dict)
    rounded: frozenset[str] = frozenset()
    """Order numbers of the sheet that lost digits without showing it."""

    def __post_init__(self, shipper: dict[str, Any], schema: dict[str, Any]) -> None:
        self.answers = Answers({**Answers.of(saved=self.mapping.constants).given, **self.answers.given})
        self.day_first = read_day_first(self.answers.text("day_first"))
        self._compiled = compile_mapping(self.mapping)
        self.columns_read = {column for columns in self._compiled.columns.values() for column in columns}
        self._cells = self.answers.cells()
        self._shipper = _without_blanks(shipper)
        self._home = str(shipper["address"]["country_code"])
        self._validator = PayloadValidator(schema)

    def render(self, row: SheetRow) -> Rendered:
        """The texts of a row by field; what a person gave for one of its cells goes before the cell."""
        rendered = self._compiled.render(row.data)
        given = self._cells.get(row.sheet_row)
        if not given:
            return rendered
        faults = {name: fault for name, fault in rendered.faults.items() if name not in given}
        return Rendered(rendered.texts | given, faults)

    def recipient_of(self, row: SheetRow) -> Recipient | None:
        """Who gets a row, as its cells say it; None while a question or a fault stands against where it goes."""
        findings = Findings()
        reader = self._reader(row, self.render(row.filled), findings)
        return read_recipient(reader, phone_needed=False)

    def build(
        self, rows: list[SheetRow], service_code: str | None = None, rendered: list[Rendered] | None = None
    ) -> BuiltShipment:
        """One shipment of one row, or of the rows of one order. A `service_code` that the person named goes first."""
        findings = Findings()
        texts = rendered or [self.render(row) for row in rows]
        readers = [self._reader(row, text, findings) for row, text in zip(rows, texts, strict=True)]
        lead = readers[0]
        for reader in readers:
            self._note_given(reader)
        returns, point = self.answers.text(RETURNS), None
        asked = read_instructions(readers, str(self._shipper.get("account_number", "")))
        number = order_number_of(lead.text("order_number"), lead.row.filled.data, self.answers, self.rounded)
        order = lead.take(number, "order_number") or None
        # Which service it is may depend on the country, and whether a phone is needed on the service.
        to = with_check(lead, read_recipient(lead, phone_needed=self._early(lead, service_code)), self.addresses)
        recipient = to.recipient
        service = self._service(lead, service_code, recipient)
        payload = self._payload(readers, order, recipient, service, returned=returns is not None)
        add_references(readers, payload, recipient.country if recipient else self._home)
        if returns is not None:
            payload = turn_round(readers, payload, asked, self._home, returns)
        else:
            start = read_ship_from(readers, self.places, self._shipper)
            payload |= {"ship_from": start} if start else {}
            day = payload.get("shipment_date")
            add_options(lead, asked, payload, date.fromisoformat(day) if day else self.today)
            add_notices(lead, asked, payload)
            point = add_access_point(lead, asked, payload, self.points)
        service = payload["service_code"]
        documents: tuple[dict[str, Any], ...] = ()
        if returns is None and recipient is not None:
            documents = read_documents(readers, abroad=crosses_border(self._home, recipient.country))
        stopped = findings.asks or findings.rejections or findings.left_out or isinstance(point, WantedPoint)
        complete = not stopped and self._valid(payload, lead)
        return BuiltShipment(
            rows=tuple(rows),
            payload=payload if complete else None,
            order_number=order,
            recipient=recipient.shown_name if recipient else "",
            city_state=recipient.city_state if recipient else "",
            service_code=service,
            warnings=tuple(findings.warnings),
            changes=tuple(findings.changes),
            asks=tuple(findings.asks),
            rejections=tuple(findings.rejections),
            left_out=findings.left_out,
            rendered=as_written(payload, to.written_address),
            written_address=to.written_address,
            unknown_key=to.unknown_key,
            documents=documents,
            home_open=to.home_open and returns is None and "access_point" not in payload,
            point=point,
        )

    def _reader(self, row: SheetRow, rendered: Rendered, findings: Findings) -> RowReader:
        return with_settled_cells(
            RowReader(row, self._compiled, self.answers, findings, rendered, self._home, self.supplies)
        )

    def _note_given(self, reader: RowReader) -> None:
        for name, text in self._cells.get(reader.row.sheet_row, {}).items():
            before = self._compiled.render(reader.row.data).texts.get(name, "")
            reader.findings.take(Changed(text, before, text, SAID), reader.column(name))

    def _payload(
        self,
        readers: list[RowReader],
        order: str | None,
        recipient: Recipient | None,
        service: str | None,
        *,
        returned: bool = False,
    ) -> dict[str, Any]:
        lead = readers[0]
        packages = self._packages(readers, service)
        payload: dict[str, Any] = {
            "shipper": self._shipper,
            "ship_to": recipient.ship_to if recipient else {},
            "service_code": _by_weight(lead, service, packages),
            "packages": packages,
        }
        if order:
            payload["customer_reference"] = order[:35]
        if recipient:
            self._reach(lead, recipient, service)
        if returned:
            return payload
        if recipient:
            if needs_invoice(self._home, recipient.country):
                payload["description"] = contents(readers)
                payload["international"] = read_invoice(readers, order or "", recipient.country, self.today)
            if enters_eu(self._home, recipient.country):
                add_eu_facts(lead, recipient, payload)
            add_billing(readers, payload, recipient.country, str(self._shipper.get("account_number", "")))
            if crosses_border(self._home, recipient.country):
                payload["shipper"] = self._sender_abroad(lead)
        ship_date = self._ship_date(lead)
        if ship_date is not None and ship_date > self.today:
            payload["shipment_date"] = f"{ship_date:%Y%m%d}"
        return payload

    def _early(self, lead: RowReader, service_code: str | None) -> bool:
        if service_code is not None:
            return service_code == NEXT_DAY_EARLY
        verdict = read_service(lead.text("service") or self.answers.text("service"))
        return isinstance(verdict, Ok) and verdict.value == NEXT_DAY_EARLY

    def _service(self, lead: RowReader, service_code: str | None, recipient: Recipient | None) -> str | None:
        found = service_code or self._service_of_row(lead, recipient)
        if found is None:
            return None
        if recipient is not None:
            lead.findings.take(check_lane(found, self._home, recipient.country, recipient.state), "service")
        return found

    def _service_of_row(self, lead: RowReader, recipient: Recipient | None) -> str | None:
        text = lead.text("service")
        abroad = recipient is not None and crosses_border(self._home, recipient.country)
        reaching = services_to(self._home, [(recipient.country, recipient.state)] if recipient else [])
        verdict = read_service(text, abroad)
        if isinstance(verdict, Ask):
            verdict = offering(verdict, reaching)
        if isinstance(verdict, Ask) and (answer := lead.answered(verdict)):
            explained = read_chosen(answer.text, abroad)
            if isinstance(explained, Ok) and explained.value is not None:
                label = service_label(explained.value)
                return lead.take(from_answer(explained.value, answer, lead.column("service"), text, label), "service")
        if not isinstance(verdict, Ok) or verdict.value is not None:
            return lead.take(verdict, "service")
        default = lead.answers.get("service")
        if default is not None:
            chosen = read_service(default.text, abroad)
            if isinstance(chosen, Ok) and chosen.value is not None:
                label = service_label(chosen.value)
                chosen = from_answer(chosen.value, default, lead.column("service"), "", label)
            return lead.take(chosen, "service")
        offered = tuple(map(service_label, reaching or DOMESTIC))
        return lead.take(Ask("Which UPS service?", offered, "service", free_text=True), "service")

    def _packages(self, readers: list[RowReader], service: str | None) -> list[dict[str, Any]]:
        if len(readers) > 1 and self.answers.text("order_lines") != SEVERAL_PARCELS:
            return read_joint_packages(readers, service)
        return [package for reader in readers for package in read_packages(reader, service)]

    def _reach(self, lead: RowReader, recipient: Recipient, service: str | None) -> None:
        address = recipient.ship_to["address"]
        lines = tuple(address.get("lines", ()))
        lead.take(check_reach(lines, address.get("city", ""), recipient.state, service), "address1")

    def _sender_abroad(self, lead: RowReader) -> dict[str, Any]:
        """Customs wants somebody to call: a contact (the sender's own name will do) and a phone."""
        if "phone" not in self._shipper:
            lead.findings.take(reject(mapping_faults.SENDER_WITHOUT_PHONE), "shipper phone")
        return {"attention_name": self._shipper.get("name"), **self._shipper}

    def _ship_date(self, lead: RowReader) -> date | None:
        """The day to hand over, from today on; a day that is past is today, unless the order went on it."""
        text = lead.text("ship_date")
        if is_blank(text):
            return None
        epoch_1904 = self.answers.text("date_system") == "1904"
        verdict = read_date(text, day_first=self.day_first, today=self.today, epoch_1904=epoch_1904)
        day = lead.take(verdict, "ship_date")
        if day is None:
            return None
        column = lead.column("ship_date")
        if day < self.today and is_ambiguous_day(column):
            went = read_past(self.answers.text(PAST_SHIP_DATE))
            if went is None:
                lead.take(ask_past(column), "ship_date")
                return None
            if went:
                lead.findings.leave_out(f"shipped already ({column} is in the past)")
                return None
        if is_too_early(day, self.today):
            lead.findings.leave_out(f"not yet ({column} is more than {SHIP_DAYS_AHEAD} days ahead)")
            return None
        return lead.take(ship_day(day, self.today), "ship_date")

    def _valid(self, payload: dict[str, Any], lead: RowReader) -> bool:
        problems = self._validator.problems(payload)
        for problem in problems:
            fault = reject(
                mapping_faults.SCHEMA_BROKEN, problem=problem.path, expected=problem.expected, got=problem.got
            )
            fault = replace(fault, rule=problem.rule)
            lead.findings.take(fault, _column_of(problem.path, lead), problem.got)
        return not problems


_FIELD_OF_PATH = {
    "ship_to.name": "name",
    "ship_to.attention_name": "attention_name",
    "ship_to.phone": "phone",
    "ship_to.email": "email",
    "ship_to.address.lines": "address1",
    "ship_to.address.city": "city",
    "ship_to.address.state": "state",
    "ship_to.address.postal_code": "postal_code",
    "ship_to.address.country_code": "country",
    "customer_reference": "order_number",
    "service_code": "service",
    "ship_from": "ship_from",
}


def _by_weight(lead: RowReader, service: str | None, packages: list[dict[str, Any]]) -> str | None:
    """Ground Saver by its code for the weight; every other service as it is."""
    if service not in GROUND_SAVER or not any("weight" in package for package in packages):
        return service
    if len(packages) > 1:
        lead.take(reject(faults.GROUND_SAVER_PACKAGES, count=len(packages)), "packages")
        return service
    under, above = GROUND_SAVER
    fitting = under if packages[0]["weight"]["unit"] == "OZS" else above
    if fitting != service:
        change = Changed(fitting, service_label(service), service_label(fitting), "by its weight")
        lead.findings.take(change, lead.column("service"))
    return fitting


def _column_of(path: str, lead: RowReader) -> str:
    """The column behind a place in the payload; the place itself where no cell is."""
    name = next((name for start, name in _FIELD_OF_PATH.items() if path.startswith(start)), None)
    if name is None and path.startswith("packages"):
        name = next((part for part in ("weight", "dimensions", "declared_value", "signature") if part in path), None)
    return lead.column(name) if name else path


def _without_blanks(values: dict[str, Any]) -> dict[str, Any]:
    """Absent fields are left out, never sent as null or blank."""
    return {
        name: _without_blanks(value) if isinstance(value, dict) else value
        for name, value in values.items()
        if value not in (None, "")
    }
