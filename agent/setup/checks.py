"""What `shipchat doctor` looks at: each check answers in a line, or raises what is wrong and what to do."""

import asyncio
import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from agent.batch.approval.parcel_holders import same_parcel_twice
from agent.batch.recovery.clock import ClockWatch
from agent.brains.clouds import CLOUDS, place_of
from agent.brains.connecting import key_of
from agent.errors import ErrorKind, ShipchatError, error, from_reply, is_refusal
from agent.labels.printing import Printer, parse_printer
from agent.ledger.store import Ledger
from agent.servers import ServerManager
from agent.settings import Settings
from agent.setup.model_probe import probe
from agent.setup.shipper_rules import place_faults, shipper_faults

SUPPORTED = ("linux", "darwin")
SERVERS = ("data", "ups", "jobs")
LEAST_FREE_BYTES = 200 * 1024 * 1024
"""A batch of 5,000 labels and its ledger take about half of that."""
PRINTER_TIMEOUT_S = 5.0

NO_ROOM = ErrorKind(
    "E-4321",
    "Only {free} MB are free for {folder}.",
    "Free some space: labels and the ledger are written while shipments are bought.",
)
FOLDER_LOCKED = ErrorKind(
    "E-4322",
    "{folder} cannot be written.",
    "Give yourself permission to write there, or set {variable} to another folder.",
)
CLOCK_WRONG = ErrorKind("E-4323", "The clock is wrong: {words}", "Set it: UPS looks labels up by their day.")
SHIPPER_WRONG = ErrorKind(
    "E-4324", "The shipper cannot ship from {environment}: {problems}.", "`shipchat setup` asks for it again."
)
PLACE_WRONG = ErrorKind(
    "E-4328", "A ship-from place cannot be shipped from: {problems}.", "Correct it in settings.toml."
)
PRINTER_AWAY = ErrorKind(
    "E-4325",
    "The printer {printer} does not answer ({reason}).",
    "Switch it on, or name another (`shipchat setup`).",
)
MODEL_WITHOUT_KEY = ErrorKind(
    "E-5015",
    "The model {model} has no key.",
    "`shipchat setup` keeps one; offline needs none.",
)

PROBE = {
    "lines": ["14 Juniper Court"],
    "city": "Albany",
    "state": "NY",
    "postal_code": "12207",
    "country_code": "US",
}
"""A request that costs nothing and needs an answer of UPS itself; its test environment knows addresses of NY and CA."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check."""

    name: str
    state: Literal["ok", "note", "FAULT"]
    words: str


class Note(Exception):
    """Nothing is broken, and a person may want to know."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a check may look at."""

    settings: Settings
    servers: ServerManager


Check = Callable[[Surroundings], Awaitable[str]]


async def examine(name: str, check: Check, around: Surroundings) -> Finding:
    """Run one check; nothing that it meets ends the others."""
    try:
        return Finding(name, "ok", await check(around))
    except Note as note:
        return Finding(name, "note", str(note))
    except (ShipchatError, OSError) as fault:
        return Finding(name, "FAULT", str(fault))


async def python(_around: Surroundings) -> str:
    told = f"{platform.python_version()} on {platform.system()} ({sys.executable})"
    if sys.platform not in SUPPORTED:
        raise Note(f"{told}: tested on Linux and macOS only")
    return told


async def terminal(_around: Surroundings) -> str:
    # The real ones: in the chat, something else stands in their place.
    stdin, stdout = sys.__stdin__, sys.__stdout__
    if stdin is None or stdout is None or not (stdin.isatty() and stdout.isatty()):
        raise Note("none: the chat needs one, `shipchat -p` does not")
    columns, lines = shutil.get_terminal_size()
    encoding = (stdout.encoding or "").lower().replace("-", "")
    told = f"{os.environ.get('TERM', 'unknown')}, {columns} x {lines}"
    if encoding != "utf8":
        raise Note(f"{told}, writes {stdout.encoding}: set LANG to a UTF-8 one, or some letters will not show")
    if columns < 80 or lines < 24:
        raise Note(f"{told}: the chat is easier to read from 80 x 24 on")
    return told


async def data_folder(around: Surroundings) -> str:
    folder = around.settings.home
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not os.access(folder, os.W_OK):
        raise error(FOLDER_LOCKED, folder=folder, variable="SHIPCHAT_HOME")
    return str(folder)


async def disk(around: Surroundings) -> str:
    folder = around.settings.home
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise error(NO_ROOM, free=free // 2**20, folder=folder)
    return f"{free // 2**30} GB free" if free >= 2**30 else f"{free // 2**20} MB free"


async def ledger(around: Surroundings) -> str:
    opened = Ledger.open(around.settings.ledger_place)
    try:
        twice = opened.read(same_parcel_twice)
    finally:
        opened.close()
    more = f" (an earlier version bought a second label for one parcel: {', '.join(twice)})"
    return f"{around.settings.ledger_place}{more if twice else ''}"


async def clock(around: Surroundings) -> str:
    watch = ClockWatch()
    opened = Ledger.open(around.settings.ledger_place)
    try:
        opened.read(watch.look)
    finally:
        opened.close()
    if trouble := watch.take_warning():
        raise error(CLOCK_WRONG, words=trouble)
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, here {datetime.now().astimezone():%H:%M %Z}"


async def shipper(around: Surroundings) -> str:
    settings = around.settings
    sender = settings.shipper or settings.sender
    problems = shipper_faults(sender, practice=settings.ups_environment == "simulator")
    if problems:
        raise error(SHIPPER_WRONG, environment=settings.ups_environment, problems="; ".join(problems))
    wrong = [
        f"ship_from.{name}.{fault}" for name, at in settings.ship_from.items() for fault in place_faults(sender, at)
    ]
    if wrong:
        raise error(PLACE_WRONG, problems="; ".join(wrong))
    places = f"; also from {', '.join(settings.ship_from)}" if settings.ship_from else ""
    return f"{sender.name}, account …{sender.account_number[-2:]} ({settings.ups_environment}){places}"


def server(name: str) -> Check:
    async def check(around: Surroundings) -> str:
        return f"{len(await around.servers.list_tools(name))} tools"

    return check


async def ups(around: Surroundings) -> str:
    settings = around.settings
    reply = await around.servers.call("ups", "address_validate", PROBE | {"environment": settings.ups_environment})
    if is_refusal(reply):
        raise from_reply(reply)
    return settings.ups_base_url or f"{settings.ups_environment} (built in or UPS's own host)"


async def model(around: Surroundings) -> str:
    name = around.settings.model
    if name == "offline" or name.startswith("recorded:"):
        return f"{name}: needs no key"
    own = around.settings.models.get(name)
    if own is not None and own.kind in CLOUDS:
        region, project = await asyncio.to_thread(place_of, own)
        where = f"{CLOUDS[own.kind].name}, {region}{f', project {project}' if project else ''}"
        return f"{name}: {where}, with the credentials of this machine (`--model` tries them)"
    if key_of(own) is None:
        raise error(MODEL_WITHOUT_KEY, model=name)
    return f"{name}: {'needs no key' if own and own.key_env is None else 'a key is set'} (`--model` tries it)"


async def asked_model(around: Surroundings) -> str:
    """The thorough look: a request, which may cost a few tokens."""
    return await model(around) if around.settings.model == "offline" else await probe(around.settings)


async def printer(around: Surroundings) -> str:
    if around.settings.printer is None:
        raise Note("none is set: labels are files")
    target = parse_printer(around.settings.printer)
    reason = await asyncio.to_thread(_trouble, target)
    if reason is not None:
        raise error(PRINTER_AWAY, printer=target, reason=reason)
    return str(target)


def _trouble(target: Printer) -> str | None:
    """Why nothing would come out; None where the printer answers."""
    if target.host is not None:
        try:
            socket.create_connection((target.host, target.port), timeout=PRINTER_TIMEOUT_S).close()
        except OSError as fault:
            return fault.strerror or type(fault).__name__
        return None
    listed = shutil.which("lpstat")
    if listed is None:
        return "this machine has no print system: lpstat is missing"
    told = subprocess.run([listed, "-p", "--", str(target)], capture_output=True, text=True, check=False, timeout=30)
    return None if told.returncode == 0 else told.stderr.strip() or "the print system does not know it"


CHECKS: list[tuple[str, Check]] = [
    ("Python", python),
    ("terminal", terminal),
    ("data folder", data_folder),
    ("disk", disk),
    ("ledger", ledger),
    ("clock", clock),
    ("shipper", shipper),
    *((f"{name} server", server(name)) for name in SERVERS),
    ("UPS", ups),
    ("model", model),
    ("printer", printer),
]
"""In the order in which they are told."""
