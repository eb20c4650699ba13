"""Tracking numbers for tests, with the check digit that UPS's rule gives them."""


def numbered(body: str) -> str:
    """`1Z` + 15 characters + check digit: letters count (code - 63) % 10, every second character twice."""
    assert len(body) == 15, body
    worth = [int(letter) if letter.isdigit() else (ord(letter) - 63) % 10 for letter in body]
    return f"1Z{body}{(10 - (sum(worth[0::2]) + 2 * sum(worth[1::2])) % 10) % 10}"


def practice_number(serial: int) -> str:
    """The number of the `serial`-th package of a practice carrier."""
    return numbered(f"SIMSIM03{serial:07d}")
