"""What the server is told from outside: environment, folder, credentials.

The hosts of CIE and production are constants. Another base URL is accepted for this machine only, and then the
environment is the simulator: practice and reality never mix.
"""

import importlib
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import platformdirs

from mcp_servers.shared.faults import fault
from mcp_servers.shared.today import practice_day
from mcp_servers.ups.faults import BAD_BASE_URL, BAD_SETTING, KEYRING_CLOSED, NO_CREDENTIALS
from mcp_servers.ups.models import Environment

HOSTS = {"test": "https://wwwcie.ups.com", "production": "https://onlinetools.ups.com"}
DEFAULT_TIMEOUT_S = 30.0
PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class UpsSettings:
    """The server's settings; `base_url` is None where the server starts its own simulator."""

    environment: Environment
    home: Path
    base_url: str | None
    timeout_s: float = DEFAULT_TIMEOUT_S
    shared_folder: Path | None = None
    """Where stations that share a ledger keep answers and labels; None = in `home`."""
    repeats_429: bool = True
    """Whether reads that UPS refuses with 429 wait here and are repeated; who keeps a pace with others is told."""
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)

    @property
    def spool_folder(self) -> Path:
        """Where the answers of create requests are kept."""
        return (self.shared_folder or self.home) / "spool" / self.environment

    @property
    def labels_folder(self) -> Path:
        """Where labels go unless the call names another folder."""
        return (self.shared_folder or self.home) / "labels" / self.environment

    @property
    def carrier_records(self) -> Path:
        """The embedded simulator's own database."""
        return self.home / "simulator" / "books.sqlite"

    @property
    def today(self) -> date:
        """The shipper's own day; practice may freeze it."""
        return practice_day() if self.environment == "simulator" else date.today()  # noqa: DTZ011

    def credentials(self) -> tuple[str, str]:
        """Client id and secret; E-5001 when there are none.

        The simulator takes any, speaks plain HTTP, and may be any program on this machine: it never gets real ones.
        """
        if self.environment == "simulator":
            return PRACTICE, PRACTICE
        client_id = self.client_id or _from_keyring(f"ups-{self.environment}-client-id")
        client_secret = self.client_secret or _from_keyring(f"ups-{self.environment}-client-secret")
        if not client_id or not client_secret:
            raise fault(NO_CREDENTIALS, environment=self.environment)
        return client_id, client_secret


def load_settings(environ: Mapping[str, str] | None = None) -> UpsSettings:
    """Read the settings from the environment; E-3401 or E-3402 where one makes no sense."""
    values = os.environ if environ is None else environ
    environment = values.get("SHIPCHAT_UPS_ENVIRONMENT") or "simulator"
    if environment not in get_args(Environment):
        raise fault(
            BAD_SETTING, name="SHIPCHAT_UPS_ENVIRONMENT", value=environment, wanted="simulator, test or production"
        )
    home, shared = values.get("SHIPCHAT_HOME"), values.get("SHIPCHAT_SHARED_FOLDER")
    return UpsSettings(
        environment=environment,  # type: ignore[arg-type]  # checked against the literal above
        home=Path(home).expanduser().absolute() if home else Path(platformdirs.user_data_dir("shipchat")),
        base_url=_base_url(environment, values.get("SHIPCHAT_UPS_BASE_URL")),
        timeout_s=_seconds(values.get("SHIPCHAT_UPS_TIMEOUT_S")),
        shared_folder=Path(shared).expanduser().absolute() if shared else None,
        repeats_429=values.get("SHIPCHAT_UPS_REPEATS_429") != "no",
        client_id=values.get("SHIPCHAT_UPS_CLIENT_ID"),
        client_secret=values.get("SHIPCHAT_UPS_CLIENT_SECRET"),
    )


def _base_url(environment: str, given: str | None) -> str | None:
    if not given:
        return HOSTS.get(environment)
    parts = urlsplit(given)
    if environment != "simulator" or parts.scheme not in {"http", "https"} or not _is_loopback(parts.hostname or ""):
        raise fault(BAD_BASE_URL, url=f"{parts.scheme}://{parts.hostname}", environment=environment)
    return given.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _seconds(text: str | None) -> float:
    if not text:
        return DEFAULT_TIMEOUT_S
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:
        raise fault(BAD_SETTING, name="SHIPCHAT_UPS_TIMEOUT_S", value=text, wanted="seconds above 0, up to 600")
    return seconds


def _from_keyring(name: str) -> str | None:
    # The package is optional: without it, credentials come from the environment.
    try:
        keyring = importlib.import_module("keyring")
        errors = importlib.import_module("keyring.errors")
    except ImportError:
        return None
    try:
        secret = keyring.get_password("shipchat", name)
    except errors.KeyringError as problem:
        raise fault(KEYRING_CLOSED, detail=str(problem).rstrip(".") or type(problem).__name__) from problem
    return secret if isinstance(secret, str) else None
