"""`shipchat serve`: the chat in a browser on this machine."""

import shlex
import socket
import sys
from typing import Any

import click

from agent.cli.options import max_rows, max_total
from agent.cli.output import say
from agent.errors import ErrorKind, error

NOT_INSTALLED = ErrorKind(
    "E-4120",
    "The chat in a browser needs packages that are not installed ({missing}).",
    "pip install 'shipchat[serve]'",
)
CANNOT_LISTEN = ErrorKind(
    "E-4121",
    "shipchat cannot listen at {host}, port {port}: {reason}.",
    "Choose another with --host or --port; without --port a free one is taken.",
)
USUAL_PORT = 8000


def _origin(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    from agent.cli.serve_access import origin_of

    if value is None:
        return None
    origin = origin_of(value)
    if origin is None:
        raise click.BadParameter("write it as http://NAME:PORT or https://NAME, without a path")
    return origin


@click.command()
@click.argument("source", required=False, type=click.Path())
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), help="Default: 8000, or a free one.")
@click.option(
    "--public-url", metavar="URL", callback=_origin, help="What the browser opens, where a proxy is in front."
)
@click.option("--sheet", metavar="NAME", help="The worksheet of a workbook, the table of a database.")
@click.option("--model", metavar="NAME", help="offline, claude, a model id, or recorded:FILE.")
@click.option("--mode", type=click.Choice(["confirm", "auto"]), default="confirm", show_default=True)
@max_total
@max_rows
def serve(host: str, port: int | None, public_url: str | None, **given: Any) -> None:
    """Open the chat on SOURCE in a browser, behind a token.

    Each tab is a chat of its own. Needs `pip install 'shipchat[serve]'`.
    """
    from agent.cli.serve_access import NOT_ENCRYPTED, Access, bound_host, is_private, served_origin
    from agent.settings import Settings

    try:
        from agent.cli.serve_server import ChatServer
    except ModuleNotFoundError as fault:
        raise error(NOT_INSTALLED, missing=fault.name) from None
    # Settings that are not valid are told here, not in every tab.
    home = Settings.load().home
    host = bound_host(host)
    with _listening(host, port) as listening:
        bound = listening.getsockname()[1]
        access = Access(served_origin(host, bound, public_url), bound)
        if not is_private(host, access.origin):
            say(NOT_ENCRYPTED, err=True)
        ChatServer(shlex.join(chat_command(**given)), access, home).serve_on(listening)


def chat_command(
    *, source: str | None, sheet: str | None, model: str | None, mode: str, max_total: int | None, max_rows: int | None
) -> list[str]:
    """What each tab starts. Nothing here approves: that is the person's part, in the tab."""
    total = None if max_total is None else f"{max_total // 100}.{max_total % 100:02d}"
    options = {"--sheet": sheet, "--model": model, "--mode": mode, "--max-total": total, "--max-rows": max_rows}
    given = [f"{name}={value}" for name, value in options.items() if value is not None]
    return [sys.executable, "-P", "-m", "agent.cli", "chat", *given, *(["--", source] if source else [])]


def _listening(host: str, port: int | None) -> socket.socket:
    """A bound socket. The usual port may be taken: then any free one."""
    wanted = [port] if port else [USUAL_PORT, 0]
    for number in wanted:
        try:
            family, *_, address = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
            return socket.create_server(address[:2], family=family)
        except OSError as fault:
            reason = fault.strerror or str(fault)
            failed = error(CANNOT_LISTEN, host=host, port=number, reason=reason.rstrip("."))
    raise failed
