"""Settings: typed, documented at the field, from environment and file, all below one home."""

import os
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self, get_args
from urllib.parse import parse_qs, urlsplit

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from agent.errors import NO_CURRENCY, NO_SHIPPER, SAMPLE_ACCOUNT_SET, SETTINGS_FAULTY, error
from agent.home import OTHER_BEGINNINGS, OTHER_VARIABLES, PREFIX, settings_file
from agent.home import home as home_folder
from agent.model_settings import ClaudeSettings, OwnModel
from agent.sender import BILLED_IN, SAMPLE_ACCOUNTS, SAMPLE_SHIPPER, PlaceName, ShipFromPlace, Shipper
from agent.temporal_settings import TemporalSettings

Environment = Literal["simulator", "test", "production"]


def _state() -> Path:
    return Path(platformdirs.user_state_dir("shipchat", appauthor=False))


class BoxPreset(BaseModel):
    """A box that you pack in: `[boxes.small]`, then “use the small box”."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    length: Decimal = Field(gt=0)
    """Of the outside, as are the other two."""
    width: Decimal = Field(gt=0)
    height: Decimal = Field(gt=0)
    unit: Literal["in", "cm"]
    """Of the three sides."""
    weight: str | None = Field(default=None, pattern=r"^\d{1,4}(\.\d{1,3})? ?(lb|oz|kg|g)$")
    """Of the empty box, e.g. `0.4 lb`: added where the weight is that of the items."""


def _default_model() -> str:
    return "claude" if os.environ.get("ANTHROPIC_API_KEY") else "offline"


class Settings(BaseSettings):
    """Everything that can be set, with `SHIPCHAT_<FIELD>` in the environment or in `settings.toml` of the home."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", env_nested_delimiter="__", use_attribute_docstrings=True
    )

    home: Path = Field(default_factory=lambda: home_folder())
    """The data folder: ledger, labels, spool, practice records, saved mappings, logs. Moves everything but `state`."""
    state: Path = Field(default_factory=lambda: _state())
    """What this machine remembers of its ledgers, outside `home`, so that a restored home is noticed: about 100
    bytes per request of the last three months. Keep it out of the backups of `home`."""
    ledger: str | None = None
    """One ledger for several stations: `postgresql://USER@HOST/DATABASE`. Its password is not written here but kept in
    SHIPCHAT_LEDGER_PASSWORD, in ~/.pgpass, or in the keyring as `ledger-password` of `shipchat`. Unset = a file in
    `home`, for one station."""
    station: str | None = None
    """What this station is called where several share a ledger; unset = the name of the machine."""
    station_lease_s: float = Field(default=30.0, ge=2)
    """Seconds without a sign of life after which the other stations of a shared ledger take over what one has not
    sent. What it was sending is in doubt then."""
    ups_environment: Environment = "simulator"
    """`production` buys real labels and is never a default."""
    ups_base_url: str | None = None
    """Another UPS address; accepted for loopback only."""
    ups_timeout_s: float = 30.0
    """Seconds that one UPS request may take."""
    shared_folder: Path | None = None
    """A folder that all stations of a shared ledger see at the same path: UPS's answers and the labels are kept in it,
    so that any station finds what another one bought. Unset = in `home`."""
    ups_requests_per_second: float | None = Field(default=None, gt=0)
    """How many requests a second all stations of a shared ledger send to UPS together; unset = as many as UPS takes.
    When UPS asks one of them to wait (429), all wait."""
    ups_patience_s: float = Field(default=90.0, ge=0)
    """Seconds that a batch waits in total while UPS answers 429 to everything; then it pauses, its rows pending."""
    shipper: Shipper | None = None
    """The sender. The simulator has a sample one; elsewhere it is required."""
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    """What UPS bills your account in, e.g. `EUR`. Unset = that of the sender's country, where it is the US, Canada, the
    United Kingdom or in the euro area. UPS's prices in another one are refused, never added up."""
    catalogue: Path | None = None
    """A file of your articles: SKU, weight, size, HS code, origin, value. A relative path begins at `home`."""
    boxes: dict[str, BoxPreset] = Field(default_factory=dict)
    """Boxes that you pack in, by a name of your own: words and a column `Box` name them."""
    ship_from: dict[PlaceName, ShipFromPlace] = Field(default_factory=dict)
    """Other places that parcels start from, by the name that commands and columns use: see docs/how-to/ship-from.md."""
    label_format: Literal["ZPL", "GIF", "EPL", "SPL"] = "ZPL"
    """The form of UPS's labels: text for a label printer, or a picture (GIF)."""
    printer: str | None = None
    """A queue of the print system, or HOST:9100: where `jobs labels --print` prints unless it names another."""
    invoice_printer: str | None = None
    """A queue of the print system with paper: where `jobs labels --print` prints customs invoices."""
    model: str = Field(default_factory=_default_model)
    """`offline`, `claude`, a name of `models`, a model id, or `recorded:FILE`. Unset = `claude`
    with ANTHROPIC_API_KEY, else `offline`."""
    claude: ClaudeSettings = Field(default_factory=ClaudeSettings)
    """How Claude is asked."""
    models: dict[str, OwnModel] = Field(default_factory=dict)
    """Models of your own, by the name that `--model` takes: see docs/models.md."""
    model_budget_tokens: int | None = Field(default=None, ge=1)
    """How many tokens, read and written, a model may use in one session; unset = no limit. See docs/models.md."""
    model_budget_cents: int | None = Field(default=None, ge=1)
    """What a model may cost in one session, in cents; unset = no limit. The model needs a price."""
    record: Path | None = None
    """Write what the model says and does to this new file, redacted, for `recorded:FILE`."""
    concurrency: int = Field(default=4, ge=1, le=64)
    """Shipments in flight at once."""
    dispatch: Literal["here", "temporal"] = "here"
    """Where batches run: in this process, or by `shipchat worker` through Temporal. See docs/how-to/temporal.md."""
    temporal: TemporalSettings = Field(default_factory=TemporalSettings)
    """The Temporal server of `dispatch = "temporal"`."""
    price_tolerance_percent: int = Field(default=10, ge=0, le=100)
    """How far a charge may exceed its quote before the batch stops: this share, or `price_tolerance_cents`."""
    price_tolerance_cents: int = Field(default=100, ge=0)
    """How far a charge may exceed its quote before the batch stops, in cents, where that is more than the share."""
    typed_approval_rows: int = Field(default=50, ge=0)
    """From this many rows on the approval is typed, not clicked."""
    typed_approval_cents: int = Field(default=50_000, ge=0)
    """From this total on the approval is typed, not clicked."""
    preview_rows: int = Field(default=20, ge=1)
    """How many shipments of a preview are priced in detail; the rest too with a budget or on request."""
    address_checks: int = Field(default=500, ge=1)
    """How many addresses one “check the addresses”, or one preview with Access Points, asks UPS about at most; it says
    what is left."""
    address_check_days: int = Field(default=30, ge=1)
    """Days for which UPS's answer about an address, and what you said to it, is kept and counts."""
    release_wait_s: int = 600
    """Seconds after an attempt before a row in doubt may be released."""
    watch_days: int = 30
    """Days for which an attempt that was given up is still looked up at each start."""
    purge_days: int = 30
    """Days after which the payloads of finished rows are deleted."""
    backups_kept: int = 10
    """How many copies of a sheet are kept from before it was written to."""
    status_columns: bool = False
    """Also write STATUS and ERROR_MESSAGE into the sheet."""
    jobs_db: Path | None = None
    """The queue database of the jobs server."""
    sessions_kept: int = Field(default=50, ge=0)
    """How many talks are kept in the home, with the prompt's history; 0 keeps neither. See docs/privacy.md."""
    theme: str | None = None
    """The chat's colours: dark, light, ansi, or the name of any theme of Textual; `/theme` keeps it. Unset = dark, with
    a terminal of 16 colours ansi."""
    keys: dict[str, str] = Field(default_factory=dict)
    """Other keys for the chat's actions: `show-log = "f11"`, several separated by commas. docs/keys.md lists them."""
    today: str | None = None
    """Freezes the date (YYYY-MM-DD) for rehearsals and tests."""

    @field_validator("ledger")
    @classmethod
    def _is_a_database_without_password(cls, url: str | None) -> str | None:
        """What is shown and logged must hold no secret."""
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("postgresql", "postgresql+psycopg") or not parts.path.strip("/"):
            raise ValueError("it is written postgresql://USER@HOST/DATABASE; leave it out for a file of this station")
        if parts.password is not None or "password" in parse_qs(parts.query, keep_blank_values=True):
            raise ValueError(
                "a password does not belong into this URL; keep it in SHIPCHAT_LEDGER_PASSWORD, in ~/.pgpass, or in "
                "the keyring (`keyring set shipchat ledger-password`)"
            )
        return url.replace("postgresql+psycopg:", "postgresql:", 1)

    @model_validator(mode="after")
    def _one_country(self) -> Self:
        """Lanes, customs and services are judged from one country."""
        home = (self.shipper or SAMPLE_SHIPPER).address.country_code
        for name, place in self.ship_from.items():
            if place.address.country_code != home:
                raise ValueError(f"ship_from.{name}: a ship-from place is in the shipper's country, {home}")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, toml_file=settings_file())
        return init_settings, env_settings, toml

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """What the caller gives, over the environment, over the file, over the defaults.

        Raises:
            ShipchatError: E-4104, naming each field that does not fit.
        """
        problems = list(_unknown_variables(os.environ))
        try:
            if not problems:
                return cls(**overrides)
        except ValidationError as fault:
            problems = [_problem(cls, item["type"], item["loc"], item["msg"]) for item in fault.errors()]
        except tomllib.TOMLDecodeError as fault:
            problems = [str(fault)]
        raise error(SETTINGS_FAULTY, problems="; ".join(problems), file=f"the environment or {settings_file()}")

    @property
    def ledger_place(self) -> Path | str:
        """The ledger's file, or the URL of its database without a password."""
        return self.ledger or self.home / "ledger.sqlite"

    @property
    def billing_currency(self) -> str:
        """What prices, limits and totals are counted in.

        Raises:
            ShipchatError: E-4106 where neither the settings nor the sender's country say it.
        """
        country = self.sender.address.country_code
        currency = self.currency or BILLED_IN.get(country)
        if currency is None:
            raise error(NO_CURRENCY, country=country, file=self.home / "settings.toml")
        return currency

    @property
    def catalogue_path(self) -> Path | None:
        return None if self.catalogue is None else self.home / self.catalogue.expanduser()

    @property
    def labels_path(self) -> Path:
        return self.files / "labels" / self.ups_environment

    @property
    def files(self) -> Path:
        """Where UPS's answers and labels are kept."""
        return self.home if self.shared_folder is None else self.shared_folder.expanduser()

    @property
    def sender(self) -> Shipper:
        """The shipper of this environment.

        Raises:
            ShipchatError: E-4103 outside the simulator when none is set, E-4107 when its account is a sample.
        """
        if self.ups_environment == "simulator":
            return self.shipper or SAMPLE_SHIPPER
        shipper, environment, file = self.shipper, self.ups_environment, self.home / "settings.toml"
        if shipper is None:
            raise error(NO_SHIPPER, environment=environment, file=file)
        if shipper.account_number in SAMPLE_ACCOUNTS:
            raise error(SAMPLE_ACCOUNT_SET, account=shipper.account_number, environment=environment, file=file)
        return shipper

    @property
    def places(self) -> dict[str, dict[str, Any]]:
        """The ship-from places besides the sender's own, as shipments carry them, by name."""
        return {name: place.party(self.sender) for name, place in self.ship_from.items()} if self.ship_from else {}

    def day(self) -> date:
        """Today: the frozen day of a rehearsal, else this machine's."""
        return date.fromisoformat(self.today) if self.today else datetime.now(UTC).astimezone().date()

    def tolerated_cents(self, quote_cents: int) -> int:
        """The highest charge that a quote of this many cents allows."""
        share = int(Decimal(quote_cents) * self.price_tolerance_percent / 100)
        return quote_cents + max(share, self.price_tolerance_cents)


def nearest(name: str, known: Iterable[str], beginning: str = "") -> str:
    """` (did you mean concurrency?)` for a name that is nearly one of the known ones, else nothing.

    `beginning` stands before the name that is shown.
    """
    from rapidfuzz import fuzz, process

    found = process.extractOne(name, list(known), scorer=fuzz.ratio, score_cutoff=60)
    return f" (did you mean {beginning}{found[0]}?)" if found else ""


def _unknown_variables(environ: Iterable[str]) -> Iterator[str]:
    known = [*Settings.model_fields, *(name.lower() for name in OTHER_VARIABLES)]
    for variable in sorted(environ):
        name = variable.removeprefix(PREFIX)
        field = name.split("__")[0].lower()
        if variable.startswith(PREFIX) and field not in known and not name.startswith(OTHER_BEGINNINGS):
            # Without the beginning that all of them share: it would make any two of them alike.
            yield f"{variable} is not a setting{nearest(name, [one.upper() for one in known], PREFIX)}"


def _problem(model: type[BaseModel], kind: str, path: tuple[int | str, ...], message: str) -> str:
    """What a person reads of one fault: where, what, and the nearest name of a setting that does not exist."""
    place = ".".join(map(str, path))
    if kind != "extra_forbidden":
        return f"{place}: {message.removeprefix('Value error, ')}"
    fields: Iterable[str] = model.model_fields
    for step in path[:-1]:
        inner = _model_of(model, str(step))
        if inner is None:
            return f"{place} is not a setting"
        model, fields = inner, inner.model_fields
    return f"{place} is not a setting{nearest(str(path[-1]), fields)}"


def _model_of(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    field = model.model_fields.get(name)
    annotation = field.annotation if field is not None else None
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None
