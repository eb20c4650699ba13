"""What the ledger says of printing: a label once, unless a person asks for it again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine

from agent.labels.label import Label
from agent.labels.printed import note_not_printed, note_printing, printed_at
from agent.ledger import Base


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        yield connection


def labels(*numbers: int) -> list[Label]:
    return [Label(number, f"1Z{number}", Path("/x.zpl"), "", f"SCABCDEFGH{number:06d}01-1") for number in numbers]


def keys(found: list[Label]) -> list[int]:
    return [label.sheet_row for label in found]


def test_a_label_is_printed_once_whoever_asks(connection: Connection) -> None:
    assert keys(note_printing(connection, "job", labels(1, 2), "Zebra", reprint=False)) == [1, 2]
    assert keys(note_printing(connection, "job", labels(1, 2, 3), "Other", reprint=False)) == [3]
    assert keys(note_printing(connection, "job", labels(1, 2, 3), "Zebra", reprint=False)) == []
    assert keys(note_printing(connection, "job", labels(2), "Zebra", reprint=True)) == [2]


def test_what_the_printer_did_not_take_is_still_to_be_printed(connection: Connection) -> None:
    note_printing(connection, "job", labels(1, 2), "Zebra", reprint=False)
    note_not_printed(connection, "job", labels(1, 2), "Zebra", "E-4311")
    assert keys(note_printing(connection, "job", labels(1, 2), "Zebra", reprint=False)) == [1, 2]


def test_a_reprint_that_failed_leaves_the_first_printing_on_record(connection: Connection) -> None:
    note_printing(connection, "job", labels(1), "Zebra", reprint=False)
    note_printing(connection, "job", labels(1), "Zebra", reprint=True)
    note_not_printed(connection, "job", labels(1), "Zebra", "E-4311")
    assert len(printed_at(connection, "job")) == 1


def test_other_batches_have_their_own_labels(connection: Connection) -> None:
    note_printing(connection, "job", labels(1), "Zebra", reprint=False)
    assert printed_at(connection, "other") == {}
