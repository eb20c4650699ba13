"""Who may talk to `shipchat serve`: whoever was given its URL, at the address that it serves, and nobody else.

Other users of the machine and any web page can reach a port of this machine; the chat behind it can buy.
"""

import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from agent.errors import ErrorKind, error

ANY_ADDRESS = ErrorKind(
    "E-4122",
    "{host} stands for every address of this machine, so shipchat cannot tell which one the browser will open.",
    "Name it with --public-url, such as --public-url http://shop-pc:{port}, or give --host one address.",
)
OPEN_THE_URL = "Open the URL that `shipchat serve` printed where it was started.\n"
NO_KEY = f"This chat opens only with its token. {OPEN_THE_URL}"
OTHER_ADDRESS = f"shipchat is not served at this address. {OPEN_THE_URL}"
OTHER_PAGE = "Another page asked for this chat: refused.\n"
NOT_ENCRYPTED = (
    "Traffic to this address is NOT encrypted: whoever can watch the network can read it and take over the chat. "
    "A TLS proxy belongs in front; name its address with --public-url https://..."
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Access:
    """The one origin that is served (`http://127.0.0.1:8000`), and the token that opens it."""

    origin: str
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def url(self) -> str:
        """What the person opens, once; the token leaves the address line with the first answer."""
        return f"{self.origin}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """Browsers send cookies to every port of a host: the name keeps two servers apart."""
        return f"shipchat_{self.port}"

    @property
    def encrypted(self) -> bool:
        return self.origin.startswith("https:")

    def opens(self, given: str) -> bool:
        """Whether this is the token; the time that it takes tells nothing about it."""
        return secrets.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    def stranger(self, headers: Mapping[str, str], *, socket: bool) -> str | None:
        """Why a request comes from elsewhere: a name that was bent to this machine, or another page."""
        if headers.get("Host", "").lower() != urlsplit(self.origin).netloc:
            return OTHER_ADDRESS
        origin = headers.get("Origin")
        # Every browser says whose page opens a socket; no page of ours is needed for the rest.
        if (socket and origin is None) or (origin is not None and origin.lower() != self.origin):
            return OTHER_PAGE
        return None


def bound_host(host: str) -> str:
    """One address: a name with two (`localhost`) may leave the second to somebody else."""
    return "127.0.0.1" if host.lower() == "localhost" else host


def origin_of(url: str) -> str | None:
    """`https://Ship.example.com:443/` as a browser says it, `https://ship.example.com`; None if it is more or less."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        return None
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        return None
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{name}" + ("" if port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{port}")


def served_origin(host: str, port: int, public: str | None) -> str:
    """The origin that the browser will name.

    Raises:
        ShipchatError: E-4122, the host is every address and no public one was named.
    """
    if public is not None:
        return public
    if _address(host).is_unspecified:
        raise error(ANY_ADDRESS, host=host, port=port)
    name = f"[{host}]" if ":" in host else host
    return origin_of(f"http://{name}:{port}") or f"http://{name}:{port}"


def is_private(host: str, origin: str) -> bool:
    """Whether nothing leaves this machine unencrypted: bound to loopback, and opened there or through TLS."""
    return _address(host).is_loopback and (
        origin.startswith("https:") or _address(urlsplit(origin).hostname or "").is_loopback
    )


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """A name may resolve to anything: it counts as an address of the network."""
    try:
        return ipaddress.ip_address(bound_host(host))
    except ValueError:
        return ipaddress.IPv4Address("192.0.2.1")
