"""Who pays UPS, as sheets write it: the payer's word, an account number, tax numbers. Pure."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from agent.shipping import faults
from agent.shipping.text import clean, is_blank, key
from agent.shipping.verdict import Ok, Verdict, reject

Payer = Literal["shipper", "receiver", "third_party", "consignee"]
IN_WORDS: Final[dict[str, str]] = {
    "shipper": "your account",
    "receiver": "the receiver",
    "third_party": "a third party",
    "consignee": "the consignee",
}
_WORDS: Final[dict[Payer, str]] = {
    "shipper": "prepaid|prepaid and add|prepaid & add|prepaid & charge|prepay|pp|ppd|shp|shipper|sender|bill shipper"
    "|bill sender|my account|own account",
    "receiver": "receiver|recipient|bill receiver|bill recipient|bill to receiver|rec|collect|freight collect|fc|col"
    "|receiver account|collect account",
    "third_party": "third party|3rd party|thirdparty|bill third party|bill 3rd party|third|tp|3p|tpb",
    "consignee": "consignee|bill consignee|consignee billing|consignee billed|cb",
}
_DUTIES: Final[dict[Payer, str]] = {
    "shipper": "ddp|shipper|sender|seller|bill shipper|bill sender|my account|own account",
    "receiver": "dap|ddu|dat|dpu|recipient|receiver|consignee|bill receiver|buyer|customer",
    "third_party": _WORDS["third_party"],
}


def _payers(words: dict[Payer, str]) -> dict[str, Payer]:
    return {key(word): payer for payer, said in words.items() for word in said.split("|")}


_BILL_TO: Final = _payers(_WORDS)
_PAYS_DUTIES: Final = _payers(_DUTIES)


_UNMISTAKABLE: Final = frozenset(
    key(word)
    for word in (
        *("third party", "3rd party", "third party billing", "bill third party", "bill 3rd party"),
        *("bill receiver", "bill recipient", "bill to receiver", "freight collect", "consignee billing"),
    )
)
"""Words that name another payer under whatever header; `Collect` alone may be a way of delivery."""


def names_another_payer(text: object) -> bool:
    """Whether a cell says by itself that somebody else pays: `Third Party`, `Bill Receiver`, `Freight Collect`."""
    return key(clean(text)) in _UNMISTAKABLE


@dataclass(frozen=True, slots=True)
class TaxNumber:
    """A kind of number: what it is called, its form, and how it is written."""

    what: str
    pattern: str
    example: str


TAX: Final = TaxNumber("a tax number", r"(?=.*\d)[A-Z0-9][A-Z0-9./-]{3,24}", "DE123456789")
EORI: Final = TaxNumber("an EORI number", r"[A-Z]{2}[A-Z0-9]{5,15}", "DE1234567890123")
IOSS: Final = TaxNumber("an IOSS number", r"IM[0-9A-Z]{3}[0-9]{7}", "IM2760001234")


def read_payer(text: object, column: str, *, duties: bool = False) -> Verdict[Payer]:
    """Who pays by a cell: `Prepaid`, `Collect`, `Third Party`, `Consignee`; for duties also `DDP`, `DAP`."""
    found = (_PAYS_DUTIES if duties else _BILL_TO).get(key(clean(text)))
    if found is not None:
        return Ok(found)
    choices = "Shipper, Receiver or Third Party" if duties else "Shipper, Receiver, Third Party or Consignee"
    return reject(faults.UNKNOWN_PAYER, clean(text), column=column, cell=clean(text), choices=choices)


def read_account(text: object) -> Verdict[str]:
    """A UPS account number in capitals without blanks and dashes."""
    cell = clean(text)
    account = re.sub(r"[\s-]", "", cell).upper()
    if not re.fullmatch("[A-Z0-9]{6}", account):
        return reject(faults.BAD_ACCOUNT, cell, cell=cell)
    return Ok(account)


def read_tax_number(text: object, number: TaxNumber) -> Verdict[str | None]:
    """A number of that kind in capitals without blanks; None for a blank cell."""
    cell = clean(text)
    if is_blank(cell):
        return Ok(None)
    written = re.sub(r"\s", "", cell).upper()
    if not re.fullmatch(number.pattern, written):
        return reject(faults.BAD_TAX_NUMBER, cell, cell=cell, what=number.what, example=number.example)
    return Ok(written)
