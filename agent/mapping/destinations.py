"""Where the rows of a selection go, before anything else of them is read."""

from collections.abc import Iterable

from agent.mapping.answers import Answers
from agent.mapping.recipient import read_destination
from agent.mapping.row import Findings, RowReader
from agent.mapping.template import Mapping, compile_mapping
from agent.planning.model import SheetRow


def destinations(
    mapping: Mapping, rows: Iterable[SheetRow], answers: Answers, home: str
) -> frozenset[tuple[str, str | None]]:
    """(country, state) of every row whose cells say it; what stands against a row is told when it is built."""
    compiled = compile_mapping(mapping)
    readers = (RowReader(row, compiled, answers, Findings(), compiled.render(row.filled.data), home) for row in rows)
    areas = (read_destination(reader) for reader in readers)
    return frozenset((area.country, area.state) for area in areas if area is not None)
