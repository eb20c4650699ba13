"""Which service each row goes by: named, from a column, by rule - or asked for. Never a silent default."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from agent.conversation.proposal import Proposal
from agent.conversation.state import SessionState
from agent.errors import ErrorKind, ShipchatError, error
from agent.plan.selection import all_of, fetch
from agent.shipping.places import country_name
from agent.shipping.services import offering, read_chosen, read_service, service_label, services_to
from agent.shipping.verdict import Ask, Reject

NO_SERVICE = ErrorKind("E-2339", "{answer!r} is not a known UPS service.", "Say it again with another service.")
MOST_QUESTIONS = 5
"""About one service; answers are remembered, so the same question would answer itself for ever."""
OFFERED = ("03", "12", "02", "01")
"""Ground, 3 Day Select, 2nd Day Air, Next Day Air: what is asked for most."""
MOST_OFFERED = 4
Places = Collection[tuple[str, str | None]]
"""Where the rows of a selection go: country and state."""


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """How rows get their service code; `None` for a row means: its own column says."""

    code: str | None
    by_row: dict[int, str] = field(default_factory=dict)

    def of(self, row_number: int) -> str | None:
        return self.by_row.get(row_number, self.code)


async def choose_services(
    state: SessionState, proposal: Proposal, *, has_column: bool, places: Callable[[], Places]
) -> ServiceChoice:
    """The service of the whole and of the rows that a rule names. `places` tells where they go, when it is asked.

    Raises:
        ShipchatError: what a rule's clause is refused for, or a service that is none.
    """
    named = proposal.service or state.defaults.get("service")
    code: str | None = None
    if named:
        code = await read_choice(state, named, places)
    elif not (proposal.service_column or has_column):
        code = await read_choice(state, await _ask_for_one(state, places()), places)
    by_row: dict[int, str] = {}
    for rule in proposal.service_rules:
        rule_code = await read_choice(state, rule.service)
        for row in await fetch(state.data, all_of([proposal.where, rule.where])):
            by_row.setdefault(row.row_number, rule_code)
    return ServiceChoice(code, by_row)


async def read_choice(state: SessionState, text: str, places: Callable[[], Places] = tuple) -> str:
    """The code of a service that a person named; a near miss is confirmed, an unknown one asked for.

    Only services that reach all of `places` are offered.

    Raises:
        ShipchatError: the reason why it is refused, E-2339 where no answer names a service.
    """
    verdict = read_service(text)
    for _ in range(MOST_QUESTIONS):
        if isinstance(verdict, Reject):
            raise ShipchatError(verdict.code, f"{verdict.cell!r} {verdict.why}", verdict.remedy)
        if isinstance(verdict, Ask):
            ask = offering(verdict, services_to(_home(state), places()))
            text = await state.ask(ask.question, list(ask.options), free_text=ask.free_text)
        elif verdict.value is None:
            text = await _ask_for_one(state, places())
        else:
            return verdict.value
        verdict = read_chosen(text)
    raise error(NO_SERVICE, answer=text)


async def _ask_for_one(state: SessionState, places: Places) -> str:
    reaching = services_to(_home(state), places)
    question = "Which UPS service shall they go by?"
    if reaching == ():
        countries = sorted({country_name(country) for country, _ in places})
        question = (
            f"No single UPS service goes to all of these: {', '.join(countries)}. {question}"
            " Rows that it does not reach can be left out."
        )
    options = [service_label(code) for code in (reaching or OFFERED)[:MOST_OFFERED]]
    return await state.ask(question, options, free_text=True)


def _home(state: SessionState) -> str:
    return state.settings.sender.address.country_code


def one_code(codes: list[str]) -> str | None:
    """The code that all share; None when they differ."""
    return codes[0] if len(set(codes)) == 1 else None
