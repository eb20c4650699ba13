"""Money and counts as people read them."""


def dollars(amount_cents: int) -> str:
    """`$1,234.50`."""
    return f"${amount_cents // 100:,}.{amount_cents % 100:02d}"


def masked_account(account_number: str) -> str:
    """The account by its last two characters, as the audit log names it."""
    return f"…{account_number[-2:]}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 row`, `3 rows`, `0 batches`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
