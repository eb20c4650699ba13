"""Tracking numbers of practice: `1Z` + `SIMSIM` + service + serial + check digit, valid by UPS's rule."""

SHIPPER_PART = "SIMSIM"
MASKED = "1ZXXXXXXXXXXXXXXXX"
_SERVICE_PART = {"14": "15"}


def check_digit(body: str) -> str:
    """Of the 15 characters after `1Z`: letters count (code - 63) % 10, every second character twice."""
    values = [int(letter) if letter.isdigit() else (ord(letter) - 63) % 10 for letter in body]
    total = sum(values[0::2]) + 2 * sum(values[1::2])
    return str((10 - total % 10) % 10)


def tracking_number(serial: int, service_code: str, *, is_return: bool = False) -> str:
    """The number of the `serial`-th package (1 to 9,999,999)."""
    service = "90" if is_return else _SERVICE_PART.get(service_code, service_code)
    body = f"{SHIPPER_PART}{service:0>2}{serial % 10_000_000:07d}"
    return f"1Z{body}{check_digit(body)}"
