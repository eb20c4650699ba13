"""`shipchat serve`: textual-serve's server behind a token, with a few tabs at once and an end to each of them."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web
from textual_serve.server import Server, to_int

from agent.cli.output import say
from agent.cli.serve_access import NO_KEY, Access
from agent.cli.serve_tabs import Tab
from agent.cli.stopping import off_signals, on_signals
from agent.faultlog import unexpected
from agent.planning.wording import counted

MOST_TABS = 4
FULL = f"{MOST_TABS} chats are open here, which is the most. Close a tab, then load this page again.\n"
HEARTBEAT_S = 15
TYPE_AT_ONCE = """<script>
new MutationObserver((_, watching) => {
  if (document.body.classList.contains("-first-byte")) {
    watching.disconnect();
    document.querySelector("textarea").focus();
  }
}).observe(document.body, {attributes: true});
</script></body>"""
"""textual-serve's page takes keys after a click only."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ChatServer(Server):  # type: ignore[misc, unused-ignore]
    """Serves the chat that `command` starts to whoever the access lets in."""

    def __init__(self, command: str, access: Access, home: Path) -> None:
        super().__init__(command, title="shipchat", public_url=access.origin)
        self.access = access
        self.home = home
        self._tabs: dict[Tab, web.WebSocketResponse] = {}

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._only_invited)
        app.on_response_prepare.append(self._kept_apart)
        return app

    def serve_on(self, listening: socket.socket) -> None:
        """Serve until Ctrl+C, SIGTERM or a closed terminal; then every chat is asked to leave."""
        for name in ("aiohttp", "textual-serve", "asyncio"):
            logging.getLogger(name).addHandler(_PlainLog(logging.WARNING))
            logging.getLogger(name).propagate = False
        asyncio.run(self._until_stopped(listening))

    async def _until_stopped(self, listening: socket.socket) -> None:
        stopping = asyncio.Event()
        on_signals(stopping.set)
        # No access log: its lines would hold the token.
        runner = web.AppRunner(await self._make_app(), access_log=None)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        await stopping.wait()
        # From now on Ctrl+C leaves at once: the chats notice, and end themselves.
        off_signals()
        await runner.cleanup()

    async def on_startup(self, app: web.Application) -> None:
        """The only place where the token is ever written."""
        say(f"Open {self.access.url}")
        say("Whoever has this URL can ship in your name. Ctrl+C ends the server and its chats.")

    async def on_shutdown(self, app: web.Application) -> None:
        if self._tabs:
            say(f"Ending {counted(len(self._tabs), 'open chat')}; a batch that runs is paused first.")
        for ws in self._tabs.values():
            # Not waiting for the browser's answer: a batch may need what time there is.
            asyncio.create_task(ws.close())  # noqa: RUF006 - the tabs below are what is waited for
        await asyncio.gather(*(tab.stop() for tab in self._tabs))

    @web.middleware
    async def _only_invited(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        access = self.access
        if refusal := access.stranger(request.headers, socket=request.path == "/ws"):
            raise web.HTTPForbidden(text=refusal)
        if request.path == "/" and "token" in request.query:
            if not access.opens(request.query["token"]):
                raise web.HTTPForbidden(text=NO_KEY)
            opened = web.HTTPSeeOther("/")
            opened.set_cookie(
                access.cookie, access.token, httponly=True, samesite="Strict", secure=access.encrypted, path="/"
            )
            raise opened
        if not access.opens(request.cookies.get(access.cookie, "")):
            raise web.HTTPForbidden(text=NO_KEY)
        if request.path in {"/", "/ws"} and len(self._tabs) >= MOST_TABS:
            raise web.HTTPServiceUnavailable(text=FULL)
        try:
            return await handler(request)
        except web.HTTPException:
            raise
        except Exception as fault:  # noqa: BLE001 - one line for the person, the rest in the private log
            raise web.HTTPInternalServerError(text=f"{unexpected(self.home, fault)}\n") from None

    async def _kept_apart(self, request: web.Request, response: web.StreamResponse) -> None:
        """No other page may frame, read or feed this one, and this one asks nobody else for anything."""
        sockets = self.public_url.replace("http", "ws", 1)
        response.headers.update(
            {
                "Content-Security-Policy": (
                    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
                    f"img-src 'self' data:; connect-src 'self' {sockets}; "
                    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
                ),
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "no-store",
            }
        )

    async def handle_index(self, request: web.Request) -> web.Response:
        page: web.Response = await super().handle_index(request)  # type: ignore[assignment]
        page.text = (page.text or "").replace("</body>", TYPE_AT_ONCE)
        return page

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """One tab: its chat starts with it and ends with it."""
        ws = web.WebSocketResponse(heartbeat=HEARTBEAT_S)
        tab = Tab(
            self.command,
            write_bytes=ws.send_bytes,
            write_str=ws.send_str,
            close=ws.close,  # type: ignore[arg-type]
            download_manager=self.download_manager,
        )
        self._tabs[tab] = ws
        try:
            await ws.prepare(request)
            await tab.start(to_int(request.query.get("width", ""), 80), to_int(request.query.get("height", ""), 24))
            await self._process_messages(ws, tab)
        except (AssertionError, AttributeError, LookupError, TypeError, ValueError):
            # Not what our page sends.
            await ws.close()
        finally:
            await asyncio.shield(self._end(tab))
        return ws

    async def _end(self, tab: Tab) -> None:
        await tab.stop()
        self._tabs.pop(tab, None)


class _PlainLog(logging.Handler):
    """One line for a fault of the web parts: a stack trace with its values, or a request's line, tells too much."""

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        kind = f" ({type(fault).__name__})" if fault else ""
        say(f"The browser's side met a problem{kind}; the chats go on.", err=True)
