"""One row on its way to a shipment: its texts by field, and everything that the rules find."""

import re
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from agent.mapping import faults as mapping_faults
from agent.mapping.answers import Answer, Answers
from agent.mapping.empty_cells import MAY_STAY_EMPTY, NOT_ALWAYS_READ, said_cell
from agent.mapping.supplies import NO_SUPPLIES, Supplies
from agent.mapping.template import CompiledMapping, Rendered
from agent.planning.model import SheetRow
from agent.shipping.verdict import Ask, Changed, Ok, Reject, Verdict, at, reject

Value = TypeVar("Value")
_FORMULA = re.compile(r"^(=|[+@-](?=[^\W\d]))")


@dataclass(slots=True)
class Findings:
    """What the rules said about a shipment, in the order of its fields."""

    warnings: list[str] = field(default_factory=list)
    changes: list[Changed[Any]] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    rejections: list[Reject] = field(default_factory=list)
    left_out: str = ""
    """Why the shipment stays, though no cell is at fault."""

    def take(self, verdict: Verdict[Value], column: str = "", cell: str = "") -> Value | None:
        """Note the verdict; its value, or None when the person must choose or the row cannot go."""
        placed = at(verdict, column, cell)
        match placed:
            case Ok():
                self.warn(placed.warning)
                return placed.value
            case Changed():
                self.changes.append(placed)
                return placed.value
            case Ask():
                if placed.slot not in {ask.slot for ask in self.asks}:
                    self.asks.append(placed)
            case Reject():
                if placed not in self.rejections:
                    self.rejections.append(placed)
        return None

    def leave_out(self, reason: str) -> None:
        """The shipment stays."""
        self.left_out = self.left_out or reason

    def warn(self, warning: str) -> None:
        """A remark that does not stop the row."""
        if warning and warning not in self.warnings:
            self.warnings.append(warning)


@dataclass(slots=True)
class RowReader:
    """Texts of one row by field, with the person's answers and the columns that the fields come from."""

    row: SheetRow
    compiled: CompiledMapping
    answers: Answers
    findings: Findings
    rendered: Rendered
    home: str
    """The sender's country."""
    supplies: Supplies = NO_SUPPLIES
    broken: set[str] = field(default_factory=set)
    """Fields whose cell is an error of a spreadsheet."""

    def __post_init__(self) -> None:
        for name, problem in self.rendered.faults.items():
            fault = reject(mapping_faults.NOT_RENDERED, field=name, problem=problem)
            fault = replace(fault, rule=f"{name} could not be rendered: its expression does not take the cell")
            self.findings.take(fault, self.column(name))
        for name, text in self.rendered.texts.items():
            if text[:1] in "=+@-" and _FORMULA.match(text):
                self.findings.warn(f"{self.column(name)} begins like a formula; it is shipped as plain text")

    def text(self, name: str) -> str:
        """The text of a field; empty where the mapping or the row has none, or it could not be rendered."""
        return "" if name in self.broken else self.rendered.texts.get(name, "")

    def faulty(self, name: str) -> bool:
        """Whether the field could not be rendered, or its cell is an error that was told already."""
        if name in self.rendered.faults:
            return True
        return name in self.broken and name not in MAY_STAY_EMPTY and name not in NOT_ALWAYS_READ

    def clear(self, name: str) -> None:
        """Read the field's cell as empty: its word stands for nothing."""
        self.rendered = Rendered(self.rendered.texts | {name: ""}, self.rendered.faults)

    def has(self, name: str) -> bool:
        """Whether the mapping has the field at all."""
        return name in self.compiled.mapping.fields

    def column(self, name: str) -> str:
        """How the field's cell is named to a person."""
        return ", ".join(self.compiled.columns.get(name, ())) or name

    def take(self, verdict: Verdict[Value], name: str) -> Value | None:
        """Note a verdict about a field; of a field whose fault is already known, nothing more is said."""
        if self.faulty(name) and isinstance(verdict, Ask | Reject):
            return None
        cell = self.rendered.texts.get(name, "")
        if isinstance(verdict, Reject):
            verdict = replace(verdict, why=verdict.why + said_cell(verdict.code, cell))
        return self.findings.take(verdict, self.column(name), cell)

    def answered(self, ask: Ask) -> Answer | None:
        """The person's answer to a question, if there is one."""
        return self.answers.get(ask.slot)


def from_answer(value: Value, answer: Answer, column: str, before: str, after: str) -> Changed[Value]:
    """A value that a person gave for rows whose cell has none (or has a word that they explained)."""
    return replace(Changed(value, before, after, answer.origin), column=column)
