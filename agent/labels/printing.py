"""To the printer: CUPS by name, or a raw socket by address. What a printer took cannot be taken back."""

import re
import shutil
import socket
import subprocess
from dataclasses import dataclass

from agent.errors import error
from agent.labels.faults import BAD_PRINTER, NO_PRINT_SYSTEM, PRINTER_SILENT, PRINTER_UNREACHABLE

TIMEOUT_S = 30.0
_ADDRESS = re.compile(r"^(?:\[(?P<six>[0-9a-fA-F:]+)\]|(?P<host>[A-Za-z0-9.-]+)):(?P<port>[0-9]{1,5})$")
_NAME = re.compile(r"^[A-Za-z0-9_.][A-Za-z0-9_.-]*$")


@dataclass(frozen=True, slots=True)
class Printer:
    """A queue of CUPS (`name`) or the address of a label printer (`host`, `port`)."""

    name: str | None = None
    host: str | None = None
    port: int = 9100

    def __str__(self) -> str:
        return self.name or f"{self.host}:{self.port}"


def parse_printer(text: str) -> Printer:
    """Read `PRINTER` or `HOST:9100`.

    Raises:
        ShipchatError: E-4307 for anything else; a name never begins with a dash, so that it is never an option.
    """
    address = _ADDRESS.match(text)
    if address is not None and 0 < int(address["port"]) < 65_536:
        return Printer(host=address["six"] or address["host"], port=int(address["port"]))
    if _NAME.match(text):
        return Printer(name=text)
    raise error(BAD_PRINTER, printer=text)


NOTHING_CAME_OUT = frozenset({NO_PRINT_SYSTEM.code, PRINTER_UNREACHABLE.code})
"""After these the labels count as not printed; after any other trouble nobody knows."""


def send(printer: Printer, content: bytes, *, raw: bool) -> None:
    """Hand everything over once; `raw` says that the print system must pass it on untouched (printer text).

    Raises:
        ShipchatError: E-4311 when it took nothing, E-4308 when it may have taken a part, E-4309 without a print system.
    """
    if printer.host is not None:
        _to_socket(printer, printer.host, content)
    else:
        _to_print_system(printer, content, raw=raw)


def _to_socket(printer: Printer, host: str, content: bytes) -> None:
    try:
        connection = socket.create_connection((host, printer.port), timeout=TIMEOUT_S)
    except OSError as problem:
        raise error(PRINTER_UNREACHABLE, printer=printer, detail=_words(problem)) from problem
    try:
        with connection:
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)
            # Label printers say nothing; an orderly end means that the bytes arrived.
            while connection.recv(1024):
                pass
    except OSError as problem:
        raise error(PRINTER_SILENT, printer=printer, detail=_words(problem)) from problem


def _words(problem: OSError) -> str:
    return problem.strerror or type(problem).__name__


def _to_print_system(printer: Printer, content: bytes, *, raw: bool) -> None:
    command = _command(str(printer), raw=raw)
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise error(PRINTER_SILENT, printer=printer, detail=type(problem).__name__) from problem
    if done.returncode != 0:
        # A job that was refused was not queued, not even in part.
        words = done.stderr.decode(errors="replace").strip() or f"exit code {done.returncode}"
        raise error(PRINTER_UNREACHABLE, printer=printer, detail=words)


def _command(queue: str, *, raw: bool) -> list[str]:
    if lp := shutil.which("lp"):
        return [lp, "-d", queue, *(["-o", "raw"] if raw else []), "--", "-"]
    if lpr := shutil.which("lpr"):
        return [lpr, "-P", queue, *(["-o", "raw"] if raw else [])]
    raise error(NO_PRINT_SYSTEM)
