"""A pytest plugin: keeps a copy of every sheet that a test opens, in the folder that SHIPCHAT_TEST_SHEETS names."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mcp_servers.data import sources
from mcp_servers.data.sources import ImportOptions, OpenSource

_MOST = 1 << 20
_FOLDER = Path(os.environ["SHIPCHAT_TEST_SHEETS"])
Opener = Callable[..., OpenSource]


def keeping(opener: Opener) -> Opener:
    """Open it, and keep what was opened."""

    def open_(path: str, options: ImportOptions, **formats: Any) -> OpenSource:
        content = Path(path).read_bytes() if Path(path).is_file() else b""
        source = opener(path, options, **formats)
        how = {"formats": formats, "options": {"header_row": options.header_row, "columns": dict(options.columns)}}
        told = json.dumps(how | {"name": Path(path).name}, sort_keys=True)
        folder = _FOLDER / hashlib.sha256(content + told.encode()).hexdigest()[:16]
        if len(content) <= _MOST and not folder.exists():
            folder.mkdir(parents=True)
            (folder / "sheet").write_bytes(content)
            test = os.environ.get("PYTEST_CURRENT_TEST", "")
            (folder / "how.json").write_text(json.dumps(how | {"name": Path(path).name, "test": test}))
        return source

    return open_


# Before any test module or fixture takes them by name.
sources.open_csv_source = keeping(sources.open_csv_source)
sources.open_excel_source = keeping(sources.open_excel_source)
