"""Filled instructions (bill a third party, COD, dangerous goods, hold): carried out or refused, never dropped.

None of them is carried out yet, so a row with one is stopped with its reason.
"""

import re
from functools import lru_cache
from typing import Final

from agent.sheet.fields import INSTRUCTIONS, Instruction
from agent.shipping import faults
from agent.shipping.text import clean, is_blank, key
from agent.shipping.verdict import Ask, Ok, Verdict, reject

OWN_PACKAGING: Final = "my own packaging"
UPS_PACKAGING: Final = "packaging of UPS"
_NO: Final = frozenset({"n", "no", "f", "false", "off", "not required", "not applicable", "nein", "non", "no thanks"})
_ZERO: Final = re.compile(r"[^\d\w]*(?:[a-z]{3}\s*)?0+(?:[.,]0+)?\s*(?:[a-z]{2,3})?[^\d\w]*")
"""`0`, `0.00`, `$0.00`, `0 kg`."""


@lru_cache(maxsize=256)
def instructions_in(columns: tuple[str, ...]) -> tuple[tuple[str, Instruction], ...]:
    """The columns of a sheet whose header is an instruction: `COD Amount`, `Hazmat (UN3481)`, `HoldAtLocation`."""
    found = ((column, _of_header(column)) for column in columns)
    return tuple((column, instruction) for column, instruction in found if instruction is not None)


def read_instruction(instruction: Instruction, column: str, text: object, own_account: str = "") -> Verdict[None]:
    """Ok where the cell asks for nothing special; a rejection that names column and cell; or what a packaging is."""
    cell = clean(text)
    word = key(cell)
    ordinary, special = _words(instruction)
    if is_blank(cell) or word in _NO or word in ordinary or _ZERO.fullmatch(cell.casefold()):
        return Ok(None)
    if own_account and word == key(own_account):
        return Ok(None)
    if special and word not in special:
        return Ask(f'What is the packaging "{cell}"?', (OWN_PACKAGING, UPS_PACKAGING), f"packaging:{word}")
    return reject(faults.INSTRUCTION, cell, column=column, cell=cell, what=instruction.what)


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
