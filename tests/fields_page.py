"""Writes docs/fields.md from the dictionary of headers (`python -m tests.fields_page`); a test keeps the page true."""

from collections.abc import Sequence
from pathlib import Path

from agent.sheet.fields import FIELDS, OWNER_WORDS, Field

PAGE = Path(__file__).parents[1] / "docs" / "fields.md"
_INTRODUCTION = """\
# Fields: what the columns of a sheet can hold

Generated from `agent/sheet/fields.toml` by `python -m tests.fields_page`. A header is known when it is one of these, case,
blanks and punctuation ignored; a weight, a size or an amount may end in its unit (`Weight (oz)`). A shipment is made of
known headers only. To select rows you may also use the names under “select by”; they never feed a shipment.

“Role” is what a column is to a command (“orders over 5 lb” looks for the role weight); several fields may have one role.
“Private” fields are people's data: a language model never sees their values.
"""


def page() -> str:
    """The whole page."""
    mapped = [field for field in FIELDS.values() if field.headers]
    others = [field for field in FIELDS.values() if not field.headers]
    parts = [_INTRODUCTION, *_table("Fields of a shipment and its order", mapped)]
    parts += _table("Columns that rows are selected by", others)
    parts += ["## Whose address", "", "Words before or behind the fields of an address say whose it is.", ""]
    parts += ["| whose | words |", "|---|---|"]
    parts += [f"| {owner} | {_listed(words)} |" for owner, words in OWNER_WORDS.items()]
    parts += ["", "## Names", ""]
    for field in FIELDS.values():
        parts += _names(field)
    return "\n".join(parts).rstrip() + "\n"


def _table(title: str, fields: Sequence[Field]) -> list[str]:
    lines = [f"## {title}", "", "| field | holds | role | unit | private | examples |", "|---|---|---|---|---|---|"]
    for field in fields:
        private = "yes" if field.personal else ""
        cells = (f"`{field.name}`", field.means, field.role, field.unit or "", private, _listed(field.examples))
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def _names(field: Field) -> list[str]:
    lines = [f"- `{field.name}`: {_listed(field.headers)}"] if field.headers else [f"- `{field.name}`"]
    if field.owner_headers:
        lines.append(f"    - beside the words of an address: {_listed(field.owner_headers)}")
    if field.select_only:
        lines.append(f"    - select by: {_listed(field.select_only)}")
    for role, headers in field.stands_in.items():
        which = _listed(headers) if headers else "all"
        lines.append(
            f"    - count as the {role.replace('_', ' ')} to select by, where no other column is that: {which}"
        )
    return lines


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
