"""Which service each row goes by: named, from a column, by rule - or asked for. Never a silent default."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.conversation.proposal import Proposal
from agent.conversation.state import SessionState
from agent.errors import ErrorKind, ShipchatError, error
from agent.plan.model import SheetRow
from agent.plan.selection import all_of, fetch
from agent.shipping.services import read_chosen, read_service, service_label
from agent.shipping.text import is_blank
from agent.shipping.verdict import Ask, Reject

NO_SERVICE = ErrorKind("E-2339", "{answer!r} is not a known UPS service.", "Say it again with another service.")
NO_SERVICE_COLUMN = ErrorKind("E-2450", "The sheet has no column {column!r}.", "Name one of its columns: {columns}.")
MOST_QUESTIONS = 5
"""About one service; answers are remembered, so the same question would answer itself for ever."""
OFFERED = ("03", "12", "02", "01")
"""Ground, 3 Day Select, 2nd Day Air, Next Day Air: what is asked for most."""


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """How rows get their service code; `None` for a row means: its own column says."""

    code: str | None
    by_row: dict[int, str] = field(default_factory=dict)

    def of(self, row_number: int) -> str | None:
        return self.by_row.get(row_number, self.code)


def service_column(state: SessionState, proposal: Proposal) -> str | None:
    """The column that the proposal takes the services from, as the sheet writes it; None where it names none.

    Raises:
        ShipchatError: E-2450 for a column that the sheet does not have.
    """
    if proposal.service_column is None:
        return None
    columns = state.require_sheet().columns
    named = proposal.service_column.strip().casefold()
    found = next((column for column in columns if column.casefold() == named), None)
    if found is None:
        raise error(NO_SERVICE_COLUMN, column=proposal.service_column, columns=", ".join(columns))
    return found


async def choose_services(
    state: SessionState, proposal: Proposal, rows: Sequence[SheetRow], *, has_column: bool
) -> ServiceChoice:
    """The service of the selected rows: of those that a rule names, then what their column says, then of the whole.

    Beside a service column that the proposal names, its `service` is for the rows whose cell is blank.
    `has_column` says whether the mapping reads a service; then a default is for blank cells only (see `Answers`).

    Raises:
        ShipchatError: what a rule's clause is refused for, or a service that is none.
    """
    column = service_column(state, proposal)
    named = proposal.service or (None if has_column else state.defaults.get("service"))
    code: str | None = None
    if named:
        code = await read_choice(state, named)
    elif not has_column:
        code = await read_choice(state, await _ask_for_one(state))
    by_row: dict[int, str] = {}
    for rule in proposal.service_rules:
        rule_code = await read_choice(state, rule.service)
        for row in await fetch(state.data, all_of([proposal.where, rule.where])):
            by_row.setdefault(row.row_number, rule_code)
    if column is not None and code is not None:
        for row in rows:
            if is_blank(row.filled.data.get(column, "")):
                by_row.setdefault(row.row_number, code)
        code = None
    return ServiceChoice(code, by_row)


async def read_choice(state: SessionState, text: str) -> str:
    """The code of a service that a person named; a near miss is confirmed, an unknown one asked for.

    Raises:
        ShipchatError: the reason why it is refused, E-2339 where no answer names a service.
    """
    verdict = read_service(text)
    for _ in range(MOST_QUESTIONS):
        if isinstance(verdict, Reject):
            raise ShipchatError(verdict.code, f"{verdict.cell!r} {verdict.why}", verdict.remedy)
        if isinstance(verdict, Ask):
            text = await state.ask(verdict.question, list(verdict.options), free_text=verdict.free_text)
        elif verdict.value is None:
            text = await _ask_for_one(state)
        else:
            return verdict.value
        verdict = read_chosen(text)
    raise error(NO_SERVICE, answer=text)


async def _ask_for_one(state: SessionState) -> str:
    options = [service_label(code) for code in OFFERED]
    return await state.ask("Which UPS service shall they go by?", options, free_text=True)


def one_code(codes: list[str]) -> str | None:
    """The code that all share; None when they differ."""
    return codes[0] if len(set(codes)) == 1 else None
