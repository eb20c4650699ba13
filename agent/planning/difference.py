"""What a preview changes against the one before it, in a few words: `5 -> 4 rows, -$31.69`. Pure."""

from agent.events import PreviewReady
from agent.planning.wording import counted, money
from agent.shipping.services import service_label


def difference(before: PreviewReady, now: PreviewReady) -> str:
    """Rows, service, columns, money; empty where the two have no row in common: then it is another selection."""
    if not before.buys or now.purpose != before.purpose or now.currency != before.currency:
        return ""
    if not set(before.row_numbers) & set(now.row_numbers):
        return ""
    return ", ".join(
        filter(None, [_rows(before, now), _service(before, now), *_columns(before, now), _money(before, now)])
    )


def _rows(before: PreviewReady, now: PreviewReady) -> str:
    if before.total_rows != now.total_rows:
        return f"{before.total_rows:,} -> {counted(now.total_rows, 'row')}"
    new = len(set(now.row_numbers) - set(before.row_numbers))
    return f"{counted(now.total_rows, 'row')}, {new:,} of them new" if new else ""


def _service(before: PreviewReady, now: PreviewReady) -> str:
    if before.service_code == now.service_code:
        return ""
    return f"{_named(before)} -> {_named(now)}"


def _named(preview: PreviewReady) -> str:
    return service_label(preview.service_code) if preview.service_code is not None else "several services"


def _columns(before: PreviewReady, now: PreviewReady) -> list[str]:
    """Fields that come from somewhere else now."""
    then = dict(before.mapping)
    changed = [(name, then.get(name, "nothing"), source) for name, source in now.mapping if then.get(name) != source]
    changed += [(name, source, "nothing") for name, source in before.mapping if name not in dict(now.mapping)]
    return [f"{name.replace('_', ' ')}: {old} -> {new}" for name, old, new in changed]


def _money(before: PreviewReady, now: PreviewReady) -> str:
    """Of what UPS quoted; a preview with estimates says about how much."""
    cents = now.total_cents - before.total_cents
    if not cents:
        return "the same price"
    about = "about " if before.estimated or now.estimated else ""
    return f"{about}{'-' if cents < 0 else '+'}{money(abs(cents), now.currency)}"
