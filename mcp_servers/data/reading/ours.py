"""Which columns of a sheet are those that we append, told by their headers alone."""

import re
from collections.abc import Collection, Sequence

from mcp_servers.data.model import ROLES, STATUS


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]", "", name.casefold())


_OURS = frozenset(map(_folded, (*ROLES, "SHIPCHAT_STATUS", "SHIPCHAT_ERROR")))


def ours_in(header: Sequence[str], named: Collection[str] = ()) -> list[int]:
    """The places of columns that have our names, or those that a person gave them."""
    known = _OURS.union(map(_folded, named))
    return [place for place, cell in enumerate(header) if _folded(cell) in known]


def own_at_end(header: Sequence[str], named: Collection[str] = ()) -> int:
    """How many of a header's last columns are ours; a shop's own `Status` alone is not."""
    places = set(ours_in(header, named))
    count = 0
    while len(header) - 1 - count in places:
        count += 1
    only_status = all(_folded(cell) == _folded(STATUS) for cell in header[len(header) - count :])
    return 0 if only_status else count
