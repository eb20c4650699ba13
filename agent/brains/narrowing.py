"""Narrows a small model's tools: an argument that is a column or a service may only be one that there is.

The names become an `enum` of the tools' schemas, so that a server that holds a model to them cannot let it invent one.
Clauses stay text; what they name is checked when they are read. Headers are data: nothing in them opens a tag or hides,
the same letters are escaped as between `<data>` and `</data>`.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from agent.brains.fencing import without_tags
from agent.brains.prompts import render
from agent.shipping.services import nameable

MOST_CHARACTERS = 2_000
"""Of all columns together. A sheet with more of them sends no list: it would stand in four places of each request, and
a part of it would forbid the rest."""
ROW = "sheet_row"
"""What rows are ordered by, besides columns."""
_COLUMN = frozenset({"column", "service_column", "arrive_by_column", "references", "barcode"})
_SERVICE = frozenset({"service", "services"})


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The names of one sheet. Made anew for each request, so that another sheet has its own."""

    columns: dict[str, str] = field(default_factory=dict)
    """As the model is told it -> as the sheet writes it; empty where any name may be given."""

    @classmethod
    def of(cls, sheet: dict[str, Any] | None) -> "Narrowing":
        """From the description of the open sheet that the model has; None or a refusal narrows no columns."""
        names = [str(column["name"]) for column in (sheet or {}).get("columns", ())]
        told = {without_tags(name): name for name in names}
        if len(told) < len(names) or sum(map(len, told)) > MOST_CHARACTERS:
            return cls()
        return cls(told)

    def tool(self, published: dict[str, Any]) -> dict[str, Any]:
        """The tool with the names in its schema."""
        schema = deepcopy(published["input_schema"])
        for title, part in {"": schema, **schema.get("$defs", {})}.items():
            for name, argument in part.get("properties", {}).items():
                if name in _COLUMN and self.columns:
                    more = [ROW] if title == "OrderBy" and ROW not in self.columns else []
                    _restrict(argument, [*self.columns, *more])
                    argument["description"] = f"{argument.get('description', '')} {render('listed')}".strip()
                elif name in _SERVICE:
                    _restrict(argument, list(nameable()))
        return published | {"input_schema": schema}

    def as_written(self, arguments: Any) -> Any:
        """A call's arguments with columns as the sheet writes them."""
        if isinstance(arguments, list):
            return [self.as_written(item) for item in arguments]
        if not isinstance(arguments, dict):
            return arguments
        return {name: self._written(name, value) for name, value in arguments.items()}

    def _written(self, name: str, value: Any) -> Any:
        if name in _COLUMN and isinstance(value, str):
            return self.columns.get(value, value)
        if name in _COLUMN and isinstance(value, list):
            return [self._written(name, item) for item in value]
        return self.as_written(value)


def _restrict(argument: dict[str, Any], names: list[str]) -> None:
    """The text of an argument, of its items, or of its choice of text or nothing, is one of these."""
    for part in (argument, argument.get("items", {}), *argument.get("anyOf", ())):
        if part.get("type") == "string":
            part["enum"] = names
