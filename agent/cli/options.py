"""Options that several commands share; limits and rows are read strictly."""

from collections.abc import Callable
from typing import Any

import click


def _money(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    """`500`, `$1,200.50` to cents; a sign must be that of the currency that UPS bills in."""
    if value is None:
        return None
    from agent.planning.amounts import HOW_TO_WRITE, cents_of, reading_of, sign_of

    cents = cents_of(value)
    if cents is None:
        raise click.BadParameter(f"{reading_of(value)}. {HOW_TO_WRITE}")
    if sign_of(value):
        from agent.planning.wording import SIGNS
        from agent.settings import Settings

        billed = Settings.load().billing_currency
        if SIGNS.get(billed) != sign_of(value):
            raise click.BadParameter(f"UPS bills you in {billed}: write the amount without {sign_of(value)}.")
    return cents


def _rows(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    """`40`, `1,200`."""
    if value is None:
        return None
    from agent.planning.amounts import count_of

    count = count_of(value)
    if count is None:
        raise click.BadParameter(f"“{value}” is not a number of rows above zero, e.g. 40 or 1,200.")
    return count


max_total = click.option(
    "--max-total",
    metavar="AMOUNT",
    callback=_money,
    help="Ask before more than this is spent in total, in the currency that UPS bills you in.",
)
max_rows = click.option(
    "--max-rows", metavar="N", callback=_rows, help="Ask before more rows than this are shipped in total."
)


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
confirm = click.option("--yes", is_flag=True, help="Confirm; without it nothing is done.")
on_error = click.option(
    "--on-error",
    type=click.Choice(["stop", "continue"]),
    default="stop",
    show_default=True,
    help="Whether a row that fails stops the batch.",
)
concurrency = click.option("--concurrency", type=click.IntRange(1, 64), help="Shipments in flight at once.")


def output_format(**forms: str) -> Callable[[Any], Any]:
    """`--output-format`: what each form prints, the first one where none is named."""
    words = list(forms.values())
    return click.option(
        "--output-format",
        type=click.Choice([form.replace("_", "-") for form in forms]),
        default=next(iter(forms)),
        show_default=True,
        help=f"{', '.join(words[:-1])} or {words[-1]}.".capitalize().replace("json", "JSON"),
    )


one_result = output_format(text="plain lines", json="one JSON object", stream_json="one event a line")


def row_numbers(given: tuple[str, ...]) -> list[int] | None:
    """`--rows 3 --rows 5,9-11` to numbers; None means all."""
    rows: list[int] = []
    for part in ",".join(given).replace(" ", "").split(","):
        if part:
            first, _, last = part.partition("-")
            if not first.isdigit() or (last and not last.isdigit()):
                raise click.BadParameter(f"{part!r} is not a row or a range of rows, such as 3 or 5-9")
            rows += range(int(first), int(last or first) + 1)
    return rows or None
