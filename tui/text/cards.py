"""What each item of the transcript says, as paragraphs."""

import re

from textual.content import Content

from agent.events import BatchFinished, PreviewLine, PreviewReady
from tui.model.amounts import counted, money, row_ranges
from tui.model.batch import BatchProgress, LogLine
from tui.model.counts import duration
from tui.model.escaping import visible, visible_line
from tui.model.items import Asked, Note, Preview, Problem, Recovery, Steps
from tui.model.session_view import badge_of
from tui.text.layout import Paragraph, join, text

MUTED, GOOD, BAD, WARN = "$foreground-muted", "$text-success", "$text-error", "$text-warning"
LIVE_STYLE = "bold $background on $error"
CODE = "$text-accent"
NOTE_SIGNS = {"info": ("·", MUTED), "warning": ("!", WARN), "alarm": ("‼", BAD), "greeting": ("", "")}
OUTCOME_SIGNS = {"done": ("✓", GOOD), "failed": ("✗", BAD), "doubt": ("?", WARN), "note": ("·", MUTED)}
STEPS_SHOWN = 4
LABEL_WIDTH = 10


def labelled(label: str, content: Content | str, style: str = MUTED) -> Paragraph:
    """`label     words`, with the words in a column of their own."""
    value = Content(content) if isinstance(content, str) else content
    return Paragraph(value, text(label.ljust(LABEL_WIDTH), style), text(" " * LABEL_WIDTH))


def signed(sign: str, style: str, content: Content) -> Paragraph:
    return Paragraph(content, text(f"{sign} ", style), text("  "))


def coded(words: str, style: str = "") -> Content:
    """Plain text in which `code` stands in its colour instead of between backticks."""
    pieces = visible(words).split("`")
    if len(pieces) % 2 == 0:
        return text(visible(words), style)
    return join(*[(piece, CODE if number % 2 else style) for number, piece in enumerate(pieces) if piece])


_COMMAND = re.compile(r"`((?:shipchat|jobs|help|--)[^`]*)`")
"""A command in a text that may quote cells: their own backticks stay as they are."""


def with_commands(words: str, style: str = "") -> Content:
    """Text in which commands of ours stand in their colour instead of between backticks."""
    pieces = _COMMAND.split(visible(words))
    return join(*[(piece, CODE if number % 2 else style) for number, piece in enumerate(pieces) if piece])


def said(words: str) -> list[Paragraph]:
    return [Paragraph(text(visible(words), "bold"))]


def steps(item: Steps) -> list[Paragraph]:
    """The last few; how many came before."""
    hidden = len(item.lines) - STEPS_SHOWN
    shown = [signed("›", MUTED, text(visible_line(line), MUTED)) for line in item.lines[-STEPS_SHOWN:]]
    more = [signed("›", MUTED, text(f"{counted(hidden, 'step')} before", MUTED))] if hidden > 0 else []
    return more + shown


def note(item: Note) -> list[Paragraph]:
    sign, style = NOTE_SIGNS.get(item.level, NOTE_SIGNS["info"])
    words = coded(item.text, "" if item.level == "greeting" else style)
    return [signed(sign, style, words) if sign else Paragraph(words)]


def problem(item: Problem) -> list[Paragraph]:
    """Code, sentence, place, remedy."""
    event = item.event
    place = f" ({visible_line(event.where)})" if event.where else ""
    found = [signed("✗", BAD, join((f"{event.code}  ", f"bold {BAD}"), coded(event.message), (place, MUTED)))]
    if event.remedy:
        found.append(signed("→", MUTED, coded(event.remedy)))
    return found


def question(item: Asked) -> list[Paragraph]:
    if item.answer is not None:
        return [
            signed("?", MUTED, with_commands(item.event.text, MUTED)),
            signed("→", GOOD, text(visible(item.answer))),
        ]
    if item.dropped:
        return [signed("?", MUTED, join(with_commands(item.event.text, MUTED), ("  not answered", MUTED)))]
    return [signed("?", WARN, with_commands(item.event.text, "bold"))]


def recovery(item: Recovery) -> list[Paragraph]:
    head = join(("Unfinished batch  ", f"bold {WARN}"), (visible_line(item.event.job_name), "bold"))
    return [signed("‼", WARN, head), signed(" ", "", coded(item.event.prompt))]


OF_ROWS = {"release": "to release", "adopt": "to adopt", "close": "to close", "undo_adoption": "to put in doubt again"}
"""What is done with the rows of a preview that is about rows in doubt."""


def preview_title(event: PreviewReady) -> str:
    """`12 shipments · $142.30`."""
    if event.purpose in OF_ROWS:
        return f"{counted(event.total_rows, 'row')} {OF_ROWS[event.purpose]}"
    about = "about " if event.estimated else ""
    noun = {
        "void": "void",
        "writeback": "write-back",
        "queue": "change",
        "pickup": "pickup",
        "document": "document",
    }.get(event.purpose, "return label" if event.returns else "shipment")
    count = counted(event.total_rows + event.waiting_rows, noun)
    total = money(event.total_cents + event.waiting_cents, event.currency)
    title = f"{count} · {about}{total}" if event.buys else count
    return f"RETURN · {title}" if event.returns else title


def preview_head(event: PreviewReady) -> list[Paragraph]:
    """How many, for how much, and which; the service where it is the same for all."""
    rows: list[Paragraph] = []
    if event.buys:
        estimate = ("  (an estimate: some rows are not quoted)", MUTED) if event.estimated else ""
        rates = (f"  {visible_line(event.rates)}", MUTED) if event.rates else ""
        rows.append(labelled("total", join((preview_title(event), "bold"), rates, estimate)))
    services = {line.service for line in event.lines}
    service = (f"  {visible_line(services.pop())}", "bold") if len(services) == 1 else ""
    if event.filter_in_words:
        rows.append(labelled("which", join((visible(event.filter_in_words), "bold"), service)))
    if event.difference:
        rows.append(labelled("change", join(visible(event.difference), ("  against the preview before", MUTED))))
    if event.waiting_rows:
        again, waiting = counted(event.total_rows, "row"), counted(event.waiting_rows, "row")
        rows.append(labelled("", text(f"{again} sent again; {waiting} approved before and not sent yet", WARN)))
    return rows


def preview_foot(event: PreviewReady) -> list[Paragraph]:
    """Warnings, what was left out, extremes, what lies beyond the edge, SQL; the mapping is a key away."""
    rows = [labelled("warning", with_commands(warning, WARN), WARN) for warning in event.warnings]
    for reason, left in event.excluded.items():
        rows.append(
            labelled("left out", join(f"{len(left):,} ", with_commands(reason), (f"  {row_ranges(left)}", MUTED)))
        )
    if event.given:
        hint = ("  F6 takes an answer back", MUTED)
        rows.append(labelled("you gave", join(visible(" · ".join(event.given)), hint)))
    if event.allowance:
        rows.append(labelled("limit", text(visible(event.allowance), WARN if event.above else "")))
    rows += [labelled("edge", text(visible(sentence))) for sentence in event.boundary]
    if event.cheapest and event.most_expensive and event.total_rows > 1:
        among = ("  among the quoted rows", MUTED) if any(line.cost_cents is None for line in event.lines) else ""
        rows.append(labelled("cheapest", join(_extreme(event.cheapest), among)))
        rows.append(labelled("highest", join(_extreme(event.most_expensive), among)))
    if event.filter_sql:
        rows.append(labelled("SQL", text(visible_line(event.filter_sql), "$text-accent")))
    if event.mapping:
        new = ", for the first time" if event.mapping_is_new else ""
        matched = f"{counted(event.mapped_columns, 'column')} matched{new}"
        rows.append(labelled("mapping", join(matched, (" · F5 shows them", MUTED))))
    rows.append(labelled("account", join(visible_line(event.account), (f"  {badge_of(event.environment)}", MUTED))))
    return rows


def preview_more(event: PreviewReady, shown: int) -> list[Paragraph]:
    if not event.lines:
        return []
    hidden = len(event.lines) - shown
    words = f"{hidden:,} more · " if hidden > 0 else ""
    return [Paragraph(text(f"{words}F3 shows all rows, to sort and filter", MUTED))]


def preview_fate(item: Preview) -> list[Paragraph]:
    """What became of it."""
    fates = {"approved": ("✓", GOOD), "refused": ("✗", MUTED), "void": ("✗", WARN)}
    if item.state == "pending":
        return []
    sign, style = fates[item.state]
    detail = f" {visible(item.detail)}" if item.detail else ""
    return [signed(sign, style, join((item.state, f"bold {style}"), detail))]


def _extreme(line: PreviewLine) -> str:
    who = visible_line(line.recipient)
    cost, place = money(line.cost_cents, line.currency), visible_line(line.city_state)
    return f"{cost}  row {line.sheet_row}  {who}, {place}  {visible_line(line.way)}"


def progress_bar(progress: BatchProgress, width: int) -> Content:
    """One line: completed, failed, in doubt and open parts in their colours."""
    count = progress.counts
    counts = f" {count.settled:,}/{count.total:,}"
    room = max(4, width - len(counts))
    total = max(count.total, 1)
    done = round(room * min(count.completed, total) / total)
    failed = min(room - done, _part(count.failed, total, room))
    doubt = min(room - done - failed, _part(count.in_doubt, total, room))
    rest = room - done - failed - doubt
    return join(("━" * done, GOOD), ("━" * failed, BAD), ("━" * doubt, WARN), ("─" * rest, MUTED), counts)


def _part(count: int, total: int, room: int) -> int:
    """At least one column for what went wrong."""
    return max(1, round(room * count / total)) if count else 0


def batch(progress: BatchProgress) -> list[Paragraph]:
    """Counters, the last events, the result."""
    rows = [Paragraph(_counters(progress))]
    if progress.finished is None:
        rows += [Paragraph(log_line(line)) for line in progress.last]
        return [*rows, Paragraph(text("F4 every event · Esc pause or cancel", MUTED))]
    finished = progress.finished
    rows += [Paragraph(log_line(line)) for line in progress.lines if line.outcome in {"failed", "doubt"}][:8]
    rows.append(labelled("result", coded(_without_places(finished), "bold")))
    if finished.labels_path:
        rows.append(labelled("labels", visible(finished.labels_path)))
    if finished.sheet:
        rows.append(labelled("sheet", visible(finished.sheet)))
    if finished.next_words:
        rows.append(labelled("next", text(visible_line(" · ".join(finished.next_words)), CODE)))
    return [*rows, Paragraph(text("F2 does what is next · F4 every event", MUTED))]


def _without_places(finished: BatchFinished) -> str:
    """The result without what has lines of its own below it."""
    words = finished.text.replace(f" Labels: {finished.labels_path}.", "", 1)
    return words.replace(f" {finished.sheet}", "", 1) if finished.sheet else words


def _counters(progress: BatchProgress) -> Content:
    count = progress.counts
    pieces: list[tuple[str, str] | str] = [(f"{count.completed:,} shipped", GOOD)]
    if count.failed:
        pieces.append((f"  {count.failed:,} failed", BAD))
    if count.in_doubt:
        pieces.append((f"  {count.in_doubt:,} in doubt", WARN))
    if count.pending:
        pieces.append(f"  {count.pending:,} pending")
    if count.skipped:
        pieces.append(f"  {count.skipped:,} skipped")
    if progress.voided is not None and progress.voided.voided:
        pieces.append((f"  {len(progress.voided.voided):,} void", WARN))
    limit = f" of {money(count.cap_cents, count.currency)}" if count.cap_cents is not None else ""
    pieces.append(f"  spent {money(count.spent_cents, count.currency)}{limit}")
    if count.left_s is not None and count.rows_per_s is not None:
        pieces.append((f"  {count.rows_per_s:.1f} rows/s, {duration(count.left_s)} left", MUTED))
    if progress.stopped is not None and progress.finished is None:
        pieces.append((f"  {visible_line(progress.stopped.status)}: {visible_line(progress.stopped.reason)}", WARN))
    return Content.assemble(*pieces)


def log_line(line: LogLine) -> Content:
    """`✓ row 14  Ada Sample  1Z...  $9.10`."""
    sign, style = OUTCOME_SIGNS[line.outcome]
    row = f"row {line.sheet_row:<5}" if line.sheet_row is not None else ""
    return join((f"{sign} ", style), (row, MUTED), visible_line(line.text))
