"""Every tool of the three servers through clients we did not write: success, refusal, unknown outcome."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests import ups_shipments
from tests.integration.data.test_data_any_client import calls, files

__all__ = ["files"]
pytestmark = pytest.mark.slow  # each starts node and a server

PRACTICE = {"environment": "simulator"}
WRONG = {"no_such_argument": 1}


def test_every_ups_tool_answers_the_typescript_sdk(
    typescript: Callable[..., Any], not_after: float, tmp_path: Path
) -> None:
    client = typescript("ups")
    used: set[str] = set()

    def done(tool: str, **arguments: Any) -> dict[str, Any]:
        used.add(tool)
        content: dict[str, Any] = client.done(tool, **arguments)
        return content

    shipment, weight = ups_shipments.domestic(), {"value": "5", "unit": "LBS"}
    assert done("service_list")["environment"] == "simulator"
    done("rating_quote", **PRACTICE, shipment=shipment)
    done("rating_shop", **PRACTICE, shipment=shipment)
    made = done("shipping_create", **PRACTICE, reference="SCTYPESCRIPT0001", not_after=not_after, shipment=shipment)
    number = made["trackingNumbers"][0]
    done("shipping_find", **PRACTICE, reference="SCTYPESCRIPT0001", shipper_number="A1B2C3", since="20200101")
    nothing = done("shipping_find", **PRACTICE, reference="SCTYPESCRIPT0009", shipper_number="A1B2C3", since="20200101")
    assert nothing["status"] == "not_found"
    done("label_recover", **PRACTICE, tracking_number=number)
    done("track_package", **PRACTICE, tracking_number=number)
    assert done("track_package", **PRACTICE, tracking_number="1Z999AA10123456784")["found"] is False
    for place in ({"country_code": "US", "postal_code": "30005"}, {"country_code": "GB", "postal_code": "SW1A 1AA"}):
        home = {"country_code": "US", "postal_code": "21093"}
        done("transit_times", **PRACTICE, origin=home, destination=place, weight=weight)
    for lines in (["12 Sample St"], ["Sample St"]):
        done("address_validate", **PRACTICE, lines=lines, state="GA", postal_code="30005", country_code="US")
    near = {"postal_code": "30005", "country_code": "US"}
    point = done("location_search", **PRACTICE, **near)["locations"][0]
    done("location_search", **PRACTICE, **near, access_point_id=point["id"])
    prn = done("pickup_schedule", **PRACTICE, **ups_shipments.pickup())["prn"]
    done("pickup_rate", **PRACTICE, pickup=PRACTICE | ups_shipments.pickup())
    done("pickup_pending", **PRACTICE, account_number="A1B2C3")
    done("pickup_cancel", **PRACTICE, prn=prn)
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"%PDF-1.4 a paper")
    whose = PRACTICE | {"account_number": "A1B2C3"}
    sha256 = hashlib.sha256(paper.read_bytes()).hexdigest()
    document = done("document_upload", **whose, path=str(paper), sha256=sha256, document_type="008")["document_id"]
    given = {"shipment_identification_number": number, "tracking_numbers": [number], "document_ids": [document]}
    done("document_attach", **whose, **given, shipped_at="2026-11-21-01.02.03")
    assert done("document_delete", **whose, document_id=document)["deleted"] is True
    voided = done("shipping_void", **PRACTICE, shipment_identification_number=number)
    assert voided["outcome"] == "done"
    assert used == set(client.tools)

    for tool in client.tools:
        refused = client.refused(tool, **WRONG)
        assert (refused["code"], bool(refused["remedy"]), refused["retryable"]) == ("E-2001", True, False), tool
        assert refused.get("outcome") == ("not_done" if tool in {"shipping_create", "shipping_void"} else None), tool
    elsewhere = client.refused("shipping_void", **PRACTICE, shipment_identification_number="1Z999AA10123456784")
    assert (elsewhere["ups_code"], elsewhere["outcome"]) == ("190102", "not_done")


@pytest.mark.fault
def test_an_unknown_outcome_reaches_the_typescript_sdk(
    typescript: Callable[..., Any], carrier_with: Callable[..., str], not_after: float
) -> None:
    url = carrier_with("lost-answer@ship:1", "text-503@void:4")
    client = typescript("ups", SHIPCHAT_UPS_BASE_URL=url)
    shipment = ups_shipments.domestic()
    lost = client.refused(
        "shipping_create", **PRACTICE, reference="SCTYPESCRIPT0002", not_after=not_after, shipment=shipment
    )
    assert (lost["code"], lost["outcome"]) == ("E-3102", "unknown")
    assert "shipping_find" in lost["remedy"]
    unsure = client.refused("shipping_void", **PRACTICE, shipment_identification_number="1Z999AA10123456784")
    assert (unsure["code"], unsure["outcome"], unsure["retryable"]) == ("E-3105", "unknown", True)


def test_every_data_tool_answers_the_typescript_sdk(typescript: Callable[..., Any], files: dict[str, str]) -> None:
    client = typescript("data")
    used, answer = set(), {}
    for tool, arguments in calls(files):
        answer = client.done(tool, **arguments)
        used.add(tool)
    client.done("restore_backup", backup_id=answer["backups"][0]["id"])
    assert used | {"restore_backup"} == set(client.tools)
    for tool in client.tools:
        refused = client.refused(tool, **WRONG)
        assert (refused["code"], bool(refused["remedy"]), refused["retryable"]) == ("E-2001", True, False), tool
    missing = client.refused("import_csv", path=str(Path(files["sheet"]).with_name("nowhere.csv")))
    assert missing["code"] == "E-1002"


def test_every_jobs_tool_answers_the_typescript_sdk(typescript: Callable[..., Any], tmp_path: Path) -> None:
    database = tmp_path / "jobs.db"
    with closing(sqlite3.connect(database)) as made:
        made.executescript(
            "create table jobs (id integer primary key, job_id text, title text, company text, description text,"
            " url text, location text, source text, status text, captured_at text, updated_at text);"
            "insert into jobs (id, title, status) values (1, 'Packer', 'new'), (2, null, 'new');"
        )
    client = typescript("jobs")
    page = client.done("bulk_read_new_jobs", limit=1, db_path=str(database))
    assert page["count"] == 1
    changes = [{"id": 1, "status": "reviewed"}]
    assert client.done("bulk_update_job_status", updates=changes, db_path=str(database))["updated_count"] == 1
    faulty = [{"id": 99, "status": "reviewed"}]
    assert client.done("bulk_update_job_status", updates=faulty, db_path=str(database))["failed_count"] == 1
    assert {"bulk_read_new_jobs", "bulk_update_job_status"} == set(client.tools)
    for tool in client.tools:
        refused = client.refused(tool, **WRONG)["error"]
        assert (refused["code"], refused["retryable"]) == ("VALIDATION_ERROR", False)
        assert refused["message"]


@pytest.mark.parametrize("server", ["ups", "data", "jobs"])
def test_the_inspector_shows_every_tool_and_its_refusal(inspector: Callable[..., Any], server: str) -> None:
    listed, code = inspector(server, "tools/list")
    assert code == 0
    for tool in listed["tools"]:
        assert tool["title"]
        shown, _ = inspector(server, "tools/call", "--tool-name", tool["name"], "--tool-arg", "no_such_argument=1")
        assert shown["isError"] is True, shown
        text = shown["content"][0]["text"]
        assert '"code":"' in text, text
        assert '"retryable":' in text, text
