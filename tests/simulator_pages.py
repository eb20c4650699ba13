"""The simulator's own pages, with the token that stands beside its books."""

from pathlib import Path

import httpx2


def pages(url: str, books: Path) -> httpx2.Client:
    """A client of `/simulator/*`; the simulator must have started."""
    token = books.with_name(f"{books.name}.token").read_text().strip()
    return httpx2.Client(base_url=url, timeout=70.0, trust_env=False, headers={"Authorization": f"Bearer {token}"})
