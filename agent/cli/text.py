"""A session told in plain lines, for `-p` with text output and for the demo without a terminal."""

from agent.cli.output import say
from agent.cli.table import table
from agent.events import (
    AssistantSaid,
    BatchFinished,
    BatchStarted,
    BatchStopped,
    DoubtsSettled,
    ErrorShown,
    Event,
    MappingShown,
    NoticeShown,
    PreviewReady,
    QuestionAsked,
    RecoveryOffered,
    RowCompleted,
    RowFailed,
    RowInDoubt,
    ServicesCompared,
    SourceOpened,
    TableShown,
    TurnEnded,
    UsageReported,
    UserSaid,
)
from agent.events.comparison import ARRIVALS, COLUMNS
from agent.planning.comparing import priced
from agent.planning.sentence import ENVIRONMENT_WORDS, counted, money
from agent.planning.wording import dollars

PREVIEW_LINES = 20


class Narrator:
    """A listener that prints events; `err` sends all of it to stderr, so that stdout stays data."""

    def __init__(self, *, err: bool = False, show_user: bool = False) -> None:
        self._err = err
        self._show_user = show_user
        self._usage: UsageReported | None = None

    def __call__(self, event: Event) -> None:
        for line in self.lines(event):
            say(line, err=self._err or isinstance(event, (ErrorShown, TurnEnded)))

    def lines(self, event: Event) -> list[str]:
        """The event in words; nothing for events that only screens need."""
        match event:
            case UserSaid(text=text) if self._show_user:
                return ["", f"> {text}"]
            case AssistantSaid(text=text) | NoticeShown(text=text):
                return [text]
            case SourceOpened(name=name, row_count=count, warnings=warnings):
                return [f"{name}: {count} rows.", *warnings]
            case PreviewReady():
                return preview_lines(event)
            case QuestionAsked(text=text, options=options):
                return [text, *(f"  {number}. {option}" for number, option in enumerate(options, 1))]
            case RecoveryOffered(prompt=prompt):
                return [prompt]
            case UsageReported():
                self._usage = event
                return []
            case TurnEnded() if self._usage is not None:
                line, self._usage = usage_line(self._usage), None
                return [line]
            case TableShown(title=title, columns=columns, rows=rows, total_rows=total):
                more = [f"({total - len(rows)} more)"] if total > len(rows) else []
                return [title, *table([columns, *rows]), *more]
            case ServicesCompared():
                return compared_lines(event)
            case MappingShown():
                return mapping_lines(event)
            case _:
                return batch_lines(event)


def usage_line(usage: UsageReported) -> str:
    """`Model: 12,345 tokens read, 321 written, $0.05 so far. Limit: $1.00.`"""
    cost = "its price is not in the settings" if usage.cost_cents is None else f"{dollars(usage.cost_cents)} so far"
    limits = [f"{usage.budget_tokens:,} tokens"] if usage.budget_tokens is not None else []
    limits += [dollars(usage.budget_cents)] if usage.budget_cents is not None else []
    limit = f" Limit: {' and '.join(limits)}." if limits else ""
    return f"Model: {usage.input_tokens:,} tokens read, {usage.output_tokens:,} written, {cost}.{limit}"


def batch_lines(event: Event) -> list[str]:
    """What a running batch says."""
    match event:
        case BatchStarted(total_rows=total, environment=environment, pending_rows=pending):
            rows = f"{total}" if pending in (None, total) else f"{pending} of {total}"
            return [f"Shipping {rows} ({ENVIRONMENT_WORDS[environment]})"]
        case RowCompleted():
            return [
                f"  row {event.sheet_row}  {event.recipient}  {event.tracking_number}"
                f"  {money(event.cost_cents, event.currency)}  {event.label_path}"
            ]
        case RowFailed():
            return [f"  row {event.sheet_row}  {event.recipient}  FAILED {event.code}: {event.message}"]
        case RowInDoubt():
            return [f"  row {event.sheet_row}  {event.recipient}  IN DOUBT ({event.reference}): {event.reason}"]
        case BatchStopped(reason=reason):
            return [f"Stopped: {reason}"]
        case BatchFinished() | DoubtsSettled():
            return [event.text]
        case ErrorShown(code=code, message=message, remedy=remedy, where=where):
            return [f"{code}: {message}{f' ({where})' if where else ''} {remedy}"]
        case _:
            return []


def preview_lines(preview: PreviewReady) -> list[str]:
    """The preview as a table with what surrounds it; what ships nothing has no table and no price."""
    if not preview.buys:
        return [*preview.warnings, preview.approval_sentence]
    about = "about " if preview.estimated else ""
    header = ["Row", "Order", "Recipient", "City", "Service", "Cost", ""]
    rows = [
        [
            str(line.sheet_row),
            line.order_number,
            line.recipient,
            line.city_state,
            line.way,
            "?" if line.cost_cents is None else money(line.cost_cents, line.currency),
            "; ".join(line.remarks),
        ]
        for line in preview.lines[:PREVIEW_LINES]
    ]
    more = len(preview.lines) - PREVIEW_LINES
    lines = [f"{preview.filter_in_words}  [{preview.filter_sql}]", *table([header, *rows])]
    if more > 0:
        lines.append(f"... and {more} more")
    rates = f" ({preview.rates})" if preview.rates else ""
    lines.append(f"{counted(preview.total_rows, 'row')}, {about}{money(preview.total_cents, preview.currency)}{rates}")
    lines += [f"Against the preview before: {preview.difference}."] if preview.difference else []
    lines += [
        f"Left out, {reason}: {', '.join(f'row {row}' for row in rows[:20])}{' ...' if len(rows) > 20 else ''}"
        for reason, rows in preview.excluded.items()
    ]
    lines += [f"Limit: {preview.allowance}."] if preview.allowance else []
    lines += [f"You gave {'; '.join(preview.given)}."] if preview.given else []
    lines += [*preview.boundary, *preview.warnings]
    lines.append(taken_from(dict(preview.mapping)))
    if preview.mapping_is_new:
        lines.append("Columns: " + ", ".join(f"{field} <- {source}" for field, source in preview.mapping))
    return [*lines, preview.approval_sentence]


def mapping_lines(shown: MappingShown) -> list[str]:
    """Every column with its cell and its fields, the row as it would be printed, and how a field is changed."""
    row = f"Row {shown.sheet_row}" if shown.sheet_row is not None else "First row"
    rows = [[seen.column, seen.sample, ", ".join(seen.fields) or "-"] for seen in shown.headers]
    values = [f"{field.name}: {field.source}" for field in shown.fields if field.source.endswith("(for every row)")]
    label = [f"{row} goes to:", *(f"  {line}" for line in shown.label)] if shown.label else []
    return [
        f"The mapping of {shown.sheet}",
        *table([["Column", row, "Field"], *rows]),
        *values,
        *label,
        *shown.problems,
        "Change it in words, such as “use the column Who for name”.",
    ]


def compared_lines(compared: ServicesCompared) -> list[str]:
    """The services as a table, and how one is chosen."""
    rows = [list(offer.cells(priced(offer, compared.currency))) for offer in compared.offers]
    other = next((offer.service for offer in compared.offers if not offer.current and offer.total_cents), None)
    choose = [f"Say which one, such as “make it {other}”: a new preview."] if other else []
    return [compared.title, *table([list(COLUMNS), *rows]), ARRIVALS, *choose]


def taken_from(mapping: dict[str, str]) -> str:
    """`Order number from PO, weight from Wt, ship day: today.`"""
    order = _source("order number", mapping["order_number"]) if "order_number" in mapping else "no order number"
    weight = [_source("weight", mapping["weight"])] if "weight" in mapping else []
    if "item_weight" in mapping:
        weight = [_source("weight", f"{mapping['item_weight']} x quantity")]
    words = ", ".join([order, *weight, _source("ship day", mapping.get("ship_date", "today"))])
    return f"{words[0].upper()}{words[1:]}."


def _source(what: str, source: str) -> str:
    """A column is where it comes from; anything else is what it is."""
    said = source == "today" or source.endswith("(for every row)")
    return f"{what}: {source}" if said else f"{what} from {source}"
