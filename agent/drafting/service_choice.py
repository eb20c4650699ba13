"""Which service each row goes by: named, from a column, by rule - or asked for. Never a silent default."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from agent.drafting.state import DraftingContext
from agent.errors import ErrorKind, ShipchatError, error
from agent.mapping.answers import SERVICE_OF_ALL
from agent.opening.sheet_state import SheetState
from agent.planning.model import SheetRow
from agent.planning.selection import all_of, fetch
from agent.planning.ship_request import ShipRequest
from agent.shipping.places import country_name
from agent.shipping.services import offering, read_chosen, read_service, service_label, services_to
from agent.shipping.text import is_blank
from agent.shipping.verdict import Ask, Reject

NO_SERVICE = ErrorKind("E-2339", "{answer!r} is not a known UPS service.", "Say it again with another service.")
NO_SERVICE_COLUMN = ErrorKind("E-2450", "The sheet has no column {column!r}.", "Name one of its columns: {columns}.")
WHICH_SERVICE = "Which UPS service should they go by?"
NONE_REACHES = (
    "No single UPS service goes to all of these: {countries}. {question} Rows that it does not reach can be left out."
)
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


def service_column(sheet: SheetState, request: ShipRequest) -> str | None:
    """The column that the request takes the services from, as the sheet writes it; None where it names none.

    Raises:
        ShipchatError: E-2450 for a column that the sheet does not have.
    """
    if request.service_column is None:
        return None
    columns = sheet.require().columns
    named = request.service_column.strip().casefold()
    found = next((column for column in columns if column.casefold() == named), None)
    if found is None:
        raise error(NO_SERVICE_COLUMN, column=request.service_column, columns=", ".join(columns))
    return found


async def choose_services(
    context: DraftingContext,
    request: ShipRequest,
    rows: Sequence[SheetRow],
    *,
    has_column: bool,
    places: Callable[[], Places],
) -> ServiceChoice:
    """The service of the selected rows: of those that a rule names, then what their column says, then of the whole.

    Beside a service column that the request names, its `service` is for the rows whose cell is blank.
    `has_column` says whether the mapping reads a service; then a default is for blank cells only (see `Answers`).
    `places` tells where the rows go, when it is asked.

    Raises:
        ShipchatError: what a rule's clause is refused for, or E-2339 for what is not a service.
    """
    column = service_column(context.sheet, request)
    named = request.service or (None if has_column else context.person.defaults.get("service"))
    code: str | None = None
    if named:
        code = await read_choice(context, named, places)
    elif not has_column:
        code = await _of_all(context, places)
    by_row: dict[int, str] = {}
    for rule in request.service_rules:
        rule_code = await read_choice(context, rule.service, places)
        for row in await fetch(context.sheet.data, all_of([request.where, rule.where])):
            by_row.setdefault(row.row_number, rule_code)
    if column is not None and code is not None:
        for row in rows:
            if is_blank(row.filled.data.get(column, "")):
                by_row.setdefault(row.row_number, code)
        code = None
    return ServiceChoice(code, by_row)


async def service_of_returns(context: DraftingContext, places: Callable[[], Places]) -> ServiceChoice:
    """The service of returns that nobody named: a column names that of the way out, so the person is asked."""
    named = context.person.defaults.get("service") or await _ask_for_one(context, places())
    return ServiceChoice(await read_choice(context, named, places))


async def _of_all(context: DraftingContext, places: Callable[[], Places]) -> str:
    """The service that the person gave for this sheet, else the one that they are asked for."""
    answers = context.person.answers
    given = answers.get(SERVICE_OF_ALL)
    if given is not None and services_to(context.home_country, places()) != ():
        return await read_choice(context, given, places)
    code = await read_choice(context, await _ask_for_one(context, places()), places)
    context.person.keep({SERVICE_OF_ALL: service_label(code)})
    return code


async def read_choice(context: DraftingContext, text: str, places: Callable[[], Places] = tuple) -> str:
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
            ask = offering(verdict, services_to(context.home_country, places()))
            text = await context.dialogue.ask(ask.question, list(ask.options), free_text=ask.free_text)
        elif verdict.value is None:
            text = await _ask_for_one(context, places())
        else:
            return verdict.value
        verdict = read_chosen(text)
    raise error(NO_SERVICE, answer=text)


async def _ask_for_one(context: DraftingContext, places: Places) -> str:
    reaching = services_to(context.home_country, places)
    question = WHICH_SERVICE
    if reaching == ():
        countries = sorted({country_name(country) for country, _ in places})
        question = NONE_REACHES.format(countries=", ".join(countries), question=WHICH_SERVICE)
    options = [service_label(code) for code in (reaching or OFFERED)[:MOST_OFFERED]]
    return await context.dialogue.ask(question, options, free_text=True, remember=False)


def one_code(codes: list[str]) -> str | None:
    """The code that all share; None when they differ."""
    return codes[0] if len(set(codes)) == 1 else None
