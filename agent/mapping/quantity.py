"""How many items a row has."""

from typing import Final

from agent.mapping.row import RowReader, from_answer
from agent.shipping import faults
from agent.shipping.numbers import read_count
from agent.shipping.text import is_blank
from agent.shipping.verdict import Ask, Ok, reject

_ASK_QUANTITY: Final = Ask(
    "The sheet has the weight of one item, and no quantity. How many items does a row have?",
    ("1",),
    "quantity",
    free_text=True,
)


def read_quantity(reader: RowReader, ask: Ask = _ASK_QUANTITY) -> int | None:
    """How many items the row has: its cell, what the person said of rows without one, or a question (`ask`)."""
    text = reader.text("quantity")
    answer = reader.answers.get("quantity")
    if not is_blank(text):
        count = read_count(text)
        return reader.take(Ok(count) if count else reject(faults.BAD_QUANTITY, text, cell=text), "quantity")
    if answer is not None:
        count = read_count(answer.text)
        said = reject(faults.BAD_QUANTITY, answer.text, cell=answer.text)
        return reader.take(
            from_answer(count, answer, reader.column("quantity"), "", str(count)) if count else said, "quantity"
        )
    return reader.take(reject(faults.NO_QUANTITY) if reader.has("quantity") else ask, "quantity")


def counts_one(reader: RowReader) -> bool:
    """Whether the row says, or the person of all such rows, that it is a single item."""
    text = reader.text("quantity")
    return read_count(reader.answers.text("quantity") or "" if is_blank(text) else text) == 1
