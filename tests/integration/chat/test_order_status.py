"""Which orders may go, by the sheet's own status columns: left out and said, or asked about once."""

from pathlib import Path
from typing import Any

import pytest

from agent.chat.session import ChatSession
from agent.drafting.order_status import EACH, GO, STAY, readiness_of
from agent.events import PreviewReady, QuestionAsked
from agent.planning.ship_request import ShipRequest
from agent.settings import Settings
from tests.integration.chat.conftest import Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
ALL = "Ship all orders via Ground"
CITIES = (("Boston", "MA", "02116"), ("Austin", "TX", "78701"), ("Sacramento", "CA", "95814"))


def sheet_of(folder: Path, columns: str, rows: list[str], orders: list[str] | None = None) -> Path:
    """A sheet with these columns behind those of an order; one order a row unless `orders` tells their numbers."""
    lines = [f"Order,Name,Address,City,State,Zip,Weight (lb),{columns}"]
    for index, cells in enumerate(rows):
        city, state, code = CITIES[index % len(CITIES)]
        number = orders[index] if orders else f"N-{index + 1}"
        lines.append(f"{number},Person {number},{index + 1} Gift Ln,{city},{state},{code},2,{cells}")
    path = folder / "orders.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


async def ask(session: ChatSession, *words: str) -> dict[str, Any]:
    """Say the words one after the other; what the last one led to."""
    for text in words:
        found = await session.send(text)
    return found


SHEETS: dict[str, tuple[str, list[str], list[int], dict[str, list[int]]]] = {
    "a shop's own status": (
        "status",
        ["processing", "completed", "pending", "failed", "wc-on-hold"],
        [1],
        {
            "status says completed (shipped already)": [3],
            "status says failed": [5],
            "status says pending (unpaid or payment failed)": [4],
            "status says wc-on-hold": [6],
        },
    ),
    "beside our own columns": (
        "status,tracking_number,shipped_at",
        ["processing,,", "completed,,", "processing,1Z999AA10123456784,2026-11-01T10:00:00Z"],
        [1],
        {"shipped already (there is a tracking number)": [4], "status says completed (shipped already)": [3]},
    ),
    "paid and fulfilled": (
        "Financial Status,Fulfillment Status,Fulfilled at,Cancelled at",
        ["paid,unfulfilled,,", "paid,fulfilled,2026-11-02,", "paid,unfulfilled,,2026-11-03", "voided,unfulfilled,,", "paid,,,"],
        [1, 5],
        {
            "shipped already (Fulfilled at is filled in)": [3],
            "Cancelled at is filled in": [4],
            "Financial Status says voided (cancelled or refunded)": [5],
        },
    ),
    "flags": (
        "Paid,Shipped,Cancelled",
        ["yes,no,no", "no,no,no", "yes,TRUE,no", "yes,no,yes", "yes,11/4,no", ",,", "yes,no,she moved"],
        [1, 6],
        {
            "shipped already (Shipped is filled in)": [6],
            "Paid says no (unpaid or payment failed)": [3],
            "Shipped says TRUE (shipped already)": [4],
            "Cancelled is filled in": [5, 8],
        },
    ),
    "placeholders beside tracking numbers": (
        "Tracking",
        ["n/a", "pending", "-", "1Z999AA10123456784", "", "0", "9400100000000000000000", "not shipped"],
        [1, 2, 3, 5, 6, 8],
        {"shipped already (there is a tracking number)": [5, 8]},
    ),
    "reasons in free words behind the status": (
        "Order Status",
        ["Cancelled - changed her mind", "cancelled - twice", "Shipped 11/4", "Processing"],
        [4],
        {"Order Status says cancelled": [2, 3], "Order Status says shipped": [4]},
    ),
    "fetched and digital": (
        "Shipping Method,Requires Shipping",
        ["UPS Ground,true", "Local Pickup,true", "Digital,false", "UPS Ground,false"],
        [1],
        {
            "Shipping Method says Local Pickup (not sent by parcel)": [3],
            "Shipping Method says Digital (not sent by parcel)": [4],
            "Requires Shipping says false (not sent by parcel)": [5],
        },
    ),
    "payments of PayPal": ("Status,Gross,Fee,Net", ["Completed,9,1,8", "Pending,9,1,8"], [1], {
        "Status says Pending (unpaid or payment failed)": [3],
    }),
    "quotes in a status": ("Status", ["cancelled - Ann's wish", "paid"], [2], {"Status says cancelled": [2]}),
}  # fmt: skip


@pytest.mark.parametrize("case", SHEETS)
async def test_what_may_not_go_is_left_out_and_said(opened: Opened, tmp_path: Path, case: str) -> None:
    columns, rows, going, excluded = SHEETS[case]
    session, _ = await opened(sheet_of(tmp_path, columns, rows))
    shown = await ask(session, ALL)
    assert (shown["status"], shown["row_numbers"], shown["excluded"]) == ("preview", going, excluded)


async def test_a_hundred_reasons_behind_one_word_are_one_condition(opened: Opened, tmp_path: Path) -> None:
    rows = [f"Cancelled - reason {number}" for number in range(100)]
    session, _ = await opened(sheet_of(tmp_path, "Status", ["paid", *rows]))
    shown = await ask(session, ALL)
    assert (shown["row_numbers"], list(shown["excluded"])) == ([1], ["Status says cancelled"])
    assert len(shown["excluded"]["Status says cancelled"]) == 100


async def test_more_texts_than_an_answer_holds(opened: Opened, tmp_path: Path) -> None:
    rows = [f"a note {number}" for number in range(1110)]
    session, _ = await opened(sheet_of(tmp_path, "Status", [*rows, "cancelled - at last", "on hold"]))
    shown = await ask(session, "ship rows 1100 to 1113 via ground")
    assert shown["excluded"] == {"Status says cancelled or refunded": [1112], "Status says on hold": [1113]}
    assert any(line.startswith("Status holds") and "or more" in line for line in shown["warnings"])


async def test_nothing_to_ship_says_why(opened: Opened, tmp_path: Path) -> None:
    session, _ = await opened(sheet_of(tmp_path, "Status", ["completed", "completed", "refunded"]))
    shown = await ask(session, ALL)
    assert (shown["status"], shown["total_rows"]) == ("answer", 0)
    assert shown["text"].endswith(": Status says completed (shipped already): rows 2, 3; Status says refunded: row 4.")


async def test_an_unknown_word_is_one_question_with_counts(opened: Opened, tmp_path: Path, settings: Settings) -> None:
    sheet = sheet_of(tmp_path, "Status", ["paid", "packed up", "vip", "packed up", "cancelled"])
    session, heard = await opened(sheet)
    asked = await ask(session, ALL)
    assert asked["question"] == {
        "text": "Status says “packed up” (2 rows) and “vip” (1 row). May these orders be shipped?",
        "options": [GO, STAY, EACH],
    }
    shown = await ask(session, STAY)
    assert shown["row_numbers"] == [1]
    assert shown["excluded"] == {
        "Status says cancelled": [6],
        "Status says packed up (as you said)": [3, 5],
        "Status says vip (as you said)": [4],
    }
    await ask(session, ALL)
    assert len([event for event in heard if isinstance(event, QuestionAsked)]) == 1, "asked once a session"
    assert session.pending_digest is not None
    await session.approve(session.pending_digest, by="script", words="yes")
    again, later = await opened(sheet)
    shown = await ask(again, "ship the Texas orders via ground")
    assert not any(isinstance(event, QuestionAsked) for event in later), "remembered with the mapping"
    assert shown["excluded"] == {"Status says packed up (as you said)": [3], "Status says cancelled": [6]}


async def test_an_answer_in_the_words_of_an_earlier_version_is_asked_again(opened: Opened, tmp_path: Path) -> None:
    session, heard = await opened(sheet_of(tmp_path, "Status", ["paid", "packed up"]))
    session._turns.state.sheet.answers["status:Status:packed up"] = "They go"  # type: ignore[union-attr]
    asked = await ask(session, ALL)
    assert asked["question"]["options"] == [GO, STAY], heard
    assert (await ask(session, GO))["row_numbers"] == [1, 2]


async def test_unknown_words_one_by_one(opened: Opened, tmp_path: Path) -> None:
    session, _ = await opened(sheet_of(tmp_path, "Fulfillment Status", ["partial", "bagged", "unfulfilled"]))
    asked = await ask(session, ALL, EACH)
    assert asked["question"]["text"] == "Fulfillment Status says “bagged” (1 row). May these orders be shipped?"
    shown = await ask(session, GO, STAY)
    assert (shown["row_numbers"], shown["excluded"]) == ([2, 3], {"Fulfillment Status says partial (as you said)": [2]})


async def test_only_rows_that_are_meant_raise_the_question(opened: Opened, tmp_path: Path) -> None:
    session, heard = await opened(sheet_of(tmp_path, "Status", ["paid", "bagged", "in the back room"]))
    shown = await ask(session, "ship order N-1 via ground")
    assert shown["row_numbers"] == [1]
    assert not any(isinstance(event, QuestionAsked) for event in heard)


async def test_a_word_is_one_in_whatever_case_it_stands(opened: Opened, tmp_path: Path) -> None:
    session, _ = await opened(sheet_of(tmp_path, "Status", ["Bagged", "bagged", " BAGGED ", "paid"]))
    asked = await ask(session, "ship the Texas and Massachusetts orders via ground")
    assert asked["question"]["text"] == "Status says “Bagged” (2 rows). May these orders be shipped?"
    shown = await ask(session, GO)
    assert (shown["row_numbers"], shown["excluded"]) == ([1, 2, 4], {})


async def test_free_text_in_a_status_column_is_not_used(opened: Opened, tmp_path: Path) -> None:
    words = [f"call {word} first" for word in "abcdefghijklmnopqrstuvwxyz"]
    session, heard = await opened(sheet_of(tmp_path, "Status", [*words, "cancelled"]))
    shown = await ask(session, ALL)
    assert (shown["status"], shown["total_rows"]) == ("preview", 26)
    assert shown["excluded"] == {"Status says cancelled": [28]}
    assert "Status holds 26 texts that do not look like an order status: they were not used" in shown["warnings"]
    assert not any(isinstance(event, QuestionAsked) for event in heard)


@pytest.mark.parametrize(
    ("words", "going", "warning"),
    [
        ("ship the on hold orders via ground", [2], "1 row says on hold (Status: on hold)"),
        ("ship the pending orders via ground", [3, 4], "2 rows say pending (Status: unpaid or payment failed)"),
        (
            "ship all orders via ground, including cancelled ones",
            [1, 5],
            "1 row says cancelled (Status: cancelled or refunded)",
        ),
    ],
)
async def test_a_status_that_the_person_named_goes_with_a_warning(
    opened: Opened, tmp_path: Path, words: str, going: list[int], warning: str
) -> None:
    session, _ = await opened(sheet_of(tmp_path, "Status", ["paid", "on hold", "pending", "pending", "cancelled"]))
    shown = await ask(session, words)
    assert shown["row_numbers"] == going
    assert warning in shown["warnings"]


@pytest.mark.parametrize(
    ("model", "said", "goes"),
    [
        (False, "ship what is ready", True),
        (True, "ship what is ready", False),
        (True, "ship the paid ones and those on hold", True),
    ],
)
async def test_a_model_cannot_name_a_status_for_the_person(
    opened: Opened, tmp_path: Path, model: bool, said: str, goes: bool
) -> None:
    session, _ = await opened(sheet_of(tmp_path, "Status", ["paid", "on-hold"]))
    state = session._turns.state  # type: ignore[union-attr]
    state.model_turn.at_work, state.person.said = model, [said]
    found = await readiness_of(
        state.drafting(), ShipRequest(where="\"Status\" IN ('paid', 'on-hold')", in_words="as said"), {}
    )
    assert [one.reason for one in found.conditions] == ([] if goes else ["Status says on-hold"])
    assert [one.text for one in found.named] == (["on-hold"] if goes else [])


async def test_an_unknown_word_that_the_person_named_goes_unasked(opened: Opened, tmp_path: Path) -> None:
    session, heard = await opened(sheet_of(tmp_path, "Status", ["paid", "bagged", "vip"]))
    shown = await ask(session, "ship the bagged orders via ground")
    assert (shown["status"], shown["row_numbers"]) == ("preview", [2])
    assert not any(isinstance(event, QuestionAsked) for event in heard)


async def test_what_was_shipped_comes_in_by_a_typed_re_ship_only(opened: Opened, tmp_path: Path) -> None:
    sheet = sheet_of(
        tmp_path,
        "Status,Date Shipped,Tracking Number",
        ["completed,,", "paid,2026-11-02,", "paid,,1Z999AA10123456784", "cancelled,,"],
    )
    session, heard = await opened(sheet)
    shown = await ask(session, "ship the completed orders via ground")
    assert (shown["status"], shown["excluded"]) == ("answer", {"Status says completed (shipped already)": [2]})
    shown = await ask(session, "ship all orders again via ground")
    assert (shown["status"], shown["row_numbers"]) == ("preview", [1, 2, 3]), shown
    preview = [event for event in heard if isinstance(event, PreviewReady)][-1]
    assert preview.typed_confirmation == "re-ship 3 rows"


async def test_a_deadline_sorts_filters_and_warns(opened: Opened, tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "Ship By", ["2026-11-02", "2027-03-01", "2026-11-20", "2026-11-10"])
    session, heard = await opened(sheet)
    shown = await ask(session, ALL)
    assert shown["row_numbers"] == [1, 2, 3, 4]
    assert "2 of these are overdue (Ship By is before 2026-11-20)" in shown["warnings"]
    assert ("deadline", "Ship By") in shown["mapping"] or ["deadline", "Ship By"] in shown["mapping"]
    shown = await ask(session, "ship everything due by 2026-11-20 via ground")
    assert shown["row_numbers"] == [1, 3, 4]
    shown = await ask(session, "ship the overdue orders via ground")
    assert shown["row_numbers"] == [1, 4]
    await ask(session, "ship the 2 orders with the earliest deadline via ground")
    assert not any(isinstance(event, QuestionAsked) for event in heard)
    preview = [event for event in heard if isinstance(event, PreviewReady)][-1]
    assert [line.row_number for line in preview.lines] == [1, 4]


async def test_a_day_to_ship_on_holds_an_order_back_until_it_comes(opened: Opened, tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "Ship On", ["2026-11-02", "2026-11-24", "2027-03-01", ""])
    session, _ = await opened(sheet)
    shown = await ask(session, ALL)
    assert shown["row_numbers"] == [1, 2, 4]
    assert shown["excluded"] == {"not yet (Ship On is more than 7 days ahead)": [4]}
    assert "Ship On: 2026-11-02 -> 2026-11-20 (that day has passed: it ships today; 1 row)" in shown["warnings"]


async def test_a_practice_number_does_not_count_outside_of_practice(
    opened: Opened, tmp_path: Path, settings: Settings
) -> None:
    """Nor does our own time beside it; another's number does."""
    sheet = sheet_of(
        tmp_path,
        "tracking_number,shipped_at",
        ["1ZSIMSIM0300000011,2026-11-01T10:00:00Z", "1Z999AA10123456784,2026-11-01T10:00:00Z", ","],
    )
    session, _ = await opened(sheet)
    state = session._turns.state  # type: ignore[union-attr]
    proposal = ShipRequest(where="TRUE", in_words="all orders")
    for environment, going in (("simulator", [3]), ("test", [1, 3])):
        state.settings = settings.model_copy(update={"ups_environment": environment})
        found = await readiness_of(state.drafting(), proposal, {})
        clause = " AND ".join(f"({one.clause})" for one in found.conditions)
        reply = await state.sheet.data("get_rows_by_filter", {"where_clause": clause})
        assert [row["row_number"] for row in reply["rows"]] == going


@pytest.mark.parametrize("column", ["tracking_number", "UPS Tracking Number"])
async def test_a_number_of_a_test_never_keeps_an_order_from_shipping_for_real(
    opened: Opened, tmp_path: Path, settings: Settings, column: str
) -> None:
    numbers = [
        "1ZXXXXXXXXXXXXXXXX",
        "1zisde016691676846",
        "1Z12345E0205271688",
        "1ZSIMSIM0300000011",
        "1Z999AA10123456784",
    ]
    session, _ = await opened(sheet_of(tmp_path, column, [*numbers, ""]))
    state = session._turns.state  # type: ignore[union-attr]
    request = ShipRequest(where="TRUE", in_words="all orders")
    going_in = {"production": [1, 2, 3, 4, 6], "test": [4, 6], "simulator": [1, 2, 3, 6]}
    for environment, going in going_in.items():
        state.settings = settings.model_copy(update={"ups_environment": environment})
        found = await readiness_of(state.drafting(), request, {})
        clause = " AND ".join(f"({one.clause})" for one in found.conditions)
        reply = await state.sheet.data("get_rows_by_filter", {"where_clause": clause})
        assert [row["row_number"] for row in reply["rows"]] == going, environment


async def test_lines_and_orders(opened: Opened, tmp_path: Path) -> None:
    """Whether a condition keeps the order or the line back is told to the selection."""
    sheet = sheet_of(
        tmp_path,
        "Status,Tracking Number,Lineitem requires shipping,Shipping Method",
        ["cancelled,1Z999AA10123456784,false,Local Pickup", "paid,,true,Digital"],
        ["N-1", "N-1"],
    )
    session, _ = await opened(sheet)
    state = session._turns.state  # type: ignore[union-attr]
    proposal = ShipRequest(where="TRUE", in_words="all orders")
    found = await readiness_of(state.drafting(), proposal, {})
    assert {one.reason: one.reach for one in found.conditions} == {
        "shipped already (there is a tracking number)": "order",
        "Status says cancelled": "order",
        "Lineitem requires shipping says false (not sent by parcel)": "line",
        "Shipping Method says Local Pickup (not sent by parcel)": "order",
        "Shipping Method says Digital (not sent by parcel)": "line",
    }
    parcels = await readiness_of(state.drafting(), proposal, {"order_lines": "several parcels"})
    reach = {one.reason: one.reach for one in parcels.conditions}
    assert reach["shipped already (there is a tracking number)"] == "row", "each row is a parcel of its own"
    assert reach["Status says cancelled"] == "order"
