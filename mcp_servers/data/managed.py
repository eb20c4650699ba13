"""Which columns results go to: named at import, recognised by an exact header, or appended."""

import re
from collections.abc import Callable, Mapping, Sequence

from mcp_servers.data.faults import BAD_MAPPING, NOT_AGREED
from mcp_servers.data.model import ERROR_MESSAGE, ROLES, SHIPPED_AT, STATES, STATUS, TRACKING, Descriptor
from mcp_servers.data.writing.cells import safe_text
from mcp_servers.shared.faults import fault

_RECOGNISED = {TRACKING: "trackingnumber", SHIPPED_AT: "shippedat"}
_LIKE_TRACKING = frozenset(
    ("tracking", "trackingno", "trackingno.", "trackingid", "trackingcode", "trackingnummer", "sendungsnummer")
)
_NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9 ,;]{8,}")
_OTHERWISE = {STATUS: "SHIPCHAT_STATUS", ERROR_MESSAGE: "SHIPCHAT_ERROR"}
"""Where our states go when the sheet has a column of that name with a meaning of its own."""


def map_columns(
    names: Sequence[str], asked: Mapping[str, str], values: Callable[[str], Sequence[str]]
) -> dict[str, str]:
    """Role -> the sheet's name for it, where it differs or exists; raises E-1014. `values` tells a column's texts.

    A header counts as the tracking number's when it is exactly that but for case, blanks, `_`, `-` and `#`, or a
    common short form whose cells are empty or numbers of parcels.
    """
    by_fold = {name.casefold(): name for name in names}
    mapped: dict[str, str] = {}
    for role, column in asked.items():
        if role not in ROLES:
            raise fault(BAD_MAPPING, role=role, column=f'"{column}"', reason="which is not a managed column")
        name = by_fold.get(column.strip().casefold(), column.strip())
        if not name or name in mapped.values():
            raise fault(BAD_MAPPING, role=role, column=f'"{column}"', reason="which is blank or taken")
        mapped[role] = name
    for role, exact in _RECOGNISED.items():
        if role in mapped:
            continue
        for name in names:
            if name not in mapped.values() and exact in _folds(name):
                mapped[role] = name
                break
    if TRACKING not in mapped and (like := _like_tracking(names, mapped, values)) is not None:
        mapped[TRACKING] = like
    for role in (STATUS, ERROR_MESSAGE):
        own = by_fold.get(role.casefold())
        if role not in mapped and own is not None:
            # Where our own name for it stands, an earlier import found that the other one is not ours.
            instead = by_fold.get(_OTHERWISE[role].casefold())
            ours = (
                instead is None
                and own == role
                and own not in mapped.values()
                and (role == ERROR_MESSAGE or _is_ours(names, mapped, values))
            )
            mapped[role] = own if ours else instead or _OTHERWISE[role]
    return mapped


def _is_ours(names: Sequence[str], mapped: Mapping[str, str], values: Callable[[str], Sequence[str]]) -> bool:
    """Whether the column STATUS is one that we made: it holds our words as we write them, next to another of ours.

    Shops have columns of that name and words of that meaning, which are about the order and not about our batch.
    """
    place = list(names).index(STATUS)
    beside = {*names[max(0, place - 1) : place], *names[place + 1 : place + 2]}
    ours = {mapped.get(TRACKING, TRACKING), mapped.get(SHIPPED_AT, SHIPPED_AT), ERROR_MESSAGE}
    return not beside.isdisjoint(ours) and set(values(STATUS)) <= STATES


def _like_tracking(
    names: Sequence[str], mapped: Mapping[str, str], values: Callable[[str], Sequence[str]]
) -> str | None:
    for name in names:
        like = name not in mapped.values() and not _LIKE_TRACKING.isdisjoint(_folds(name))
        if like and all(_NUMBER.fullmatch(value) for value in values(name)):
            return name
    return None


def agreed_cells(descriptor: Descriptor, extra: Mapping[str, str]) -> dict[str, str]:
    """The extra cells of a result by role or agreed name, made safe; raises E-1013."""
    by_name = {name.casefold(): role for role, name in descriptor.managed.items()}
    cells = {}
    for column, value in extra.items():
        role = column if column in (STATUS, ERROR_MESSAGE, SHIPPED_AT) else by_name.get(column.casefold())
        if role is None or role == TRACKING:
            managed = ", ".join(descriptor.managed.values())
            raise fault(NOT_AGREED, where=f"column {column}", column=f'"{column}"', managed=managed)
        cells[role] = safe_text(value)
    return cells


def _folds(name: str) -> set[str]:
    folded = name.casefold()
    return {re.sub(r"[\s_#-]", "", folded), re.sub(r"[\s_-]", "", folded.replace("#", "number"))}
