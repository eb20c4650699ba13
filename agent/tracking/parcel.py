"""One parcel on its way: what UPS last said of it, in the states that people ask for. Pure."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

_OUT_CODES = frozenset({"006", "021"})
_TROUBLE_CODES = frozenset({"013", "048"})
_RETURN_CODES = frozenset({"034", "035"})


class Whereabouts(StrEnum):
    """In the order in which they are told."""

    trouble = "trouble"
    returning = "going back"
    out = "out for delivery"
    on_the_way = "on the way"
    label = "not handed over yet"
    unknown = "not known to UPS yet"
    delivered = "delivered"
    void = "void"


_PROOF = (("received by", "received_by"), ("left at", "left_at"))
DAYS_BACK = 14
"""How far back labels are followed where nobody names a day or a batch."""
SETTLED = frozenset({Whereabouts.delivered, Whereabouts.void})
"""Nothing more is to come: UPS is not asked again."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What UPS said at one look. Source of types and codes: docs/ups-facts.md."""

    status_type: str | None = None
    status_code: str | None = None
    words: str | None = None
    scheduled_on: date | None = None
    rescheduled_on: date | None = None
    delivered_on: date | None = None
    last_scan: str | None = None
    """Day and place of the newest scan, `2026-11-30, Austin, TX, US`."""

    @property
    def whereabouts(self) -> Whereabouts:
        kind, code = self.status_type, self.status_code
        if kind is None:
            return Whereabouts.unknown
        if kind == "MV" or code == "007":
            return Whereabouts.void
        if kind == "D":
            return Whereabouts.delivered
        if kind == "RS" or code in _RETURN_CODES:
            return Whereabouts.returning
        if kind == "X" or code in _TROUBLE_CODES:
            return Whereabouts.trouble
        if kind in {"O", "OT"} or code in _OUT_CODES:
            return Whereabouts.out
        return Whereabouts.label if kind == "M" else Whereabouts.on_the_way

    @property
    def expected_on(self) -> date | None:
        """The day that UPS names last."""
        return self.rescheduled_on or self.scheduled_on

    def is_late(self, today: date) -> bool:
        """Not there although its day has passed, or put off to a later day."""
        if self.whereabouts in SETTLED or self.expected_on is None:
            return False
        put_off = self.scheduled_on is not None and self.expected_on > self.scheduled_on
        return put_off or self.expected_on < today


@dataclass(frozen=True, slots=True)
class Parcel:
    """A label of this ledger and where its parcel is."""

    package_id: int
    job_id: str
    sheet_row: int
    recipient: str
    tracking_number: str
    environment: str
    sighting: Sighting
    looked_at: str | None = None
    """When UPS was last asked, UTC; None = never."""

    def as_dict(self, today: date) -> dict[str, Any]:
        """For `--json`."""
        seen = self.sighting
        return {
            "job_id": self.job_id,
            "sheet_row": self.sheet_row,
            "recipient": self.recipient,
            "tracking_number": self.tracking_number,
            "state": seen.whereabouts.name,
            "late": seen.is_late(today),
            "ups_says": seen.words,
            "expected_on": seen.expected_on.isoformat() if seen.expected_on else None,
            "delivered_on": seen.delivered_on.isoformat() if seen.delivered_on else None,
            "last_scan": seen.last_scan,
            "looked_at": self.looked_at,
        }


def sighting_of(answer: dict[str, Any]) -> Sighting:
    """The answer of `track_package`; a number that UPS does not know (yet) gives an empty one."""
    if not answer.get("found"):
        return Sighting()
    scans = answer.get("scans") or []
    newest = scans[0] if scans else {}
    day = _day(newest.get("date"))
    return Sighting(
        status_type=answer.get("status_type"),
        status_code=answer.get("status_code"),
        words=_words(answer),
        scheduled_on=_day(answer.get("scheduled_date")),
        rescheduled_on=_day(answer.get("rescheduled_date")),
        delivered_on=_day(answer.get("delivered_date")),
        last_scan=", ".join(part for part in (day.isoformat() if day else "", newest.get("place") or "") if part)
        or None,
    )


def _words(answer: dict[str, Any]) -> str | None:
    """UPS's words for the state; of a delivered parcel with its proof: who took it, where it was left."""
    proof = [f"{lead} {said}" for lead, name in _PROOF if (said := answer.get(name))]
    return f"{answer.get('status') or 'Delivered'}; {', '.join(proof)}" if proof else answer.get("status")


def _day(text: str | None) -> date | None:
    """`20261130`; what is no day is not known."""
    try:
        return datetime.strptime(text or "", "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def in_order(parcels: list[Parcel], today: date) -> list[Parcel]:
    """Trouble first, then what is late, then the rest; within that by batch and row."""
    order = list(Whereabouts)

    def place(parcel: Parcel) -> tuple[int, bool, int]:
        seen = parcel.sighting
        first = seen.whereabouts in {Whereabouts.trouble, Whereabouts.returning}
        return (0 if first else 1, not seen.is_late(today), order.index(seen.whereabouts))

    return sorted(parcels, key=lambda parcel: (*place(parcel), parcel.package_id))


SHOWN = ("all", "open", "trouble", "late", "delivered")
"""What a person may ask for; `open` is what has not arrived."""


def chosen(parcels: list[Parcel], show: str, today: date) -> list[Parcel]:
    """Those of one of SHOWN."""
    tests: dict[str, Callable[[Sighting], bool]] = {
        "all": lambda _seen: True,
        "open": lambda seen: seen.whereabouts not in SETTLED,
        "trouble": lambda seen: seen.whereabouts in {Whereabouts.trouble, Whereabouts.returning},
        "late": lambda seen: seen.is_late(today),
        "delivered": lambda seen: seen.whereabouts is Whereabouts.delivered,
    }
    return [parcel for parcel in parcels if tests[show](parcel.sighting)]


def summary(parcels: list[Parcel], today: date) -> str:
    """`12 parcels: 1 trouble, 3 on the way, 8 delivered; 2 late.`"""
    if not parcels:
        return "No parcels."
    counts = Counter(parcel.sighting.whereabouts for parcel in parcels)
    states = ", ".join(f"{counts[state]} {state}" for state in Whereabouts if counts[state])
    late = sum(parcel.sighting.is_late(today) for parcel in parcels)
    noun = "parcel" if len(parcels) == 1 else "parcels"
    return f"{len(parcels)} {noun}: {states}{f'; {late} late' if late else ''}."


HEADER = ("Row", "Recipient", "Tracking number", "State", "Expected", "Last seen")


def line(parcel: Parcel, today: date) -> list[str]:
    """Under HEADER."""
    seen = parcel.sighting
    said = seen.words or ""
    if seen.whereabouts is Whereabouts.delivered:
        said = said.partition("; ")[2]  # the proof of delivery, where UPS gives one
    elif seen.whereabouts is not Whereabouts.trouble:
        said = ""
    words = f" ({said})" if said else ""
    if seen.delivered_on is not None:
        expected = f"delivered {seen.delivered_on.isoformat()}"
    else:
        day = seen.expected_on
        expected = f"{day.isoformat() if day else ''}{', late' if seen.is_late(today) else ''}"
    return [
        str(parcel.sheet_row),
        parcel.recipient,
        parcel.tracking_number,
        f"{seen.whereabouts}{words}",
        expected,
        seen.last_scan or "",
    ]
