"""Where everything is kept, found without reading all settings: for commands that must answer in a blink."""

import os
import tomllib
from pathlib import Path

import platformdirs

PREFIX = "SHIPCHAT_"
OTHER_VARIABLES = ("UPS_CLIENT_ID", "UPS_CLIENT_SECRET", "BACKUP_DIR", "LEDGER_PASSWORD", "TEMPORAL_API_KEY")
"""Variables that are not settings: they go to a server and are never in a file."""
OTHER_BEGINNINGS = ("DB_", "TEST_")
"""`db:NAME` reads `SHIPCHAT_DB_NAME`; the test suite has variables of its own."""
_SIMPLE = frozenset({"HOME", "STATE", "UPS_ENVIRONMENT", "UPS_BASE_URL", "MODEL", "PRINTER", *OTHER_VARIABLES})
_TABLES = frozenset(
    {
        "shipper",
        "claude",
        "models",
        "ups_environment",
        "model",
        "printer",
        "label_format",
        "concurrency",
        "dispatch",
        "temporal",
        "theme",
        "keys",
        "sessions_kept",
    }
)
"""Names that are certainly settings and move no ledger; with any other one all settings are read and checked."""


def home() -> Path:
    """The data folder, unless the settings file moves it."""
    return Path(os.environ.get("SHIPCHAT_HOME") or platformdirs.user_data_dir("shipchat", appauthor=False))


def settings_file() -> Path:
    """Where settings are kept, whether the file is there or not."""
    return home() / "settings.toml"


def ledger_at_once() -> Path | None:
    """The ledger's path, where no setting that stands there could be misspelt or move it; else None."""
    names = {name.removeprefix(PREFIX) for name in os.environ if name.startswith(PREFIX)}
    if any(name.split("__")[0] not in _SIMPLE and not name.startswith(OTHER_BEGINNINGS) for name in names):
        return None
    file = settings_file()
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (OSError, ValueError):
        return None
    return home() / "ledger.sqlite" if written.keys() <= _TABLES else None
