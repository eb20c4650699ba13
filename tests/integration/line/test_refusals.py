"""Each misfortune has its code, its sentence and its exit code; the sheet changes only in rows that shipped."""

import pytest

from tests.integration.line.shop import ORDERS, SENTENCE, Shop

pytestmark = pytest.mark.slow  # each runs the command once and more


def test_missing_file(shop: Shop) -> None:
    shop.sheet.unlink()
    result, code = shop.say(SENTENCE, "--yes")
    assert (result["status"], code) == ("refused", 1)
    assert result["error"]["code"].startswith("E-1")
    assert "orders.csv" in result["error"]["message"]
    assert result["error"]["remedy"]


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n"])
def test_empty_file(shop: Shop, content: bytes) -> None:
    shop.sheet.write_bytes(content)
    result, code = shop.say(SENTENCE, "--yes")
    assert (result["status"], code) == ("refused", 1)
    assert result["error"]["code"].startswith("E-1")
    assert shop.sheet.read_bytes() == content


def test_no_header(shop: Shop) -> None:
    """Data from the first line on: no column can be trusted, so nothing is shipped."""
    rows = b"".join(ORDERS.splitlines(keepends=True)[1:])
    shop.sheet.write_bytes(rows)
    result, code = shop.say(SENTENCE, "--yes")
    assert result["status"] in {"refused", "needs_input"}, result
    assert code in {1, 3}
    assert shop.simulator.records() == []
    assert shop.sheet.read_bytes() == rows


def test_no_match(shop: Shop) -> None:
    result, code = shop.say("Ship all Texas orders via Ground", "--yes")
    assert result["total_rows"] == 0
    assert (result["status"], code) in {("answer", 0), ("needs_input", 3)}, result
    assert shop.simulator.records() == []
    assert shop.sheet.read_bytes() == ORDERS


def test_unknown_service_is_a_question_never_ground(shop: Shop) -> None:
    result, code = shop.say("Ship all California orders via Teleport", "--yes")
    assert (result["status"], code) == ("needs_input", 3), result
    assert result["question"]["options"]
    assert shop.simulator.records() == []


def test_a_row_that_ups_refuses(shop: Shop) -> None:
    """Fail-fast: what shipped before is in the sheet, the refused row and the rest are not."""
    shop.simulator.fault("refuse-zip=92101:120802")
    result, code = shop.say(SENTENCE, "--yes", "--concurrency", "1")
    assert (result["status"], code) == ("failed", 4), result
    assert [item["row_number"] for item in result["failed"]] == [2]
    assert result["failed"][0]["code"].startswith("E-3")
    assert "120802" in result["failed"][0]["message"] or "address" in result["failed"][0]["message"].casefold()
    assert result["rows"]["completed"] == 1
    assert result["rows"]["pending"] == 1
    assert {label["ship_to"]["name"] for label in shop.simulator.records()} == {"Dana Whitfield"}
    lines = shop.sheet.read_bytes().split(b"\r\n")
    assert [b"1ZSIMSIM" in line for line in lines[1:]] == [True, False, False, False, False]


def test_simulator_down(shop: Shop) -> None:
    shop.simulator.process.kill()
    shop.simulator.process.wait()
    result, code = shop.say(SENTENCE, "--yes")
    assert (result["status"], code) == ("refused", 1), result
    assert result["error"]["code"].startswith("E-3")
    assert result["error"]["remedy"]
    assert shop.sheet.read_bytes() == ORDERS


def test_the_doctor_tells_that_ups_does_not_answer(shop: Shop) -> None:
    shop.simulator.process.kill()
    shop.simulator.process.wait()
    ill = shop.run("doctor")
    assert ill.returncode == 1, ill.stdout
    assert "FAULT UPS: E-3" in ill.stdout
