"""Sheets that memory does not hold are refused, whoever runs out of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from mcp_servers.data.faults import TOO_LARGE
from mcp_servers.shared.faults import fault
from mcp_servers.shared.limits import is_without_stack


@contextmanager
def fitting(source: Path | str) -> Iterator[None]:
    """Turns the end of the memory that a source may take into E-1530."""
    try:
        yield
    except (MemoryError, duckdb.OutOfMemoryException):
        raise fault(TOO_LARGE, path=source) from None
    except RuntimeError as end:
        if not is_without_stack(end):
            raise
        raise fault(TOO_LARGE, path=source) from None
