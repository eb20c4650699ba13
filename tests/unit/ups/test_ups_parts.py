"""Token, back-off, durable files, spool, settings: each alone."""

import asyncio
import os
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mcp_servers.shared.faults import FaultKind, ToolFault
from mcp_servers.ups import faults
from mcp_servers.ups.backoff import LONGEST_PAUSE_S, Backoff, named_pause_s
from mcp_servers.ups.durable import Bundle, GroupWriter, write_bundles
from mcp_servers.ups.settings import load_settings
from mcp_servers.ups.spool import Spool
from mcp_servers.ups.tokens import TokenSource


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Issuer:
    def __init__(self, lifetime_s: float = 14_399.0) -> None:
        self.fetched = 0
        self.lifetime_s = lifetime_s
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> tuple[str, float]:
        self.fetched += 1
        mine = self.fetched
        await self.gate.wait()
        return f"token-{mine}", self.lifetime_s


async def test_however_many_ask_one_token_is_fetched() -> None:
    issuer = Issuer()
    issuer.gate.clear()
    source = TokenSource(issuer)
    asked = [asyncio.create_task(source.get()) for _ in range(20)]
    await asyncio.sleep(0)
    issuer.gate.set()
    assert set(await asyncio.gather(*asked)) == {"token-1"}
    assert issuer.fetched == 1


async def test_a_token_is_renewed_five_minutes_early() -> None:
    clock, issuer = Clock(), Issuer()
    source = TokenSource(issuer, clock)
    assert await source.get() == "token-1"
    clock.now += 14_399 - 301
    assert await source.get() == "token-1"
    clock.now += 2
    assert await source.get() == "token-2"


async def test_a_short_lived_token_is_used_for_most_of_its_life() -> None:
    clock, issuer = Clock(), Issuer(60.0)
    source = TokenSource(issuer, clock)
    await source.get()
    clock.now += 44
    assert await source.get() == "token-1"
    clock.now += 2
    assert await source.get() == "token-2"


async def test_a_refused_token_is_forgotten_once() -> None:
    source = TokenSource(Issuer())
    first = await source.get()
    source.refused(first)
    second = await source.get()
    source.refused(first)
    assert await source.get() == second == "token-2"


def test_each_429_doubles_the_pause_for_all_and_success_takes_it_back() -> None:
    clock = Clock()
    backoff = Backoff(clock, chance=lambda: 1.0)
    pauses = []
    for _ in range(12):
        pauses.append(backoff.slow_down())
        assert backoff.slow_down() == backoff.pause_left_s  # those on their way together count once
        clock.now += backoff.pause_left_s
    assert pauses[:4] == [0.5, 1.0, 2.0, 4.0]
    assert max(pauses) == LONGEST_PAUSE_S
    for _ in range(20):
        backoff.went_well()
    assert backoff.slow_down() == 0.5


def test_what_ups_names_is_kept_even_where_our_own_pause_is_shorter() -> None:
    clock = Clock()
    backoff = Backoff(clock, chance=lambda: 1.0)
    assert backoff.slow_down(120.0) == 120.0
    clock.now += 100.0
    assert backoff.slow_down(5.0) == 20.0, "a later, shorter word does not shorten it"
    clock.now += 20.0
    assert backoff.pause_left_s == 0.0
    assert backoff.slow_down(0.0) == 1.0, "nor does it make us ask at once, again and again"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("-7", None),
        ("soon", None),
        ("١٢", None),
        ("9" * 400, 86_400.0),
        ("Sun, 29 Nov 2026 12:00:30 GMT", 30.0),
        ("Sun, 29 Nov 2026 11:00:00 GMT", 0.0),
        ("Sun, 29 Nov 9999 12:00:00 GMT", 86_400.0),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str | None, seconds: float | None) -> None:
    assert named_pause_s(header, datetime(2026, 11, 29, 12, tzinfo=UTC)) == seconds


def test_a_bundle_is_synced_file_then_folder_then_record_then_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels, spool = tmp_path / "labels", tmp_path / "spool"
    labels.mkdir()
    spool.mkdir()
    log: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(descriptor: int) -> None:
        log.append(f"sync {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        real_sync(descriptor)

    def replace(self: Path, target: Path) -> Path:
        log.append(f"name {target.name}")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    bundle = Bundle([(labels / "one.zpl", b"label")], (spool / "r.json", lambda _failed: b"{}"))
    (saved,) = write_bundles([bundle])
    assert (saved.files, saved.record) == ([None], None)
    assert log == [
        "sync .one.zpl.part",
        "name one.zpl",
        "sync labels",
        "sync r.json",
        "sync spool",
    ]


def test_a_folder_is_synced_once_for_all_that_come_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real_sync = os.fsync

    def sync(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real_sync(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    write_bundles([Bundle([(tmp_path / f"{n}.zpl", b"x")]) for n in range(5)])
    assert synced.count(str(tmp_path)) == 1
    assert len(synced) == 6


def test_a_file_that_cannot_be_written_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    told: list[list[str | None]] = []

    def record(failed: list[str | None]) -> bytes:
        told.append(failed)
        return b"{}"

    bad = Bundle([(tmp_path / "file" / "x.zpl", b"1"), (tmp_path / "y.zpl", b"2")], (tmp_path / "r.json", record))
    good = Bundle([(tmp_path / "z.zpl", b"3")])
    first, second = write_bundles([bad, good])
    assert first.files[0] == "Not a directory"
    assert first.files[1] is None
    assert told == [first.files]
    assert (tmp_path / "z.zpl").read_bytes() == b"3"
    assert second.files == [None]


async def test_what_a_cancelled_caller_handed_over_is_written(tmp_path: Path) -> None:
    writer = GroupWriter()
    task = asyncio.create_task(writer.save(Bundle([(tmp_path / "a.zpl", b"x")])))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await writer.close()
    assert (tmp_path / "a.zpl").read_bytes() == b"x"


async def test_a_broken_record_reaches_its_caller_and_the_writer_goes_on(tmp_path: Path) -> None:
    def broken(_failed: list[str | None]) -> bytes:
        raise ZeroDivisionError

    writer = GroupWriter()
    with pytest.raises(ZeroDivisionError):
        await writer.save(Bundle([], (tmp_path / "r.json", broken)))
    saved = await writer.save(Bundle([(tmp_path / "b.zpl", b"x")]))
    assert saved.files == [None]


def test_a_reference_is_claimed_by_one(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    assert spool.claim("R00001", "digest") is None
    taken = spool.claim("R00001", "digest")
    assert taken is not None
    assert (taken.state, taken.content["digest"]) == ("sent", "digest")
    assert stat.S_IMODE(spool.path("R00001").stat().st_mode) == 0o600
    spool.release("R00001")
    assert spool.claim("R00001", "digest") is None


@pytest.mark.parametrize("torn", ["", "{", "[]", '{"state": "other"}'])
def test_a_torn_record_counts_as_sent(tmp_path: Path, torn: str) -> None:
    spool = Spool(tmp_path)
    spool.path("R00001").write_text(torn)
    record = spool.read("R00001")
    assert record is not None
    assert record.state == "sent"


def test_no_record_is_none(tmp_path: Path) -> None:
    assert Spool(tmp_path).read("R00001") is None


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, None),
        ({"SHIPCHAT_UPS_BASE_URL": "http://127.0.0.1:8765/"}, "http://127.0.0.1:8765"),
        ({"SHIPCHAT_UPS_BASE_URL": "http://localhost:1"}, "http://localhost:1"),
        ({"SHIPCHAT_UPS_BASE_URL": "http://[::1]:1"}, "http://[::1]:1"),
        ({"SHIPCHAT_UPS_ENVIRONMENT": "test"}, "https://wwwcie.ups.com"),
        ({"SHIPCHAT_UPS_ENVIRONMENT": "production"}, "https://onlinetools.ups.com"),
    ],
)
def test_the_host_follows_from_the_environment(environ: dict[str, str], url: str | None) -> None:
    settings = load_settings(environ)
    assert settings.base_url == url
    assert settings.environment == environ.get("SHIPCHAT_UPS_ENVIRONMENT", "simulator")


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({"SHIPCHAT_UPS_BASE_URL": "http://example.com"}, "E-3402"),
        ({"SHIPCHAT_UPS_BASE_URL": "http://127.0.0.1.example.com"}, "E-3402"),
        ({"SHIPCHAT_UPS_BASE_URL": "https://onlinetools.ups.com"}, "E-3402"),
        ({"SHIPCHAT_UPS_BASE_URL": "http://127.0.0.1:1", "SHIPCHAT_UPS_ENVIRONMENT": "production"}, "E-3402"),
        ({"SHIPCHAT_UPS_BASE_URL": "file:///etc/passwd"}, "E-3402"),
        ({"SHIPCHAT_UPS_ENVIRONMENT": "prod"}, "E-3401"),
        ({"SHIPCHAT_UPS_TIMEOUT_S": "soon"}, "E-3401"),
        ({"SHIPCHAT_UPS_TIMEOUT_S": "0"}, "E-3401"),
    ],
)
def test_settings_that_make_no_sense_are_refused(environ: dict[str, str], code: str) -> None:
    with pytest.raises(ToolFault) as refused:
        load_settings(environ)
    assert refused.value.code == code


def test_everything_moves_with_the_home() -> None:
    settings = load_settings({"SHIPCHAT_HOME": "/somewhere"})
    assert settings.spool_folder == Path("/somewhere/spool/simulator")
    assert settings.labels_folder == Path("/somewhere/labels/simulator")
    assert settings.carrier_records == Path("/somewhere/simulator/books.sqlite")


@pytest.mark.parametrize("environment", ["test", "production"])
def test_reality_needs_credentials(environment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcp_servers.ups.settings._from_keyring", lambda _name: None)
    with pytest.raises(ToolFault) as refused:
        load_settings({"SHIPCHAT_UPS_ENVIRONMENT": environment}).credentials()
    assert refused.value.code == "E-5001"


class Keyring:
    """Stands in for the optional package: no desktop is needed for these tests."""

    class KeyringError(Exception):
        pass

    def __init__(self, secrets: dict[str, str], *, locked: bool = False) -> None:
        self.secrets = secrets
        self.locked = locked

    def get_password(self, service: str, name: str) -> str | None:
        if self.locked:
            raise self.KeyringError("it is locked.")
        return self.secrets.get(f"{service}/{name}")


def keyring_of(monkeypatch: pytest.MonkeyPatch, keyring: Keyring) -> None:
    monkeypatch.setitem(sys.modules, "keyring", keyring)  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "keyring.errors", keyring)  # type: ignore[arg-type]


def test_credentials_come_from_the_keyring_by_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {
        f"shipchat/ups-{where}-client-{what}": f"{where} {what}"
        for where in ("test", "production")
        for what in ("id", "secret")
    }
    keyring_of(monkeypatch, Keyring(kept))
    for environment in ("test", "production"):
        settings = load_settings({"SHIPCHAT_UPS_ENVIRONMENT": environment})
        assert settings.credentials() == (f"{environment} id", f"{environment} secret")
    own = load_settings(
        {"SHIPCHAT_UPS_ENVIRONMENT": "test", "SHIPCHAT_UPS_CLIENT_ID": "a", "SHIPCHAT_UPS_CLIENT_SECRET": "b"}
    )
    assert own.credentials() == ("a", "b"), "the environment goes first"


def test_a_locked_keyring_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring_of(monkeypatch, Keyring({}, locked=True))
    with pytest.raises(ToolFault) as refused:
        load_settings({"SHIPCHAT_UPS_ENVIRONMENT": "test"}).credentials()
    assert refused.value.code == "E-5004"


def test_a_secret_is_not_shown() -> None:
    settings = load_settings({"SHIPCHAT_UPS_CLIENT_SECRET": "hush-hush"})
    assert "hush-hush" not in repr(settings)


def test_codes_are_unique_and_in_the_servers_ranges() -> None:
    kinds: list[Any] = [kind for kind in vars(faults).values() if isinstance(kind, FaultKind)]
    codes = [kind.code for kind in kinds]
    assert len(codes) == len(set(codes))
    for code in codes:
        number = int(code.removeprefix("E-"))
        assert 2101 <= number <= 2199 or 3001 <= number <= 3499 or 5001 <= number <= 5099


def test_the_simulator_never_gets_real_credentials() -> None:
    given = {"SHIPCHAT_UPS_CLIENT_ID": "a", "SHIPCHAT_UPS_CLIENT_SECRET": "b"}
    for more in ({}, {"SHIPCHAT_UPS_BASE_URL": "http://127.0.0.1:8765"}):
        assert load_settings(given | more).credentials() == ("practice", "practice")
