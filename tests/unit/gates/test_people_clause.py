"""A model finds out about people's cells only what the person's own words ask: counts would tell them letter by letter."""

import pytest

from agent.chat.tools.people_clause import check_people_clause
from agent.errors import ShipchatError

PEOPLE = frozenset({"recipient name", "phone", "address", "notes"})
SAID = [
    "orders.csv",
    "Ship the orders of Ann Smith, and those to PO boxes, row 7, with a phone in 916",
    "nothing fragile",
]


@pytest.mark.parametrize(
    "clause",
    [
        "TRUE",
        '"State" = \'CA\' AND "Total" > 100',
        "\"Recipient Name\" = 'Ann Smith'",
        "lower(\"Recipient Name\") = 'ann smith'",
        "\"Recipient Name\" ILIKE '%smith%' AND \"State\" IN ('CA', 'TX')",
        "contains(lower(\"Address\"), 'po box')",
        "starts_with(\"Phone\", '916') OR \"Phone\" LIKE '916%'",
        '"Phone" IS NULL OR "Phone" = \'\'',
        'NOT ("Phone" IS NULL)',
        "\"Notes\" NOT ILIKE '%fragile%' AND sheet_row <> 7",
        "\"Recipient Name\" IN ('Ann Smith', 'Smith')",
        "this is no clause (",
    ],
)
def test_the_persons_own_words_may_be_looked_for(clause):
    check_people_clause(clause, PEOPLE, SAID)


@pytest.mark.parametrize(
    "clause",
    [
        "substr(\"Phone\", 1, 1) = '6'",
        "left(\"Phone\", 3) = '916'",
        "\"Phone\" LIKE '6%'",
        "\"Phone\" LIKE '%4%'",
        "\"Recipient Name\" ILIKE '%q%'",
        "\"Recipient Name\" ILIKE '%quill%'",
        "\"Recipient Name\" < 'm'",
        '"Phone" > 6000000000',
        "\"Phone\" BETWEEN '6' AND '7'",
        'length("Recipient Name") = 17',
        "(\"Phone\") = '6'",
        "\"State\" = 'CA' OR starts_with(\"address\", '77')",
        "CASE WHEN \"Phone\" = '4' THEN TRUE ELSE FALSE END",
        "replace(\"Phone\", '9', '') = '16'",
        "NOT (\"Phone\" <> '6195557799')",
        'coalesce("State", "Phone") LIKE \'6%\'',
        "concat(\"Phone\", 'x') = '916x'",
        'try_cast("Phone" AS BIGINT) % 2 = 0',
        "\"Phone\" IN ('916', '6195557799')",
    ],
)
def test_guessing_at_cells_is_refused(clause):
    with pytest.raises(ShipchatError) as refused:
        check_people_clause(clause, PEOPLE, SAID)
    assert refused.value.code == "E-2390"
    assert "916" not in refused.value.message
