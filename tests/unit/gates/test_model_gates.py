"""What a model may do on its own, and when the person is asked. Clauses are counted by a real database."""

import re
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest
from pydantic import BaseModel

from agent.chat.tools.model_checks import ModelChecks
from agent.chat.tools.model_view import refusal_for_model
from agent.drafting.state import ModelTurn
from agent.errors import ShipchatError
from agent.opening.person import PersonState
from agent.opening.sheet_state import SheetState
from agent.planning.ship_request import ShipRequest
from agent.sheet.open_sheet import OpenSheet

CALIFORNIA = {"where": "\"State\" = 'CA'", "in_words": "State is CA", "service": "03"}
WORDS = "Ship all California orders via Ground"


class Values(BaseModel):
    """Arguments of a tool other than propose_shipment."""

    model_config = {"extra": "allow"}


class Batch(BaseModel):
    job_id: str | None = None


class FakeSession:
    """As much of a session's state as the gates see."""

    def __init__(self, answer: str | None = None) -> None:
        self.conversation = SimpleNamespace(today=date(2026, 11, 21), proposal=None, last_job_id="job-7")
        self.person = PersonState(said=[WORDS])
        self.model_turn = ModelTurn(at_work=True)
        self.sheet = SheetState(self.data, cast(Any, None))
        self.questions: list[tuple[str, list[str]]] = []
        self.answer = answer
        self.held_once = False
        self.table = duckdb.connect()
        self.table.execute(
            "CREATE TABLE source AS SELECT * FROM (VALUES ('CA', 1, 2), ('CA', 9, 3), ('TX', 5, 4)) t(State, Lb, sheet_row)"
        )

    async def data(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "get_column_values":
            held = arguments["column"] in ("Name", "Email")
            values = [{"value": "x", "count": 2}, {"value": "y", "count": 2 - self.held_once}]
            return {"isError": True, "code": "E-1011"} if held else {"distinct_count": 2, "values": values}
        clause = arguments["where_clause"]
        try:
            found = self.table.execute(f"SELECT State, Lb, sheet_row FROM source WHERE {clause}").fetchall()
        except duckdb.Error as fault:
            return {"isError": True, "code": "E-1101", "message": str(fault), "remedy": ""}
        if tool == "check_filter":
            # The data server writes a clause again, without its comments.
            return {"count": len(found), "sql": re.sub(r"\s*/\*.*?\*/\s*", " ", clause).strip()}
        assert tool == "get_rows_by_filter"
        rows = [
            {"row_number": row - 1, "sheet_row": row, "data": {"State": state, "Lb": str(lb)}, "checksum": ""}
            for state, lb, row in found
        ]
        return {"rows": rows, "total_count": len(rows)}

    async def ask(self, text: str, options: list[str], **_given: Any) -> str:
        self.questions.append((text, options))
        assert self.answer is not None, text
        return next(option for option in options if option.startswith(self.answer))


def gates(session: FakeSession, *own: tuple[str, dict[str, Any]], readable: bool = True) -> ModelChecks:
    async def read(_state: Any, said: str) -> list[tuple[str, dict[str, Any]]] | None:
        assert said == WORDS
        return list(own) if readable else None

    return ModelChecks(session, WORDS, read)


async def test_the_same_rows_pass_and_are_called_by_shipchats_words():
    session = FakeSession()
    proposed = ShipRequest(where="\"State\" IN ('CA')", in_words="everything, as approved", service="UPS Ground")
    admitted = await gates(session, ("propose_shipment", CALIFORNIA)).admit("propose_shipment", proposed)
    assert admitted == ShipRequest.model_validate(CALIFORNIA)
    assert session.questions == []


async def test_of_the_words_that_a_model_could_not_place_only_the_persons_are_shown():
    proposed = ShipRequest.model_validate(CALIFORNIA | {"ignored": ["via ground", "approved by UPS", " "]})
    for readable in (True, False):
        gate = gates(FakeSession(), ("propose_shipment", CALIFORNIA), readable=readable)
        assert (await gate.admit("propose_shipment", proposed)).ignored == ["via ground"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"where": "TRUE"}, "1 row more"),
        ({"where": "\"State\" = 'TX'"}, "1 row more, 2 rows fewer"),
        ({"where": "\"State\" = 'CA' OR TRUE"}, "1 row more"),
        ({"where": '"Lb" > 5'}, "1 row fewer"),
        ({"service": "14"}, "UPS Next Day Air Early instead of UPS Ground"),
        ({"service": None}, "no service named instead of UPS Ground"),
        ({"reship": True}, "reship yes instead of none"),
        ({"include_cancelled": True}, "include cancelled yes instead of none"),
        ({"limit": 1}, "1 row fewer"),
        ({"left_out": [2]}, "1 row fewer"),
        ({"service_column": "State"}, "another service for 2 rows"),
        ({"service_rules": [{"where": '"Lb" > 5', "service": "02"}]}, "another service for 1 row"),
    ],
)
async def test_another_reading_is_put_before_the_person(change, said):
    for answer, expected in (("As shipchat", CALIFORNIA), ("As the model", CALIFORNIA | change), ("Neither", None)):
        session = FakeSession(answer)
        proposed = ShipRequest.model_validate(CALIFORNIA | change)
        gate = gates(session, ("propose_shipment", CALIFORNIA))
        if expected is None:
            with pytest.raises(ShipchatError) as caught:
                await gate.admit("propose_shipment", proposed)
            assert caught.value.code == "E-2361"
        else:
            admitted = await gate.admit("propose_shipment", proposed)
            assert admitted == ShipRequest.model_validate(expected | {"in_words": admitted.in_words})
            assert (admitted.in_words == CALIFORNIA["in_words"]) is (answer == "As shipchat")
        ((_question, options),) = session.questions
        assert options[1] == f"As the model does: {said}"


async def test_a_clause_that_would_leave_its_parentheses_is_refused():
    session = FakeSession()
    proposed = ShipRequest(where="\"State\" = 'CA') OR (TRUE", in_words="CA", service="03")
    with pytest.raises(ShipchatError) as caught:
        await gates(session, ("propose_shipment", CALIFORNIA)).admit("propose_shipment", proposed)
    assert caught.value.code == "E-1101"


async def test_words_that_shipchat_cannot_read_give_a_preview_with_a_doubt():
    session = FakeSession()
    proposed = ShipRequest.model_validate(CALIFORNIA | {"in_words": "as you approved", "limit": 2})
    admitted = await gates(session, readable=False).admit("propose_shipment", proposed)
    assert admitted == proposed.model_copy(update={"in_words": "\"State\" = 'CA'; only the first 2"})
    assert session.model_turn.doubts == ["I could not check this selection against your words: look at the rows."]


async def test_a_word_that_shipchats_own_reading_left_out_stays_on_the_preview():
    own = ("propose_shipment", CALIFORNIA | {"ignored": ["read 'Grund' as 'Ground'"]})
    proposed = ShipRequest.model_validate(CALIFORNIA | {"where": "\"State\" IN ('CA')", "ignored": ["all"]})
    admitted = await gates(FakeSession(), own).admit("propose_shipment", proposed)
    assert admitted.ignored == ["read 'Grund' as 'Ground'", "all"]


async def test_words_that_are_not_a_service_are_not_quoted_in_the_choice():
    session = FakeSession("As shipchat")
    proposed = ShipRequest.model_validate(CALIFORNIA | {"service": "Ground, which UPS has approved already"})
    await gates(session, ("propose_shipment", CALIFORNIA)).admit("propose_shipment", proposed)
    ((_question, options),) = session.questions
    assert options[1] == "As the model does: what is not a UPS service instead of UPS Ground"


COMMENT = "/* the one order that was asked for, checked by UPS */"


async def test_a_comment_in_a_clause_is_neither_shown_nor_kept():
    proposed = ShipRequest(
        where=f"\"State\" = 'CA' {COMMENT}",
        in_words="CA",
        service="03",
        service_rules=[{"where": f'"Lb" > 5 {COMMENT}', "service": "02"}],
    )
    admitted = await gates(FakeSession(), readable=False).admit("propose_shipment", proposed)
    assert "/*" not in admitted.model_dump_json()
    assert (admitted.where, admitted.in_words) == ("\"State\" = 'CA'", "\"State\" = 'CA'")


@pytest.mark.parametrize("clause", ["1 = 1", '"State" = "State"', "\"State\" LIKE '%'", "NOT FALSE"])
async def test_a_clause_that_leaves_no_row_out_is_called_every_row(clause):
    proposed = ShipRequest(where=clause, in_words="the Texas orders", service="03")
    admitted = await gates(FakeSession(), readable=False).admit("propose_shipment", proposed)
    assert admitted.in_words == f"every row ({clause})"


async def test_a_second_attempt_does_not_say_the_doubt_twice():
    session = FakeSession()
    gate = gates(session, readable=False)
    for _ in range(2):
        await gate.admit("propose_shipment", ShipRequest.model_validate(CALIFORNIA))
    assert len(session.model_turn.doubts) == 1


@pytest.mark.parametrize("clause", ["TRUE", " true ", ""])
async def test_a_clause_for_every_row_is_called_so_whatever_a_model_says(clause):
    proposed = ShipRequest(where=clause, in_words="the one order that was asked for", service="03")
    session = FakeSession()
    admitted = await gates(session, readable=False).admit("propose_shipment", proposed)
    assert admitted.in_words == "every row"
    assert session.model_turn.doubts


@pytest.mark.parametrize("own", [(), (("batches", {"what": "last"}),)], ids=["a refusal", "another command"])
async def test_a_proposal_that_nobody_asked_for_is_confirmed_by_its_clause(own):
    session = FakeSession("Yes")
    proposed = ShipRequest(where="TRUE", in_words="the one order that was asked for", service="03")
    admitted = await gates(session, *own).admit("propose_shipment", proposed)
    ((question, _options),) = session.questions
    assert "every row" in question
    assert "asked for" not in question
    assert admitted.in_words == "every row"


async def test_after_a_proposal_the_person_speaks_next():
    session = FakeSession()
    gate = gates(session, ("propose_shipment", CALIFORNIA))
    proposed = ShipRequest.model_validate(CALIFORNIA)
    await gate.admit("propose_shipment", proposed)
    await gate.answered("propose_shipment", proposed, {"status": "preview"})
    for tool in ("propose_shipment", "leave_out", "undo_proposal", "propose_void", "set_default", "open_sheet"):
        with pytest.raises(ShipchatError) as caught:
            await gate.admit(tool, proposed)
        assert caught.value.code == "E-2360"
    assert await gate.admit("count_rows", Values(where="TRUE")) == Values(where="TRUE")


@pytest.mark.parametrize("tool", ["set_default", "set_column", "resume_batch", "cancel_batch", "mappings"])
@pytest.mark.parametrize("readable", [True, False])
async def test_an_effect_that_nobody_asked_for_is_confirmed(tool, readable):
    values = Values(field="weight", value="150 lb\x1b[2J")
    for answer in ("Yes", "No"):
        session = FakeSession(answer)
        gate = gates(session, ("propose_shipment", CALIFORNIA), readable=readable)
        if answer == "Yes":
            assert await gate.admit(tool, values) == values
        else:
            with pytest.raises(ShipchatError) as caught:
                await gate.admit(tool, values)
            assert caught.value.code == "E-2361"
        ((question, options),) = session.questions
        assert "150 lb" in question
        assert "\x1b" not in question
        assert options[0] == "No"


async def test_an_effect_that_was_said_passes():
    session = FakeSession()
    own = ("set_default", {"field": "weight", "value": "2 lb"})
    values = Values(field="weight", value="2 lb")
    assert await gates(session, own, ("propose_shipment", CALIFORNIA)).admit("set_default", values) == values


async def test_the_last_batch_may_be_named_where_the_words_mean_it():
    own = ("resume_batch", {})
    assert await gates(FakeSession(), own).admit("resume_batch", Batch(job_id="job-7")) == Batch(job_id="job-7")
    with pytest.raises(ShipchatError):
        await gates(FakeSession("No"), own).admit("resume_batch", Batch(job_id="job-1"))
    with pytest.raises(ShipchatError):
        await gates(FakeSession("No"), ("resume_batch", {"job_id": "job-1"})).admit(
            "resume_batch", Batch(job_id="job-7")
        )


@pytest.mark.parametrize(("column", "told"), [("State", True), ("Name", False), ("Email", False)])
async def test_groups_by_people_go_to_the_screen_and_not_to_the_model(column, told):
    answer = {"columns": [column, "result"], "rows": [["x", "1"], ["y", "2"]]}
    given = await gates(FakeSession()).answered("aggregate", Values(function="count", group_by=column), answer)
    assert given == (answer if told else {"groups": 2, "shown": "on the person's screen"})


@pytest.mark.parametrize(
    ("column", "told"),
    [("Status", True), ("Product", True), ("Where it hangs", False), ("Bill To", False), ("Company", False)],
)
async def test_what_one_row_alone_holds_is_told_where_it_is_known_what_a_column_holds(column, told):
    session = FakeSession()
    session.held_once = True
    values = [{"value": "x", "count": 2}, {"value": "y", "count": 1}]
    given = await gates(session).answered(
        "column_values", Values(column=column), {"distinct_count": 2, "values": values}
    )
    assert given["values"] == (values if told else values[:1])
    assert given.get("held_by_one_row") == (None if told else 1)
    answer = {"columns": [column, "result"], "rows": [["x", "1"], ["y", "2"]]}
    grouped = await gates(session).answered("aggregate", Values(function="sum", group_by=column), answer)
    assert grouped == (answer if told else {"groups": 2, "shown": "on the person's screen"})


async def test_why_rows_are_left_out_is_counted():
    answer = {"status": "preview", "total_rows": 3, "excluded": {"E-2219 'x' is not a phone number": 2, "held": 1}}
    given = await gates(FakeSession()).answered("propose_shipment", Values(), answer)
    assert given == {
        "status": "preview",
        "total_rows": 3,
        "left_out": 3,
        "why": "The details are on the person's screen.",
    }


async def test_a_model_is_told_a_hundred_values_of_a_column_at_most():
    answer = {"distinct_count": 300, "values": [{"value": str(number), "count": 1} for number in range(300)]}
    given = await gates(FakeSession()).answered("column_values", Values(column="Order"), answer)
    assert (len(given["values"]), given["more"], given["distinct_count"]) == (100, True, 300)


@pytest.mark.parametrize("field", ["address1", "City", "postal_code", "name", "country", "phone"])
async def test_no_address_is_ever_a_default(field):
    with pytest.raises(ShipchatError) as caught:
        await gates(FakeSession("Yes")).admit("set_default", Values(field=field, value="1 Evil Rd"))
    assert caught.value.code == "E-2362"


async def test_leaving_out_what_was_said_passes_in_either_form():
    session = FakeSession()
    session.conversation.proposal = CALIFORNIA
    own = ("propose_shipment", CALIFORNIA | {"left_out": [2]})
    values = Values(sheet_rows=[2])
    assert await gates(session, own).admit("leave_out", values) == values
    session.answer = "As shipchat"
    with pytest.raises(ShipchatError):
        await gates(session, own).admit("leave_out", Values(sheet_rows=[2, 3]))


@pytest.mark.parametrize(
    ("said", "path", "allowed"),
    [
        ("open orders.csv", "orders.csv", True),
        ("open @orders.csv, please", "orders.csv", True),
        ("open “my orders.csv”.", "my orders.csv", True),
        ("open /home/x/orders.csv", "/home/x/orders.csv", True),
        ("open /home/x/orders.csv", "orders.csv", False),
        ("open orders.csv.bak", "orders.csv", False),
        ("open orders.csv", ".", False),
        ("open orders.csv", "", False),
        ("open orders.csv", "o", False),
        ("ship all", "/etc/passwd", False),
        ("ship a.b", "a.*", False),
    ],
)
async def test_only_a_path_that_was_typed_whole_may_be_opened(said, path, allowed):
    session = FakeSession()
    session.person.said = [said]
    if allowed:
        await gates(session).admit("open_sheet", Values(path=path))
        return
    with pytest.raises(ShipchatError) as caught:
        await gates(session).admit("open_sheet", Values(path=path))
    assert caught.value.code == "E-2363"


async def test_a_word_in_the_name_of_the_open_sheet_is_no_path(tmp_path):
    session = FakeSession()
    sheet = tmp_path / "real sheet is secrets.csv"
    sheet.write_text("a\n1\n")
    session.person.said = [str(sheet), "x" * 5000]
    await gates(session).admit("open_sheet", Values(path=str(sheet)))
    with pytest.raises(ShipchatError) as caught:
        await gates(session).admit("open_sheet", Values(path="secrets.csv"))
    assert caught.value.code == "E-2363"


@pytest.mark.parametrize(
    "tool", ["describe_sheet", "column_values", "count_rows", "aggregate", "show_rows", "set_column"]
)
async def test_a_sheet_without_names_of_columns_is_closed_to_a_model(tool):
    """Where the first order was taken for the header, the header is a person's data."""
    session = FakeSession("Yes")
    columns = [{"name": name} for name in ("Quillon Abernathy", "77 Canary Passage", "95814")]
    session.sheet.open = OpenSheet("x.csv", {}, {"name": "x.csv", "columns": columns})
    with pytest.raises(ShipchatError) as caught:
        await gates(session).admit(tool, Values(column="x"))
    assert (caught.value.code, "Quillon" in str(caught.value)) == ("E-1504", False)
    assert await gates(session).admit("open_sheet", Values(path=WORDS))


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (ShipchatError("E-1104", 'There is no column "Stat".', 'The nearest: "State".', "column Stat"), True),
        (ShipchatError("E-2361", "The person does not want set_default.", "Ask."), True),
        (ShipchatError("E-2252", "phone could not be rendered: 'Quillon' is no number", "Correct it."), False),
        (ShipchatError("E-2219", "'Quillon' is not a phone number", "Correct it."), False),
        (ShipchatError("E-3112", "UPS says: Quillon is unknown there", "Correct it."), False),
        (ShipchatError("E-1310", "The key columns do not tell the rows apart: Quillon", "Quillon"), False),
    ],
)
def test_a_refusal_that_may_quote_a_cell_is_told_by_its_code(refusal, told):
    answer = refusal_for_model(refusal)
    assert answer["code"] == refusal.code
    assert (answer == refusal.as_dict()) is told
    assert "Quillon" not in str(answer)


def test_what_a_refusal_says_to_a_model_takes_the_place_of_its_message():
    refusal = ShipchatError("E-2405", "2 rows do not fit: 'Quillon'", "Change it.", "row 2", "2 rows do not fit: phone")
    assert refusal_for_model(refusal) == {
        "code": "E-2405",
        "message": "2 rows do not fit: phone",
        "remedy": "Change it.",
    }


@pytest.mark.parametrize(
    ("said", "passes"),
    [
        ("ship California, bill third party account 1A2B3C, 10001 US", True),
        ("ship California, bill third party account 1a2b3c 10001", True),
        ("ship California, bill the third party", False),
        ("ship California, bill third party account 1A2B3CX, 10001", False),
        ("ship California, bill third party account 1A2B3C, 99999", False),
    ],
)
async def test_an_account_stands_in_the_persons_words(said, passes):
    """A model points at what the person typed; it supplies no account and no postal code of one."""
    session = FakeSession()
    session.person.said = [WORDS, said]
    options = {"bill_to": "third_party", "account_number": "1A2B3C", "account_postal_code": "10001"}
    proposal = CALIFORNIA | {"options": options}
    gate = gates(session, ("propose_shipment", proposal))
    if passes:
        admitted = await gate.admit("propose_shipment", ShipRequest.model_validate(proposal))
        assert admitted.options.account_number == "1A2B3C"
        return
    with pytest.raises(ShipchatError) as caught:
        await gate.admit("propose_shipment", ShipRequest.model_validate(proposal))
    assert caught.value.code == "E-2365"


async def test_a_return_that_only_a_model_read_is_put_before_the_person():
    session = FakeSession("As shipchat")
    proposed = ShipRequest.model_validate(CALIFORNIA | {"options": {"returns": "print"}})
    admitted = await gates(session, ("propose_shipment", CALIFORNIA)).admit("propose_shipment", proposed)
    assert admitted.options.returns is None
    ((_question, options),) = session.questions
    assert options[1] == "As the model does: returns print instead of a plain shipment"
