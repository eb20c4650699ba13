"""Checked addresses as a person reads them: row by row, trouble first, and all of it in one line. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.shipping.checked_addresses import AddressVerdict, CheckedAddress, one_line

HEADER = ("Row", "Recipient", "Address in the sheet", "UPS says", "UPS writes")
MOST_CANDIDATES_SHOWN = 3
_DECIDED = {"taken": ", taken by you", "as_written": ", kept as written"}


@dataclass(frozen=True, slots=True)
class AddressLine:
    """One row of the sheet with what is known of its address."""

    sheet_row: int
    recipient: str
    address: dict[str, Any] | None
    """As a label would print it; None where the cells do not say it."""
    key: str | None
    found: CheckedAddress | None
    why_not: str = ""
    """Why it was not checked."""

    @property
    def correction(self) -> dict[str, Any] | None:
        """What UPS writes instead, where a label takes it."""
        if self.found is None or self.address is None:
            return None
        return self.found.correction(str(self.address["country_code"]))


def in_order(lines: Sequence[AddressLine]) -> list[AddressLine]:
    """Trouble first, what was not checked before what is valid; within that as in the sheet."""
    order = list(AddressVerdict)

    def place(line: AddressLine) -> tuple[float, int]:
        if line.found is None:
            return order.index(AddressVerdict.valid) - 0.5, line.sheet_row
        return order.index(line.found.verdict), line.sheet_row

    return sorted(lines, key=place)


def cells(line: AddressLine) -> list[str]:
    """Under HEADER."""
    address = one_line(line.address) if line.address else ""
    return [str(line.sheet_row), line.recipient, address, _said(line), _written(line)]


def _said(line: AddressLine) -> str:
    found = line.found
    if found is None:
        return f"not checked: {line.why_not}"
    kind = "" if found.home is None else ", a home" if found.home else ", a business"
    count = len(found.candidates)
    several = f" ({count} candidate{'' if count == 1 else 's'})" if found.verdict is AddressVerdict.ambiguous else ""
    return f"{found.verdict}{several}{kind}{_DECIDED.get(found.decision or '', '')}"


def _written(line: AddressLine) -> str:
    found = line.found
    if found is None or found.verdict in {AddressVerdict.valid, AddressVerdict.unknown}:
        return ""
    shown = [one_line(one) for one in found.candidates[:MOST_CANDIDATES_SHOWN]]
    more = len(found.candidates) - len(shown)
    text = " | ".join(shown) + (f" | {more} more" if more else "")
    if found.verdict is AddressVerdict.corrected and line.correction is None:
        return f"{text} (a label does not take it: correct the sheet)"
    return text


def summary(lines: Sequence[AddressLine]) -> str:
    """`9 rows: 1 corrected, 6 valid, 2 not checked (Canada). 5 homes, 2 businesses.`"""
    known = [line.found for line in lines if line.found is not None]
    counts = Counter(found.verdict for found in known)
    parts = [f"{counts[verdict]} {verdict}" for verdict in AddressVerdict if counts[verdict]]
    reasons = Counter(line.why_not for line in lines if line.found is None)
    if reasons:
        parts.append(f"{reasons.total()} not checked ({'; '.join(reasons)})")
    homes, businesses = (sum(found.home is kind for found in known) for kind in (True, False))
    kinds = [
        f"{count} {one if count == 1 else several}"
        for count, one, several in ((homes, "home", "homes"), (businesses, "business", "businesses"))
        if count
    ]
    noun = "row" if len(lines) == 1 else "rows"
    said = f"{len(lines)} {noun}: {', '.join(parts)}."
    return f"{said} {', '.join(kinds)}." if kinds else said
