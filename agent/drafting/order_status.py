"""Which orders may go, as the open sheet's status columns say it: left out and said, or asked about once.

The words of a column are looked up in full, so that a condition names exactly the texts that are in it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from agent.drafting.state import DraftingContext
from agent.errors import from_reply, is_refusal
from agent.planning.model import SheetRow
from agent.planning.named_values import named_values
from agent.planning.other_numbers import holds_other_number
from agent.planning.selection import Condition, after, all_of, begins, has_number, quoted, says
from agent.planning.sentence import counted
from agent.planning.ship_request import ShipRequest
from agent.planning.whole_orders import Reach
from agent.sheet.readiness import (
    IN_WORDS,
    MOST_UNKNOWN,
    Meaning,
    StatusColumn,
    beginnings,
    label_of,
    meaning_of,
    reason_of,
    status_columns,
)
from agent.shipping.orders import SEPARATE, SEVERAL_PARCELS, SHIP_EACH
from agent.shipping.text import clean, key
from agent.tool_caller import ToolCaller

MAY_GO = "{column} says {words}. May these orders be shipped?"
FREE_TEXT = "{column} holds {count} texts that do not look like an order status: they were not used"
GO, STAY, EACH = "Ship them", "Leave them out", "Ask about each word"
TRACKED = "shipped already (there is a tracking number)"
SLOT = "status"
"""`status:Order Status:packed` holds whether orders with this word go; saved with the mapping."""
MOST_LISTED = 50
"""Texts that a clause names one by one; more can only be one beginning with many endings."""
MOST_WORDS = 10
"""Different words that one question lists."""
MOST_SHOWN = 60
"""Characters of a cell in a question or a reason."""
_OWN_PARCELS = {"order_lines": SEVERAL_PARCELS, "order_addresses": SEPARATE, "exact_duplicates": SHIP_EACH}
"""Answers after which the rows of an order are parcels of their own: one that went keeps no other back."""


@dataclass(frozen=True, slots=True)
class NamedWord:
    """A status word that stands against an order, and goes because the person named it."""

    column: str
    text: str
    meaning: Meaning


@dataclass(slots=True)
class Readiness:
    """What must hold of an order's status, and what the preview says of it."""

    conditions: list[Condition] = field(default_factory=list)
    named: list[NamedWord] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    """What the person said about words that nobody knows: saved with the mapping."""

    def warnings(self, rows: Sequence[SheetRow]) -> list[str]:
        """The rows that go against their status, because the person said so."""
        lines = []
        for word in self.named:
            count = sum(row.data.get(word.column, "").strip().casefold() == word.text.casefold() for row in rows)
            if count:
                says_so = "says" if count == 1 else "say"
                lines.append(f"{counted(count, 'row')} {says_so} {word.text} ({word.column}: {IN_WORDS[word.meaning]})")
        return lines


@dataclass(slots=True)
class _Words:
    """The different texts of a status column by meaning; `more` where there are others besides."""

    column: StatusColumn
    reach: Reach
    by_meaning: dict[Meaning, list[str]]
    more: bool
    named: Callable[[str], bool]
    """Whether the person has named a text."""

    @property
    def known(self) -> bool:
        """Whether any filled cell has a word of an order's status."""
        return any(
            text.strip()
            for meaning, texts in self.by_meaning.items()
            if meaning is not Meaning.UNKNOWN
            for text in texts
        )


async def readiness_of(context: DraftingContext, request: ShipRequest, constants: dict[str, str]) -> Readiness:
    """The conditions of all status columns; words that nobody knows are asked about, once for a mapping.

    `constants` are the mapping's answers.

    Raises:
        ShipchatError: what the data server refused.
    """
    sheet = context.sheet.require()
    managed = sheet.managed_columns
    answers = constants | context.sheet.answers
    own_parcels = any(answers.get(slot) == said for slot, said in _OWN_PARCELS.items())
    tracking = managed.get("tracking_number", "")
    columns = [
        column
        for column in status_columns(sheet.columns, {"tracking_number": tracking} | context.sheet.columns_chosen)
        if column.name not in (managed.get("STATUS"), managed.get("ERROR_MESSAGE"))
    ]
    found = Readiness(_filled(context, columns, request, own_parcels=own_parcels))
    several = [await _words_of(context, column, request, own_parcels=own_parcels) for column in columns]
    several = [words for words in several if words.column.sure or words.known]
    for words in several:
        _judge(found, words, request, await _ahead(context, words.column))
    for words in several:
        await _settle(context, found, words, request, answers)
    return found


def _named_by_person(context: DraftingContext, where: str, column: str) -> Callable[[str], bool]:
    """Whether the person has named a text of a column: the clause asks for it, and so do their words where a language
    model wrote the clause."""
    words = f" {key(' '.join(context.person.said))} "
    return lambda text: (
        text in named_values(where, column) and (not context.model_turn.at_work or f" {key(text)} " in words)
    )


def _allowed(request: ShipRequest) -> set[Meaning]:
    """Meanings that the person's words let in as a whole."""
    # A return is of what was shipped.
    shipped = {Meaning.SHIPPED} if request.reship or request.options.returns else set()
    return shipped | ({Meaning.CANCELLED} if request.include_cancelled else set())


def _filled(
    context: DraftingContext,
    columns: Iterable[StatusColumn],
    request: ShipRequest,
    *,
    own_parcels: bool,
) -> list[Condition]:
    """Tracking numbers, days of shipment and of cancellation that are filled in.

    A number of another environment does not count as shipped, nor does our own time beside it.
    """
    sheet = context.sheet.require()
    managed = sheet.managed_columns
    tracking = managed.get("tracking_number", "")
    environment = context.settings.ups_environment
    numbers, others = [], []
    for column in columns:
        meaning = column.kind.digits
        if meaning in {None, Meaning.READY, column.kind.otherwise} or meaning in _allowed(request):
            continue
        beside = tracking if column.name == managed.get("shipped_at") else column.name
        number = column.kind.name == "tracking" or (beside == tracking and tracking in sheet.columns)
        other = f" OR {holds_other_number(quoted(beside), environment)}" if number else ""
        clause = f"NOT {has_number(column.name)}{other}"
        if column.kind.name == "tracking":
            numbers.append(clause)
            continue
        reason = f"{column.name} is filled in"
        reason = f"shipped already ({reason})" if meaning is Meaning.SHIPPED else reason
        others.append(Condition(clause, reason, _reach(column, own_parcels=own_parcels)))
    tracked = [Condition(all_of(numbers), TRACKED, "row" if own_parcels else "order")] if numbers else []
    return tracked + others


def _reach(column: StatusColumn, *, own_parcels: bool) -> Reach:
    """What a row that may not go takes with it; the parcel of a row that went takes no other parcel with it."""
    if column.kind.by_line:
        return "line"
    return "row" if own_parcels and column.kind.digits is Meaning.SHIPPED else "order"


async def _words_of(
    context: DraftingContext, column: StatusColumn, request: ShipRequest, *, own_parcels: bool
) -> _Words:
    """The texts that the column holds, sorted. Cells whose digits decide are not read one by one."""
    name = quoted(column.name)
    where = f" WHERE NOT {has_number(column.name)}" if column.kind.digits is not None else ""
    counts, more = await _counted(
        context.sheet.data, f"SELECT {name}, count(*) FROM source{where} GROUP BY {name} ORDER BY 2 DESC, 1"
    )
    by_meaning: dict[Meaning, list[str]] = {}
    for text in counts:
        meaning = meaning_of(text, column.kind)
        # What a header of no known status means is not ours to say: `Email Status: sent`.
        meaning = meaning if column.sure or meaning not in IN_WORDS else Meaning.ASK
        by_meaning.setdefault(meaning, []).append(text)
    named = _named_by_person(context, request.where, column.name)
    return _Words(column, _reach(column, own_parcels=own_parcels), by_meaning, more, named)


async def _counted(data: ToolCaller, sql: str) -> tuple[dict[str, int], bool]:
    """Text -> its number of rows, and whether there were more texts than an answer holds."""
    reply = await data("query_data", {"sql": sql})
    if is_refusal(reply):
        raise from_reply(reply)
    return {str(text): int(count) for text, count in reply["rows"]}, bool(reply["truncated"])


async def _ahead(context: DraftingContext, column: StatusColumn) -> str:
    """The clause for cells of days to come, where those say nothing; empty where its cells cannot be compared so."""
    clause = after(column.name, context.settings.day()) if column.may_lie_ahead else ""
    fits = clause and not is_refusal(await context.sheet.data("check_filter", {"where_clause": clause}))
    return clause if fits else ""


def _judge(found: Readiness, words: _Words, request: ShipRequest, ahead: str) -> None:
    """Known words that keep an order here; what the person named goes, and is warned about.

    `ahead` is the clause for days to come that say nothing against an order, empty for none.
    """
    column, kind = words.column.name, words.column.kind
    if kind.otherwise in IN_WORDS:
        _judge_filled(found, words, request, ahead)
        return
    for meaning in IN_WORDS:
        if meaning is Meaning.SHIPPED and meaning in _allowed(request):
            continue
        by_label: dict[str, list[str]] = {}
        shown: dict[str, str] = {}
        for text in words.by_meaning.get(meaning, ()):
            if meaning in _allowed(request) or (meaning is not Meaning.SHIPPED and words.named(text)):
                found.named.append(NamedWord(column, text, meaning))
            else:
                label = label_of(text, kind)
                by_label.setdefault(shown.setdefault(label.casefold(), label), []).append(text)
        for label, texts in by_label.items():
            clause = says(column, texts) if len(texts) <= MOST_LISTED else begins(column, [label])
            found.conditions.append(Condition(f"NOT ({clause})", reason_of(column, label, meaning), words.reach))
        if words.more and meaning not in _allowed(request) and (heads := beginnings(kind, meaning)):
            reason = f"{column} says {IN_WORDS[meaning]}"
            found.conditions.append(Condition(f"NOT ({begins(column, heads)})", reason, words.reach))


def _judge_filled(found: Readiness, words: _Words, request: ShipRequest, ahead: str) -> None:
    """A column in which anything but a few words keeps an order here: a date, a reason, a sign."""
    column, meaning = words.column.name, words.column.kind.otherwise
    against = [text for kind, texts in words.by_meaning.items() if kind is not Meaning.READY for text in texts]
    named = [text for text in against if meaning in _allowed(request) or words.named(text)]
    found.named += [NamedWord(column, text, meaning) for text in named]
    if meaning not in _allowed(request):
        going = says(column, ["", *words.by_meaning.get(Meaning.READY, []), *named])
        clause = f"{going} OR {ahead}" if ahead else going
        found.conditions.append(Condition(clause, f"{column} is filled in", words.reach))


async def _settle(
    context: DraftingContext,
    found: Readiness,
    words: _Words,
    request: ShipRequest,
    answers: dict[str, str],
) -> None:
    """Words that are open: as the person named them, as they said before, or asked with the counts."""
    column = words.column.name
    unknown = words.by_meaning.get(Meaning.UNKNOWN, [])
    if len(unknown) > MOST_UNKNOWN:
        count = f"{len(unknown):,}{' or more' if words.more else ''}"
        found.notes.append(FREE_TEXT.format(column=column, count=count))
        unknown = []
    asked = [*words.by_meaning.get(Meaning.ASK, []), *unknown]
    if not asked:
        return
    asked = [text for text in asked if not words.named(text)]
    # A saved answer in other words (of an earlier version) decides nothing: it is asked again.
    said = {slot: answers[slot] for text in asked if answers.get(slot := _slot(column, text)) in (GO, STAY)}
    waiting = [text for text in asked if _slot(column, text) not in said]
    if waiting:
        where = all_of([request.where, *(one.clause for one in found.conditions), says(column, waiting)])
        counts, _ = await _counted(
            context.sheet.data,
            f"SELECT {quoted(column)}, count(*) FROM source WHERE {where} GROUP BY {quoted(column)} ORDER BY 2 DESC, 1",
        )
        said |= await _ask(context, column, counts)
        found.answers |= said
    staying: dict[str, list[str]] = {}
    for text in asked:
        answer = said.get(_slot(column, text))
        if answer != GO:
            because = "as you said" if answer else "nobody has said whether it may go"
            staying.setdefault(f"{column} says {_short(text)} ({because})", []).append(text)
    found.conditions += [
        Condition(f"NOT ({says(column, texts)})", reason, words.reach) for reason, texts in staying.items()
    ]


async def _ask(context: DraftingContext, column: str, counts: dict[str, int]) -> dict[str, str]:
    """The person's decision about each word (by its slot), all at once or word by word."""
    if not counts:
        return {}
    shown = [f"“{_short(text)}” ({counted(count, 'row')})" for text, count in counts.items()]
    listed = shown[:MOST_WORDS] + ([f"{len(shown) - MOST_WORDS} more"] if len(shown) > MOST_WORDS else [])
    words = f"{', '.join(listed[:-1])} and {listed[-1]}" if len(listed) > 1 else listed[0]
    together = [GO, STAY, EACH] if len(counts) > 1 else [GO, STAY]
    answer = await context.dialogue.ask(MAY_GO.format(column=column, words=words), together)
    said = {}
    for text, word in zip(counts, shown, strict=True):
        each = answer == EACH
        question = MAY_GO.format(column=column, words=word)
        said[_slot(column, text)] = await context.dialogue.ask(question, [GO, STAY]) if each else answer
    context.sheet.answers |= said
    return said


def _slot(column: str, text: str) -> str:
    return f"{SLOT}:{column}:{text.strip().casefold()}"


def _short(text: str) -> str:
    """A cell as a question names it."""
    shown = clean(text)
    return shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]}..."
