"""Filled instructions (bill a third party, COD, dangerous goods, hold): carried out or refused, never dropped.

Delivery on a Saturday, UPS's own packaging, notices and Access Points are carried out; any other stops its row with the
reason.
"""

import re
from functools import lru_cache
from typing import Final

from agent.sheet.fields import INSTRUCTIONS, Instruction
from agent.shipping import faults
from agent.shipping.parcel_options import OWN, PACKAGINGS, packaging_code
from agent.shipping.text import clean, is_blank, key
from agent.shipping.verdict import Ask, Ok, Verdict, reject

OWN_PACKAGING: Final = "my own packaging"
YES: Final = frozenset({"y", "yes", "true", "t", "1", "x", "required", "on", "ja", "oui", "si", "sí"})
"""What only says that a header holds."""
_NO: Final = frozenset({"n", "no", "f", "false", "off", "not required", "not applicable", "nein", "non", "no thanks"})
_SAID_BY: Final = {"billing": "Billing Option, Third Party Account and Third Party Zip", "duties": "Incoterms"}
"""Instructions that other columns carry out: a bare `Freight Collect: yes` names no account."""
_ZERO: Final = re.compile(r"[^\d\w]*(?:[a-z]{3}\s*)?0+(?:[.,]0+)?\s*(?:[a-z]{2,3})?[^\d\w]*")
"""`0`, `0.00`, `$0.00`, `0 kg`."""


@lru_cache(maxsize=256)
def instructions_in(columns: tuple[str, ...]) -> tuple[tuple[str, Instruction], ...]:
    """The columns of a sheet whose header is an instruction: `COD Amount`, `Hazmat (UN3481)`, `HoldAtLocation`."""
    found = ((column, _of_header(column)) for column in columns)
    return tuple((column, instruction) for column, instruction in found if instruction is not None)


def read_instruction(instruction: Instruction, column: str, text: object, own_account: str = "") -> Verdict[str | None]:
    """What the cell asks for and is carried out: `saturday`, or the code of a packaging. None where it asks for nothing
    special; a rejection that names column and cell where it is not carried out; or what a packaging is."""
    cell = clean(text)
    word = key(cell)
    ordinary, special = _words(instruction)
    if word in ordinary and instruction.name == "packaging":
        return Ok(OWN)
    if says_nothing(cell) or word in ordinary:
        return Ok(None)
    if own_account and word == key(own_account):
        return Ok(None)
    if instruction.name == "saturday" and word in YES and "deliver" in key(column):
        return Ok("saturday")
    if instruction.name == "packaging":
        code = packaging_code(cell)
        if code is not None:
            return Ok(code)
        if word not in special:
            return _ask_packaging(cell, word)
    columns = _SAID_BY.get(instruction.name)
    if columns is not None:
        return reject(faults.PAYER_ELSEWHERE, cell, column=column, cell=cell, what=instruction.what, columns=columns)
    return reject(faults.INSTRUCTION, cell, column=column, cell=cell, what=instruction.what)


def _ask_packaging(cell: str, word: str) -> Ask:
    options = (OWN_PACKAGING, *PACKAGINGS.values())
    return Ask(f'What is the packaging "{cell}"?', options, f"packaging:{word}")


def read_packaging_answer(text: str) -> str | None:
    """The code that a person's answer stands for."""
    return OWN if text == OWN_PACKAGING else packaging_code(text)


def says_nothing(text: object) -> bool:
    """A cell that asks for nothing: blank, `no`, `0.00`."""
    cell = clean(text)
    return is_blank(cell) or key(cell) in _NO or _ZERO.fullmatch(cell.casefold()) is not None


@lru_cache(maxsize=64)
def _words(instruction: Instruction) -> tuple[frozenset[str], frozenset[str]]:
    """What asks for nothing special, and what certainly does, in comparable form."""
    return frozenset(map(key, instruction.ordinary)), frozenset(map(key, instruction.ups))


def _of_header(column: str) -> Instruction | None:
    words = key(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", clean(column)))
    bare = key(re.sub(r"[(\[].*", "", clean(column)))
    for instruction in INSTRUCTIONS:
        if set(words.split()) & set(instruction.unless):
            continue
        if {words, bare} & {key(header) for header in instruction.headers}:
            return instruction
        if any(f" {key(phrase)} " in f" {words} " for phrase in instruction.phrases):
            return instruction
    return None
