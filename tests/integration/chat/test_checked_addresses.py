"""Addresses are checked at UPS, corrections are taken by a person only, and what was taken is what the label prints."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from agent.batch.recovery import audit_replay
from agent.chat.session import ChatSession
from agent.chat.tools.toolbox import SessionToolbox
from agent.events import AssistantSaid, PreviewReady, PreviewVoided, QuestionAsked, TableShown
from agent.ledger import audit
from agent.ledger.store import Ledger
from agent.ledger.tables import AddressCheck, AuditEntry, table_of
from agent.servers import ServerManager
from agent.settings import Settings
from tests.integration.chat.conftest import Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
GOOD = "Dana Whitfield,14 Juniper Court,Sacramento,CA,95814,US,2"
MISSPELT = "Luis Ferrer,880 Harbor View Drve,San Diego,CA,92101,US,3"
HALF = "Mei Zhou,Foxglove Ln,Austin,TX,78701,US,1"
UNKNOWN = "Amara Okafor,61 Nowhere Rd,Boston,MA,02116,US,4"
OFFICE = "Tom Beck,9 Mill Stret Suite 4,Burlington,VT,05401,US,3"
ABROAD = "Jean Roy,12 Rue Test,Toronto,ON,M5V 2T6,CA,4"
SHIP, CHECK = "ship everything to the US by ground", "check the addresses"
AFTER = "880 HARBOR VIEW DR, SAN DIEGO, CA 92101-3705"


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A sheet without order numbers: a parcel is known by its address."""
    return sheet_of(tmp_path, GOOD, MISSPELT, HALF, UNKNOWN, OFFICE, ABROAD)


def sheet_of(folder: Path, *rows: str) -> Path:
    path = folder / "orders.csv"
    path.write_text("\n".join(["Recipient Name,Address,City,State,ZIP,Country,Weight (lb)", *rows]) + "\n")
    return path


def last(heard: list[Any], kind: type) -> Any:
    return [event for event in heard if isinstance(event, kind)][-1]


def said(heard: list[Any]) -> dict[str, tuple[str, str]]:
    """By sheet row: what UPS says, what it writes."""
    return {row[0]: (row[3], row[4]) for row in last(heard, TableShown).rows}


async def answer(session: ChatSession, *words: str) -> dict[str, Any]:
    for text in words:
        found = await session.answer(None, text)
    return found


def printed(tracked: dict[str, Any]) -> str:
    """A label, which is text."""
    return Path(tracked["label_path"]).read_text(errors="replace")


def cells_of(sheet: Path) -> str:
    return sheet.read_text()


def entries(settings: Settings, event: str) -> list[dict[str, Any]]:
    """The audit log's entries of one kind."""
    ledger, log = Ledger.open(settings.ledger_place), table_of(AuditEntry)
    found = ledger.read(lambda connection: connection.execute(select(log.c.details).where(log.c.event == event)).all())
    ledger.close()
    return [json.loads(entry.details) for entry in found]


def log_faults(settings: Settings) -> list[str]:
    """What `audit verify` finds."""
    ledger = Ledger.open(settings.ledger_place)
    found = ledger.read(audit.chain_faults) + ledger.read(audit_replay.differences)
    ledger.close()
    return found


async def test_every_row_gets_its_answer_and_trouble_comes_first(opened: Opened, orders: Path) -> None:
    session, heard = await opened(orders)
    found = await session.send(CHECK)
    assert found["status"] == "needs_input", "two corrections wait for a person"
    assert list(said(heard)) == ["5", "4", "3", "6", "7", "2"]
    assert said(heard)["5"] == ("unknown", "")
    assert said(heard)["4"][0] == "ambiguous (2 candidates), a home"
    assert said(heard)["3"] == ("corrected, a home", AFTER)
    assert said(heard)["6"][0] == "corrected, a business"
    assert said(heard)["7"] == ("not checked: Canada", "")
    assert said(heard)["2"] == ("valid, a home", "")
    counts = "6 rows: 1 unknown, 1 ambiguous, 2 corrected, 1 valid, 1 not checked (Canada). 3 homes, 1 business."
    assert last(heard, AssistantSaid).text == counts


async def test_a_correction_is_taken_by_a_person_and_printed(
    opened: Opened, orders: Path, settings: Settings, servers: ServerManager
) -> None:
    before = cells_of(orders)
    session, heard = await opened(orders)
    await session.send("check the addresses of the California orders")
    question = last(heard, QuestionAsked)
    assert question.text.startswith(f"Row 3: 880 Harbor View Drve, San Diego, CA 92101 -> {AFTER}.")
    await answer(session, "Take it")
    assert [entry["sheet_rows"] for entry in entries(settings, "address_taken")] == [[3]]
    assert "HARBOR" not in json.dumps(entries(settings, "address_taken")), "the log holds no address"
    await session.send("ship the California orders by ground")
    preview = last(heard, PreviewReady)
    assert [line.changes for line in preview.lines if line.sheet_row == 3] == [
        ["residential: blank -> home", f"Address: 880 Harbor View Drve, San Diego, CA 92101 -> {AFTER}"]
    ]
    assert cells_of(orders) == before, "the sheet stays as it is"
    done = await session.approve(preview.digest, by="words", words="yes")
    assert done["rows"]["completed"] == 2
    tracked = next(one for one in done["tracking"] if one["sheet_row"] == 3)
    label = printed(tracked)
    assert "880 HARBOR VIEW DR" in label
    assert "Drve" not in label
    assert "880 Harbor View Drve" in cells_of(orders)


async def test_a_parcel_stays_the_same_when_its_correction_is_taken(
    opened: Opened, tmp_path: Path, settings: Settings
) -> None:
    orders = sheet_of(tmp_path, MISSPELT)
    session, heard = await opened(orders)
    await session.send(SHIP)
    shipped = await session.approve(last(heard, PreviewReady).digest, by="words", words="yes")
    assert shipped["rows"]["completed"] == 1
    # The same order in a sheet that another program saved, without the number and with another row's checksum.
    again = tmp_path / "again.csv"
    again.write_text(f"Weight (lb),Recipient Name,Address,City,State,ZIP,Country\n3.0,{MISSPELT[:-2]}\n")
    other, told = await opened(again)
    await other.send(CHECK)
    await answer(other, "Take it")
    found = await other.send(SHIP)
    assert found["total_rows"] == 0, "it is not sent a second time"
    assert [event for event in told if isinstance(event, PreviewReady)] == []


async def test_what_is_kept_as_written_is_not_asked_again(opened: Opened, tmp_path: Path) -> None:
    session, heard = await opened(sheet_of(tmp_path, MISSPELT, OFFICE))
    await session.send(CHECK)
    await answer(session, "One by one", "Keep it as written")
    assert (await answer(session, "Take it"))["status"] == "answer"
    found = await session.send(CHECK)
    assert found["status"] == "answer"
    assert {row: words for row, (words, _) in said(heard).items()} == {
        "2": "corrected, a home, kept as written",
        "3": "corrected, a business, taken by you",
    }
    assert "2 addresses known already" in last(heard, AssistantSaid).text
    found = await session.send("check the addresses again")
    assert found["status"] == "needs_input", "UPS was asked anew, and so is the person"


async def test_an_unknown_address_goes_only_by_a_yes_that_is_kept(
    opened: Opened, tmp_path: Path, settings: Settings
) -> None:
    session, heard = await opened(sheet_of(tmp_path, GOOD, UNKNOWN))
    await session.send(CHECK)
    found = await session.send(SHIP)
    assert found["question"]["text"] == "UPS does not know the address of row 3. Ship there all the same?"
    assert (await answer(session, "Leave these rows out"))["row_numbers"] == [1]
    assert entries(settings, "address_override") == []
    await session.send(SHIP)
    assert (await answer(session, "Ship there all the same"))["row_numbers"] == [1, 2]
    (entry,) = entries(settings, "address_override")
    assert (entry["sheet_rows"], entry["words"]) == ([3], "Ship there all the same")
    assert log_faults(settings) == []
    line = last(heard, PreviewReady).lines[1]
    assert line.warnings == ["UPS does not know this address; it goes because you said so"]
    assert (await session.send(SHIP))["status"] == "preview", "said once"


async def test_a_script_leaves_unknown_addresses_out(opened: Opened, tmp_path: Path) -> None:
    session, _ = await opened(sheet_of(tmp_path, GOOD, UNKNOWN), on_error="continue")
    await session.send(CHECK)
    found = await session.send(SHIP)
    assert (found["row_numbers"], found["excluded"]) == ([1], {"UPS does not know the address": [3]})


async def test_homes_cost_what_they_cost(opened: Opened, tmp_path: Path) -> None:
    session, heard = await opened(sheet_of(tmp_path, GOOD, OFFICE))
    await session.send(SHIP)
    before = last(heard, PreviewReady)
    assert before.rates == "negotiated rates, without residential surcharges"
    await session.send("check these addresses")
    await answer(session, "Keep it as written")
    after = last(heard, PreviewReady)
    assert after.rates == "negotiated rates"
    assert after.lines[0].cost_cents > before.lines[0].cost_cents, "a home"
    assert after.lines[1].cost_cents == before.lines[1].cost_cents, "a business"
    assert last(heard, PreviewVoided).digest == before.digest


async def test_what_the_sheet_says_of_homes_is_taken_until_ups_says_otherwise(opened: Opened, tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    lines = (GOOD, OFFICE, "Ann Lee,15 Juniper Court,Sacramento,CA,95814,US,2")
    cells = [f"{line},{said}" for line, said in zip(lines, ("N", "Y", ""), strict=True)]
    orders.write_text(
        "\n".join(["Recipient Name,Address,City,State,ZIP,Country,Weight (lb),Residential", *cells]) + "\n"
    )
    session, heard = await opened(orders)
    await session.send(SHIP)
    assert (
        last(heard, PreviewReady).rates == "negotiated rates, without residential surcharges for 1 of 3 (not checked)"
    )
    await session.send("check these addresses")
    await answer(session, "Keep it as written")
    assert [line.changes for line in last(heard, PreviewReady).lines] == [
        ["Residential: N -> home"],
        ["Residential: Y -> business"],
        ["Residential: blank -> home"],
    ]


async def test_auto_mode_buys_nothing_because_addresses_were_checked(opened: Opened, tmp_path: Path) -> None:
    session, _ = await opened(sheet_of(tmp_path, GOOD))
    await session.send(SHIP)
    await session.send("switch to auto up to $100")
    found = await session.send("check these addresses")
    assert (found["status"], found["job_id"]) == ("preview", None)


async def test_a_check_asks_no_more_than_its_limit(opened: Opened, tmp_path: Path, settings: Settings) -> None:
    settings.address_checks = 1
    session, heard = await opened(sheet_of(tmp_path, GOOD, "Ann Lee,15 Juniper Court,Sacramento,CA,95814,US,2", GOOD))
    found = await session.send(CHECK)
    assert {row: words for row, (words, _) in said(heard).items()} == {
        "2": "valid, a home",
        "3": "not checked: beyond the limit",
        "4": "valid, a home",
    }
    assert (
        "UPS was asked about 1 address, the most of one check (setting `address_checks`); not asked: 1."
        in found["text"]
    )
    await session.send(CHECK)
    assert {words for words, _ in said(heard).values()} == {"valid, a home"}, "the next check goes on"


async def test_answers_that_are_too_old_do_not_count(opened: Opened, tmp_path: Path, settings: Settings) -> None:
    session, heard = await opened(sheet_of(tmp_path, MISSPELT))
    await session.send(CHECK)
    await answer(session, "Take it")
    ledger, checks = Ledger.open(settings.ledger_place), table_of(AddressCheck)
    ledger.write(lambda connection: connection.execute(checks.update().values(checked_at="2020-01-01T00:00:00Z")))
    await session.send(SHIP)
    assert last(heard, PreviewReady).lines[0].changes == []
    await session.send(CHECK)
    assert last(heard, QuestionAsked).text.startswith("Row 2:")
    assert ledger.read(lambda connection: len(connection.execute(select(checks)).all())) == 1
    ledger.close()


async def test_a_model_learns_counts_and_no_address(opened: Opened, tmp_path: Path) -> None:
    session, _ = await opened(sheet_of(tmp_path, GOOD, HALF))
    assert session._turns is not None
    answered = await SessionToolbox(session._turns.state).call("check_destinations", {"where": "TRUE"})
    assert answered == {"rows": 2, "unknown": 0, "ambiguous": 1, "corrected": 0, "valid": 1, "not_checked": 0}


async def test_a_refusal_of_ups_is_told(
    opened: Opened, tmp_path: Path, servers: ServerManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = servers.call

    async def refused(server: str, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "address_validate":
            return {"isError": True, "code": "E-3001", "message": "UPS is closed.", "remedy": "Wait."}
        return await call(server, tool, arguments)

    monkeypatch.setattr(servers, "call", refused)
    session, heard = await opened(sheet_of(tmp_path, GOOD, MISSPELT, HALF, UNKNOWN, OFFICE))
    found = await session.send(CHECK)
    assert [words for words, _ in said(heard).values()].count("not checked: UPS refused (E-3001)") == 3
    assert [words for words, _ in said(heard).values()].count("not checked: UPS did not answer") == 2
    assert "UPS did not answer about 5 addresses: E-3001: UPS is closed. Wait." in found["text"]
