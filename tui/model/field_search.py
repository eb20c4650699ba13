"""Fields that fit what was typed: by name or by what they mean, every word somewhere."""

from collections.abc import Sequence

from agent.events import FieldSeen

WORDS = {"address1": "street", "address2": "second line", "address3": "third line"}


def shown_name(field: str) -> str:
    """`postal_code` as people read it."""
    return WORDS.get(field, field.replace("_", " "))


def fitting(fields: Sequence[FieldSeen], typed: str) -> list[FieldSeen]:
    """In their order; those whose name begins with what was typed stand first."""
    words = typed.casefold().split()
    found = [field for field in fields if all(word in f"{shown_name(field.name)} {field.means}" for word in words)]
    return sorted(found, key=lambda field: not shown_name(field.name).startswith(typed.casefold().strip()))
