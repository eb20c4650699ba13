"""Who may use the simulator's own pages: whoever can read its owner's files.

A web page open in a browser can send requests to this machine, too. So only requests that name this machine as their
host are answered, and `/simulator/*` wants the token that stands in a file beside the records.
"""

import hmac
import os
import secrets
from pathlib import Path

from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request

THIS_MACHINE = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"], www_redirect=False)


def token_file(records: Path) -> Path:
    """Where the token of these records stands."""
    return records.with_name(f"{records.name}.token")


def token_of(records: Path) -> str:
    """The token, made at the first start: several simulators may serve the same records, so it stays."""
    path = token_file(records)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        return path.read_text().strip() or _refused(path)
    token = secrets.token_urlsafe(32)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{token}\n")
    return token


def may_use(request: Request, token: str) -> bool:
    """Whether a request carries the token."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), token.encode())


def _refused(path: Path) -> str:
    raise ValueError(f"{path} is empty: delete it, and start the simulator again")
