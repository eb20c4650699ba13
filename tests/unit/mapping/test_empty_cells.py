"""What an empty cell is: errors and placeholders are empty, names and towns that look empty are asked about."""

from collections.abc import Callable

import pytest

from agent.mapping.builder import BuiltRows
from agent.mapping.cell_checks import IS_NAME, IS_NOTHING, NAMIBIA

Order = Callable[..., dict[str, str]]
Build = Callable[..., BuiltRows]

ERRORS = ["#NV", "#BEZUG!", "#WERT!", "#¿NOMBRE?", "#DIV/0!", "#ЗНАЧ!", "#SPILL!", "Loading...", "Err:502", "undefined",
          "[object Object]", "#GETTING_DATA", "########"]  # fmt: skip
PLACEHOLDERS = ["NULL", r"\N", "nan", "NaN", "null", "(blank)", "<NA>", "n/a", "-", "none"]
ITALY = {"City": "Torino", "State": "TO", "ZIP": "10080", "Country": "IT", "Phone": "390112223344", "Item": "Cup",
         "Unit Price": "5", "Origin": "US"}  # fmt: skip
ABROAD = {"reason_for_export": "SALE"}


def first(result: BuiltRows) -> dict[str, object]:
    payload = result.shipments[0].payload
    assert payload is not None, (result.asks, result.problems)
    ship_to: dict[str, object] = payload["ship_to"]
    return ship_to


def slots(result: BuiltRows) -> list[str]:
    return [ask.slot for ask in result.asks]


@pytest.mark.parametrize("text", ERRORS)
@pytest.mark.parametrize("column", ["Name", "Address 1", "City", "State", "ZIP", "Weight (lb)", "Order Number"])
def test_an_error_where_something_is_needed_names_cell_and_text(
    built: Build, order: Order, column: str, text: str
) -> None:
    result = built([order({column: text})])
    assert [(problem.code, problem.column) for problem in result.problems] == [("E-2229", column)]
    assert text in result.problems[0].why


@pytest.mark.parametrize("text", ERRORS)
@pytest.mark.parametrize("column", ["Phone", "Email", "Company", "Address 2", "Attention"])
def test_an_error_where_nothing_is_needed_is_said_and_left_empty(
    built: Build, order: Order, column: str, text: str
) -> None:
    result = built([order({column: text})])
    assert result.shipments[0].warnings == (f"{column} says {text}: left empty",)
    assert text not in str(first(result))
    assert first(result)["name"] == "Ann Lee"


@pytest.mark.parametrize("text", ERRORS)
def test_an_error_in_what_is_not_sent_is_silent(built: Build, order: Order, text: str) -> None:
    result = built([order({"Order Date": text, "SKU": text, "Total": text})])
    assert result.ready
    assert result.shipments[0].warnings == ()


@pytest.mark.parametrize("text", PLACEHOLDERS)
@pytest.mark.parametrize(("column", "code"), [("Name", "E-2201"), ("Address 1", "E-2202"), ("City", "E-2206"), ("State", "E-2208"),
                                              ("ZIP", "E-2211"), ("Weight (lb)", "E-2213")])  # fmt: skip
def test_a_placeholder_where_something_is_needed_is_named(
    built: Build, order: Order, column: str, code: str, text: str
) -> None:
    result = built([order({column: text})])
    assert [problem.code for problem in result.problems] == [code]
    assert repr(text) in result.problems[0].why


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_a_placeholder_where_nothing_is_needed_is_nothing(built: Build, order: Order, text: str) -> None:
    result = built([order({"Address 2": text, "Company": text, "Phone": text, "Country": text})])
    assert result.shipments[0].warnings == result.shipments[0].changes == ()
    assert first(result) == first(built([order()]))


@pytest.mark.parametrize("name", ["Nan Null", "Null Nan", "Nil Armstrong", "Ann None", "Jo Na", "NAN NULL"])
def test_people_may_be_called_so(built: Build, order: Order, name: str) -> None:
    result = built([order({"Name": name})])
    assert first(result)["name"] == name
    parts = {"Name": None, "First Name": name.split()[0], "Last Name": name.split()[1]}
    assert first(built([order(parts)]))["name"] == name


@pytest.mark.parametrize("text", ERRORS)
def test_an_error_in_one_of_joined_cells_never_prints(built: Build, order: Order, text: str) -> None:
    result = built([order({"Name": None, "First Name": "Ann", "Last Name": text})])
    assert [(problem.code, problem.column) for problem in result.problems] == [("E-2229", "Last Name")]
    pounds = built([order({"Weight (lb)": "2", "Weight (oz)": text})])
    assert [(problem.code, problem.column) for problem in pounds.problems] == [("E-2229", "Weight (oz)")]


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_a_placeholder_among_joined_cells_is_shown_and_left_out(built: Build, order: Order, text: str) -> None:
    result = built([order({"Name": None, "First Name": "Ann", "Last Name": text})])
    assert first(result)["name"] == "Ann"
    assert [(change.before, change.after) for change in result.changes] == [(f"Ann {text}", "Ann")]
    nobody = built([order({"Name": None, "First Name": text, "Last Name": text})])
    assert [problem.code for problem in nobody.problems] == ["E-2201"]


@pytest.mark.parametrize("text", ["None", "Null", "Nan", "Nil", "Na", "Unknown", "NONE"])
@pytest.mark.parametrize(("column", "name"), [("Name", "name"), ("City", "city"), ("Company", "company")])
def test_a_single_word_is_asked_about(built: Build, order: Order, column: str, name: str, text: str) -> None:
    rows = [order({"Order Number": str(number), column: text}) for number in (1, 2)]
    slot = f"{name}:{text.casefold()}"
    assert slots(built(rows)) == [slot]
    assert text in str(first(built(rows, answers={slot: IS_NAME})))
    emptied = built(rows, answers={slot: IS_NOTHING})
    if name == "company":
        assert first(emptied) == first(built([order()]))
    else:
        assert [problem.code for problem in emptied.problems] == [{"name": "E-2201", "city": "E-2206"}[name]]


def test_a_town_called_none(built: Build, order: Order) -> None:
    rows = [order({**ITALY, "Name": "Nan Null", "City": "None"})]
    assert slots(built(rows, service="65", answers=ABROAD)) == ["city:none"]
    sent = first(built(rows, service="65", answers=ABROAD | {"city:none": IS_NAME}))
    assert sent["name"] == "Nan Null"
    assert sent["address"]["city"] == "None"  # type: ignore[index]


def test_what_a_person_wrote_is_not_asked_again(built: Build, order: Order) -> None:
    assert "None" in str(first(built([order({"City": "None"})], answers={"cell:2:city": "None"})))


def test_na_is_namibia_only_where_a_person_says_so(built: Build, order: Order) -> None:
    windhoek = {**ITALY, "City": "Windhoek", "State": "", "ZIP": "10005", "Country": "NA", "Phone": "264612345678"}
    rows = [order(windhoek)]
    assert slots(built(rows, service="65", answers=ABROAD)) == ["country:na"]
    sent = first(built(rows, service="65", answers=ABROAD | {"country:na": NAMIBIA}))
    assert sent["address"]["country_code"] == "NA"  # type: ignore[index]
    assert built(rows, answers={"country:na": IS_NOTHING}).problems  # then it is an address of the United States


def test_na_beside_a_state_is_nothing(built: Build, order: Order) -> None:
    for answers in ({}, {"country:na": NAMIBIA}):
        sent = first(built([order({"Country": "NA"})], answers=answers))
        assert sent["address"]["country_code"] == "US"  # type: ignore[index]


def test_naples_is_a_province(built: Build, order: Order) -> None:
    rows = [order({**ITALY, "City": "Napoli", "State": "NA", "ZIP": "80121"})]
    assert first(built(rows, service="65", answers=ABROAD))["address"]["state"] == "NA"  # type: ignore[index]


def test_the_country_of_rows_without_one_may_be_said_in_any_language(built: Build, order: Order) -> None:
    rows = [order({**ITALY, "State": "", "ZIP": "10115", "City": "Berlin", "Country": "", "Phone": "4930123456"})]
    sent = first(built(rows, service="65", answers=ABROAD | {"country": "Allemagne"}))
    assert sent["address"]["country_code"] == "DE"  # type: ignore[index]


def test_an_unknown_country_for_all_rows_is_no_silent_home(built: Build, order: Order) -> None:
    assert [problem.code for problem in built([order()], answers={"country": "Atlantis"}).problems] == ["E-2210"]
