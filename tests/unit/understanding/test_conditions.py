"""The condition tree: one writer to a clause, one to words, flat conjunctions and disjunctions."""

from datetime import date

import pytest

from agent.understanding.conditions import (
    ALL_ROWS,
    All,
    Blank,
    Compare,
    Condition,
    Dated,
    Either,
    Not,
    OneOf,
    Rows,
    Text,
    all_of,
    any_of,
    clause,
    columns_of,
    words,
)

TEXAS, OHIO = OneOf("State", ("TX",), "Texas"), OneOf("State", ("OH",), "Ohio")
DEAR = Compare("Total", ">", "100", "$100")


@pytest.mark.parametrize(
    ("tree", "sql", "said"),
    [
        (ALL_ROWS, "TRUE", "all orders"),
        (TEXAS, "\"State\" = 'TX'", "State is Texas"),
        (Not(TEXAS), "NOT (\"State\" = 'TX')", "State is not Texas"),
        (DEAR, '"Total" > 100', "Total over $100"),
        (OneOf('a"b', ("O'Neil",)), "\"a\"\"b\" = 'O''Neil'", "a\"b is O'Neil"),
        (Blank("Phone"), "\"Phone\" = ''", "Phone is empty"),
        (Not(Blank("Phone")), "\"Phone\" <> ''", "Phone is not empty"),
        (Rows(((2, 2), (5, 7))), "sheet_row BETWEEN 2 AND 2 OR sheet_row BETWEEN 5 AND 7", "row 2, 5-7"),
        (Text(("SKU",), "starts with", "50%"), "\"SKU\" ILIKE '50\\%%' ESCAPE '\\'", "SKU starts with '50%'"),
        (
            Dated("Due", date(2026, 11, 1), date(2026, 11, 2)),
            "\"Due\" >= '2026-11-01' AND \"Due\" < '2026-11-03'",
            "Due is Nov 1, 2026 to Nov 2, 2026",
        ),
        (
            All((Either((TEXAS, DEAR)), Not(OHIO))),
            '("State" = \'TX\' OR "Total" > 100) AND NOT ("State" = \'OH\')',
            "(State is Texas or Total over $100) and State is not Ohio",
        ),
    ],
)
def test_a_tree_is_written_as_a_clause_and_in_words(tree: Condition, sql: str, said: str) -> None:
    assert clause(tree) == sql
    assert words(tree) == said


def test_values_of_one_column_are_joined_and_everything_adds_nothing() -> None:
    assert any_of(TEXAS, OHIO) == OneOf("State", ("TX", "OH"))
    assert all_of(TEXAS, ALL_ROWS, TEXAS) == TEXAS
    assert any_of(TEXAS, ALL_ROWS) == ALL_ROWS
    assert all_of(TEXAS, All((DEAR, TEXAS))) == All((TEXAS, DEAR))


def test_the_columns_of_a_tree() -> None:
    assert columns_of(All((Not(TEXAS), DEAR, Rows(((1, 1),))))) == {"State", "Total", "sheet_row"}
