"""Who pays for a shipment, its duties, and the tax numbers: from the columns of its rows into its payload.

Never falls back: where a payer is named by half, or by two cells that differ, the shipment stops with its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from agent.mapping.answers import SAID
from agent.mapping.eu_customs import enters_eu
from agent.mapping.international import crosses_border
from agent.mapping.row import RowReader
from agent.planning.ship_options import OPTION
from agent.sheet.fields import field_of
from agent.sheet.instructions import instructions_in, says_nothing
from agent.shipping import faults
from agent.shipping.billing import (
    EORI,
    IN_WORDS,
    IOSS,
    TAX,
    Payer,
    TaxNumber,
    names_another_payer,
    read_account,
    read_payer,
    read_tax_number,
)
from agent.shipping.countries import EU_CUSTOMS
from agent.shipping.country_names import country_of
from agent.shipping.postal_codes import read_postal_code
from agent.shipping.text import clean
from agent.shipping.verdict import Ask, Ok, reject

_RECEIVERS, _THIRD_PARTYS = "the receiver's", "a third party's"
ASK_WHOSE: Final = Ask("Whose is the UPS account in {column}?", (_RECEIVERS, _THIRD_PARTYS), "bill_account_is")
_PLACES: Final = (
    (IN_WORDS["third_party"], "third_party_account", ("third_party_postal_code", "third_party_country")),
    (IN_WORDS["receiver"], "receiver_account", ("receiver_account_postal_code",)),
    ("another account", "bill_account", ("bill_account_postal_code", "bill_account_country")),
)
"""Where an account is, without which they mean nothing."""
_OF: Final[dict[str, tuple[str, ...]]] = {"receiver": ("receiver_account",), "third_party": ("third_party_account",)}
_TAX_FIELDS: Final[tuple[tuple[str, str, TaxNumber], ...]] = (
    ("recipient_tax_id", "recipient", TAX),
    ("recipient_eori", "recipient", EORI),
    ("sender_tax_id", "sender", TAX),
    ("sender_eori", "sender", EORI),
)
_UNDECIDED: Final = frozenset({"?", "tbd", "unknown", "not available"})
BILLING_FIELDS: Final = frozenset(
    {f"{whose}{part}" for whose in ("third_party", "bill_account", "duties") for part in ("_postal_code", "_country")}
    | {"bill_to", "third_party_account", "receiver_account", "receiver_account_postal_code", "bill_account"}
    | {"duties_payer", "duties_account", "ioss", *(name for name, _, _ in _TAX_FIELDS)}
)
"""What this module reads, mapped or not: a mapping that was saved before these were fields drops none of them."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """What the rows of a shipment say in one field; empty where nothing does."""

    text: str
    column: str
    exists: bool
    """Whether the sheet has such a column."""


class _Cells:
    """The fields of a shipment's rows, each with one meaning for all of them."""

    def __init__(self, readers: Sequence[RowReader]) -> None:
        self.lead = readers[0]
        self._readers = readers

    @property
    def some(self) -> bool:
        """Whether there is any such column or answer; most sheets have none."""
        return any(
            reader.rendered.texts.keys() & BILLING_FIELDS
            or any(_known(tuple(reader.row.data)).values())
            or _named_elsewhere(reader)
            or any(reader.answers.text(f"{OPTION}{name}") for name in BILLING_FIELDS)
            for reader in self._readers
        )

    @property
    def broken(self) -> bool:
        """Whether a cell of them is an error of a spreadsheet, which has stopped the shipment."""
        return any(reader.broken & BILLING_FIELDS for reader in self._readers)

    def get(self, name: str) -> _Cell:
        """Cells that differ are rejected, and the first counts."""
        found: dict[str, str] = {}
        columns = [name]
        exists = False
        for reader in self._readers:
            for column, text in _columns(reader, name):
                exists = True
                columns = columns if found else [column]
                if not _names_nobody(text):
                    found.setdefault(" ".join(text.split()).casefold(), column)
        texts = [text for reader in self._readers for _, text in _columns(reader, name) if not _names_nobody(text)]
        if len(found) > 1:
            cells = ", ".join(dict.fromkeys(texts))
            self.reject(faults.BILLING_DIFFERS, columns[0], cells=cells)
        return _Cell(texts[0].strip() if texts else "", next(iter(found.values()), columns[0]), exists)

    def reject(self, kind: Any, column: str, **words: object) -> None:
        """Stop the shipment."""
        self.lead.findings.take(reject(kind, **words), column)


def _columns(reader: RowReader, name: str) -> list[tuple[str, str]]:
    """The mapped column, and every other whose header says the same and no field reads: (column, text)."""
    found = [(reader.column(name), reader.text(name))] if reader.has(name) else []
    for column in _known(tuple(reader.row.data)).get(name, ()):
        if not any(column in columns for columns in reader.compiled.columns.values()):
            found.append((column, reader.rendered.texts.get(column, str(reader.row.data[column] or ""))))
    if name == "bill_to":
        found += _named_elsewhere(reader)
    if not found and name in reader.rendered.texts:
        found.append((name, reader.rendered.texts[name]))
    said = reader.answers.text(f"{OPTION}{name}")
    return found if said is None else [*_other_than(said, found, name), (SAID, said)]


def _other_than(said: str, found: list[tuple[str, str]], name: str) -> list[tuple[str, str]]:
    """Cells that do not say what the person's words say of all rows: where the two differ, the shipment stops."""
    if name not in ("bill_to", "duties_payer"):
        return found
    duties = name == "duties_payer"
    meant = read_payer(said, SAID, duties=duties)
    return [(column, text) for column, text in found if read_payer(text, column, duties=duties) != meant]


def _named_elsewhere(reader: RowReader) -> list[tuple[str, str]]:
    """Cells under headers that nothing reads, and that name another payer all the same: `Pay By` with `Third Party`."""
    read = {column for columns in reader.compiled.columns.values() for column in columns}
    read |= {column for column, _ in instructions_in(tuple(reader.row.data))}
    return [
        (column, str(cell))
        for column, cell in reader.row.data.items()
        if cell and column not in read and not field_of(column) and names_another_payer(cell)
    ]


@lru_cache(maxsize=64)
def _known(columns: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Field -> the columns of a sheet whose headers say it."""
    named = [(field_of(column), column) for column in columns]
    return {name: tuple(column for one, column in named if one == name) for name in BILLING_FIELDS}


def add_billing(readers: Sequence[RowReader], payload: dict[str, Any], country: str, own_account: str) -> None:
    """Fill in `billing`, `duties`, `tax_ids` and `ioss`; findings go to the first reader."""
    cells = _Cells(readers)
    home = cells.lead.home
    billing = _billing(cells, country, own_account) if cells.some else None
    if billing is not None:
        payload["billing"] = billing
    if not crosses_border(home, country) or {home, country} <= EU_CUSTOMS:
        return  # no customs, so neither duties nor a number for it
    duties = _duties(cells, country, own_account) if cells.some else None
    if duties is not None:
        payload["duties"] = duties
    _add_tax(cells, payload, country)


def _billing(cells: _Cells, country: str, own_account: str) -> dict[str, str] | None:
    if cells.broken:
        return None  # told already
    said = cells.get("bill_to")
    names = ("third_party_account", "receiver_account", "bill_account")
    accounts = {name: cell for name in names if (cell := cells.get(name)).text and not _is(cell.text, own_account)}
    if said.text and _is(said.text, own_account):
        said = _Cell("", said.column, said.exists)
    payer = _payer(cells, said, accounts)
    if payer is None:
        return None
    if payer == "shipper":
        _check_own(cells, said, accounts, own_account)
        return None
    home, lane = cells.lead.home, {cells.lead.home, country}
    if payer == "consignee" and not accounts:
        if not lane <= {"US", "PR"}:
            cells.reject(faults.CONSIGNEE_LANE, said.column, lane=f"{home} to {country}")
        return {"payer": "consignee"}
    if payer == "consignee":
        payer = "receiver"  # with an account of theirs, it is the receiver who is billed
    wanted = {*_OF[payer], "bill_account"}
    strange = [cell for name, cell in accounts.items() if name not in wanted]
    mine = [cell for name, cell in accounts.items() if name in wanted]
    if strange or len({cell.text.casefold() for cell in mine}) > 1:
        named = ", ".join(f"{cell.column} {cell.text!r}" for cell in accounts.values())
        column = said.column if said.text else next(iter(accounts.values())).column
        cells.reject(faults.BILLING_DIFFERS, column, cells=f"{said.text!r} and {named}" if said.text else named)
        return None
    prefix = "third_party" if payer == "third_party" else "receiver_account"
    return _complete(cells, payer, mine[0] if mine else None, (prefix, "bill_account"), country)


def _check_own(cells: _Cells, said: _Cell, accounts: dict[str, _Cell], own_account: str) -> None:
    """The own account pays only where nothing says otherwise, not even by half."""
    if said.text and accounts:
        filled = ", ".join(f"{cell.column} {cell.text!r}" for cell in accounts.values())
        cells.reject(faults.BILLING_DIFFERS, said.column, cells=f"{said.text!r} and {filled}")
    if said.text:
        return
    for whose, account, parts in _PLACES:
        half = next((cell for part in parts if (cell := cells.get(part)).text), None)
        if half is not None and not _is(cells.get(account).text, own_account):
            cells.reject(faults.BILLING_HALF, half.column, who=whose, what="an account number")


def _payer(cells: _Cells, said: _Cell, accounts: dict[str, _Cell]) -> Payer | None:
    """By the word, else by whose account is filled in; None where that stopped the shipment."""
    if said.text:
        return cells.lead.findings.take(read_payer(said.text, said.column), said.column, said.text)
    if {"third_party_account", "receiver_account"} <= accounts.keys():
        named = ", ".join(f"{cell.column} {cell.text!r}" for cell in accounts.values())
        cells.reject(faults.BILLING_DIFFERS, accounts["third_party_account"].column, cells=named)
        return None
    if "third_party_account" in accounts:
        return "third_party"
    if "receiver_account" in accounts:
        return "receiver"
    if "bill_account" not in accounts:
        return "shipper"
    column = accounts["bill_account"].column
    ask = Ask(ASK_WHOSE.question.format(column=column), ASK_WHOSE.options, ASK_WHOSE.slot)
    answer = cells.lead.answered(ask)
    if answer is None or answer.text not in ask.options:
        cells.lead.findings.take(ask, column)
        return None
    return "receiver" if answer.text == _RECEIVERS else "third_party"


def _complete(
    cells: _Cells, payer: Payer, account: _Cell | None, names: tuple[str, str], receiver_country: str
) -> dict[str, str] | None:
    """Account, postal code and country, each there and readable; a missing one stops the shipment.

    `names` begin the names of its fields; the second counts where the first is empty.
    """
    prefix, other = names
    take, who = cells.lead.findings.take, IN_WORDS[payer]
    if account is None:
        column = cells.get("duties_payer" if prefix == "duties" else "bill_to").column
        cells.reject(faults.BILLING_HALF, column, who=who, what="its account number")
        return None
    number = take(read_account(account.text), account.column, account.text)
    found: dict[str, str] = {"payer": payer, "account_number": number or ""}
    country: str | None = receiver_country
    if payer == "third_party":
        country = _country(cells, prefix, other, who)
        found["country_code"] = country or ""
    if country is None:
        return None
    postal = _first(cells, f"{prefix}_postal_code", f"{other}_postal_code")
    verdict = read_postal_code(postal.text, country)
    if not postal.text and not isinstance(verdict, Ok):
        column = postal.column if postal.exists else account.column
        cells.reject(faults.BILLING_HALF, column, who=who, what="the postal code of its account")
        return None
    code = take(verdict, postal.column, postal.text)
    return found | ({"postal_code": code} if code else {})


def _country(cells: _Cells, prefix: str, other: str, who: str) -> str | None:
    """Of a third party's account: a sheet without such a column means the sender's country, as for recipients."""
    cell = _first(cells, f"{prefix}_country", f"{other}_country")
    if not cell.text:
        if not cell.exists:
            return cells.lead.home
        cells.reject(faults.BILLING_HALF, cell.column, who=who, what="the country of its account")
        return None
    code = country_of(cell.text)
    if code is None:
        cells.reject(faults.UNKNOWN_COUNTRY, cell.column, cell=cell.text, nearest="")
    return code


def _first(cells: _Cells, name: str, other: str) -> _Cell:
    first = cells.get(name)
    second = cells.get(other) if other != name else first
    return second if second.exists and not first.text and (second.text or not first.exists) else first


def _duties(cells: _Cells, country: str, own_account: str) -> dict[str, str] | None:
    said, account = cells.get("duties_payer"), cells.get("duties_account")
    if account.text and _is(account.text, own_account):
        account = _Cell("", account.column, account.exists)
    if not said.text:
        if account.text:
            cells.reject(faults.BILLING_HALF, account.column, who="duties", what="who pays them")
        return None
    payer = cells.lead.findings.take(read_payer(said.text, said.column, duties=True), said.column, said.text)
    if payer is None:
        return None
    if payer == "shipper":
        if account.text:
            cells.reject(faults.BILLING_DIFFERS, said.column, cells=f"{said.text!r} and {account.text!r}")
        return {"payer": "shipper"}
    if payer == "receiver" and not account.text:
        return None  # UPS bills the receiver, unless it is told another
    filled = account if account.text else None
    return _complete(cells, payer, filled, ("duties", "duties"), country)


def _add_tax(cells: _Cells, payload: dict[str, Any], country: str) -> None:
    numbers = []
    for name, party, number in _TAX_FIELDS:
        found = _tax_number(cells, name, number)
        if found:
            kind = "eori" if number is EORI else "tax"
            if kind == "tax" and party == "recipient" and payload.get("consignee_type") == "consumer":
                kind = "personal_tax"
            numbers.append({"of": party, "kind": kind, "number": found})
    if numbers:
        payload["tax_ids"] = numbers
    ioss = _tax_number(cells, "ioss", IOSS) if enters_eu(cells.lead.home, country) else None
    if ioss and (payload.get("consignee_type") == "business" or payload.get("eu_de_minimis") is False):
        cells.reject(faults.NO_IOSS, cells.get("ioss").column, cell=ioss)
    elif ioss:
        payload["ioss"] = ioss


def _tax_number(cells: _Cells, name: str, number: TaxNumber) -> str | None:
    """The cell, else what the person said for all rows (`--default ioss=...`)."""
    cell = cells.get(name)
    text = cell.text or cells.lead.answers.text(name) or ""
    return cells.lead.findings.take(read_tax_number(text, number), cell.column, text)


def _names_nobody(text: str) -> bool:
    """An empty cell or a no; where it is not decided yet who pays, somebody will, and not the own account."""
    return says_nothing(text) and clean(text).casefold() not in _UNDECIDED


def _is(text: str, account: str) -> bool:
    return bool(account) and "".join(text.split()).casefold() == account.casefold()
