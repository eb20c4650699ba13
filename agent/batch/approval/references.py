"""shipchat's own reference: what a lost label is found by. Unique by constraint, never used again."""

import secrets

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
MOST_ROWS = 999_999
MOST_ATTEMPTS = 99


def new_reference_prefix() -> str:
    """`SC` + 8 random base-32 characters, drawn once per job and stored with its plan."""
    return "SC" + "".join(secrets.choice(_ALPHABET) for _ in range(8))


def reference(prefix: str, row_number: int, attempt: int) -> str:
    """Prefix + row as 6 digits + attempt as 2 digits, `[A-Z0-9]` only (docs/money.md).

    Raises:
        ValueError: a row or an attempt that does not fit.
    """
    if not (1 <= row_number <= MOST_ROWS and 1 <= attempt <= MOST_ATTEMPTS):
        raise ValueError(f"row {row_number}, attempt {attempt} do not fit into a reference")
    return f"{prefix}{row_number:06d}{attempt:02d}"
