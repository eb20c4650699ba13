"""Printing for real: a socket that listens as a label printer does, and a program that stands in for CUPS's `lp`."""

import socket
import struct
import threading
from pathlib import Path

import pytest

from agent.errors import ShipchatError
from agent.labels.printing import parse_printer, send


class LabelPrinter:
    """Takes one job and keeps it."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.printed = b""
        self.thread = threading.Thread(target=self._take, daemon=True)
        self.thread.start()

    def _take(self) -> None:
        connection, _ = self.listener.accept()
        with connection:
            while part := connection.recv(4096):
                self.printed += part


def test_a_network_printer_gets_every_byte() -> None:
    printer = LabelPrinter()
    content = b"^XA^FDx^FS^XZ\n" * 20_000
    send(parse_printer(printer.address), content, raw=True)
    printer.thread.join(10)
    assert printer.printed == content


def test_a_printer_that_is_off_is_named() -> None:
    closed = socket.create_server(("127.0.0.1", 0))
    address = f"127.0.0.1:{closed.getsockname()[1]}"
    closed.close()
    with pytest.raises(ShipchatError, match="E-4311") as refused:
        send(parse_printer(address), b"^XA^XZ", raw=True)
    assert address in refused.value.message


@pytest.fixture
def lp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "lp"
    program.write_text('#!/bin/sh\necho "$@" > "$(dirname "$0")/arguments"\ncat > "$(dirname "$0")/printed"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return program


@pytest.mark.parametrize(("raw", "arguments"), [(True, "-d Zebra -o raw -- -\n"), (False, "-d Zebra -- -\n")])
def test_cups_gets_printer_text_raw_and_pictures_not(lp: Path, raw: bool, arguments: str) -> None:
    send(parse_printer("Zebra"), b"^XA^XZ", raw=raw)
    assert (lp.parent / "arguments").read_text() == arguments
    assert (lp.parent / "printed").read_bytes() == b"^XA^XZ"


def test_where_only_lpr_is_there_it_prints(lp: Path) -> None:
    lp.rename(lp.with_name("lpr"))
    send(parse_printer("Zebra"), b"^XA^XZ", raw=True)
    assert (lp.parent / "arguments").read_text() == "-P Zebra -o raw\n"
    assert (lp.parent / "printed").read_bytes() == b"^XA^XZ"


def test_a_printer_that_hangs_up_in_the_middle_may_have_printed() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def hang_up() -> None:
        connection, _ = listener.accept()
        connection.recv(10)
        # Zero linger: the close is a reset, as of a printer that is switched off.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    thread = threading.Thread(target=hang_up, daemon=True)
    thread.start()
    with pytest.raises(ShipchatError, match="E-4308"):
        send(parse_printer(f"127.0.0.1:{listener.getsockname()[1]}"), b"x" * 50_000_000, raw=True)
    thread.join(10)
    listener.close()


def test_a_refusal_of_cups_is_passed_on(lp: Path) -> None:
    lp.write_text("#!/bin/sh\necho 'The printer or class does not exist.' >&2\nexit 1\n")
    with pytest.raises(ShipchatError, match=r"E-4311.*does not exist"):
        send(parse_printer("Nobody"), b"x", raw=True)


def test_without_cups_an_address_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ShipchatError, match="E-4309"):
        send(parse_printer("Zebra"), b"x", raw=True)
