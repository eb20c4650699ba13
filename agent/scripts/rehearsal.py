"""What the demo is made of: a home of its own, the practice UPS and a copy of the sample sheet."""

import shutil
import tempfile
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path

from agent.chat.options import SessionOptions
from agent.settings import Settings

SAMPLE = "sample_orders.csv"


def rehearsal() -> tuple[Settings, SessionOptions]:
    """A session over a copy of the sample."""
    settings = _home_of_its_own()
    return settings, SessionOptions(source=str(_copy_of_sample(settings.home)), model="offline")


def _home_of_its_own() -> Settings:
    """A home of its own for every run: else the sample's orders would count as shipped by the run before."""
    folder = Settings.load().home / "demo"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    home = Path(tempfile.mkdtemp(prefix=f"{datetime.now(UTC):%Y%m%d-%H%M%S}-", dir=folder))
    return Settings.load(home=home, ups_environment="simulator", ups_base_url=None, model="offline", shipper=None)


def _copy_of_sample(folder: Path) -> Path:
    with as_file(files("agent.scripts") / SAMPLE) as sample:
        return Path(shutil.copy(sample, folder / SAMPLE))
