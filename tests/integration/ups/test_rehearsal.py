"""The simulator as people rehearse with it: its help, its seed, and a day of everything through the real server."""

# ruff: noqa: ASYNC240 - a test may look for a small file

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client, StdioServerParameters

from mcp_servers.ups.models import Label, Shipment
from mcp_servers.ups.requests import ship_request
from mcp_servers.ups.simulator.faults import CATALOGUE
from tests import ups_shipments

TOKEN = {"Authorization": "Basic cHJhY3RpY2U6cHJhY3RpY2U="}


def test_the_help_names_every_fault_on_a_line_of_its_own() -> None:
    command = [str(Path(sys.executable).with_name("shipchat")), "simulator", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    named = {line.split()[0] for line in said.splitlines() if line.startswith("  ") and line.split()}
    assert set(CATALOGUE) <= named
    assert "NAME[=VALUE][@OPERATION][:COUNT|:PROBABILITY]" in said
    page = (Path(__file__).parents[3] / "docs" / "simulator.md").read_text()
    assert [name for name in CATALOGUE if f"`{name}" not in page] == [], "the page names them too"


def test_a_wrong_fault_is_refused_with_its_reason() -> None:
    command = [sys.executable, "-m", "mcp_servers.ups.simulator", "--port", "0", "--fault", "lost-answer@moon"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no operation 'moon'" in done.stderr


@pytest.mark.fault
@pytest.mark.slow  # three simulators of its own
def test_one_seed_is_one_day(other_carrier: Callable[..., Any], tmp_path: Path, shipment: dict[str, Any]) -> None:
    request = ship_request(Shipment.model_validate_json(json.dumps(shipment)), "SCREHEARSESEED01", Label())
    body = json.dumps(request).encode()
    days = []
    for name, seed in (("first", "7"), ("again", "7"), ("other", "8")):
        carrier = other_carrier("--seed", seed, "--fault", "lost-answer:0.5", books=tmp_path / f"{name}.sqlite")
        days.append([said(carrier.url, body) for _ in range(12)])
    assert days[0] == days[1]
    assert days[0] != days[2]
    assert 2 < days[0].count("lost") < 10


def said(url: str, body: bytes) -> str:
    """The number of a new shipment and its price, or that the answer was lost."""
    with httpx2.Client(base_url=url, trust_env=False) as client:
        token = client.post("/security/v1/oauth/token", data={"grant_type": "client_credentials"}, headers=TOKEN)
        headers = {"Authorization": f"Bearer {token.json()['access_token']}", "Content-Type": "application/json"}
        try:
            results = client.post("/api/shipments/v2409/ship", content=body, headers=headers).json()
        except httpx2.HTTPError:
            return "lost"
    made = results["ShipmentResponse"]["ShipmentResults"]
    return f"{made['ShipmentIdentificationNumber']} {made['ShipmentCharges']['TotalCharges']['MonetaryValue']}"


async def test_a_day_of_everything_over_stdio(
    ups_url: str, carrier: Any, tmp_path: Path, shipment: dict[str, Any], abroad: dict[str, Any], not_after: float
) -> None:
    """Plain, several packages, signature, Saturday, declared value, a return, and abroad with its invoice."""
    plain = copy.deepcopy(shipment)
    plain.pop("international", None)
    plain["service_code"] = "03"
    plain["ship_to"] = {
        "name": "Robin Field",
        "phone": "7705550123",
        "address": {"lines": ["12 Sample St"], "city": "Alpharetta", "state": "GA", "postal_code": "30005", "country_code": "US"},
    }  # fmt: skip
    package = plain["packages"][0]
    shop = {key: plain["shipper"][key] for key in ("name", "phone", "address")}
    value = {"amount": "500.00", "currency_code": "USD"}
    day = {
        "PLAIN0": plain,
        "PARCEL": plain | {"packages": [package, package | {"weight": {"value": "22.5", "unit": "LBS"}}]},
        "SIGNED": plain | {"packages": [package | {"signature": "adult"}]},
        "SATURD": plain
        | {"service_code": "01", "saturday_delivery": True, "shipment_date": ups_shipments.next_weekday(4)},
        "VALUED": plain | {"packages": [package | {"declared_value": value}]},
        "RETURN": plain | {"return_service_code": "9", "ship_from": plain["ship_to"], "ship_to": shop},
        "ABROAD": abroad,
    }
    made = {}
    environment = {"SHIPCHAT_HOME": str(tmp_path), "SHIPCHAT_UPS_BASE_URL": ups_url}
    parameters = StdioServerParameters(command=sys.executable, args=["-m", "mcp_servers.ups"], env=environment)
    async with Client(parameters) as client:
        for name, body in day.items():
            quote = await client.call_tool("rating_quote", {"environment": "simulator", "shipment": body})
            arguments = {"environment": "simulator", "reference": f"SCREHEARSE{name}01", "not_after": not_after}
            result = await client.call_tool("shipping_create", arguments | {"shipment": body})
            assert not result.is_error, (name, result.structured_content)
            made[name] = result.structured_content
            assert made[name]["totalCharges"]["monetaryValue"] == quote.structured_content["totalCharges"]["amount"]
    cost = {name: Decimal(answer["totalCharges"]["monetaryValue"]) for name, answer in made.items()}
    assert all(cost["PLAIN0"] < cost[name] for name in ("PARCEL", "SIGNED", "SATURD", "VALUED", "RETURN", "ABROAD"))
    assert [len(made[name]["trackingNumbers"]) for name in day] == [1, 2, 1, 1, 1, 1, 1]
    (invoice,) = made["ABROAD"]["formPaths"]
    assert Path(invoice).read_bytes().startswith(b"%PDF")
    assert all(Path(path).exists() for answer in made.values() for path in answer["labelPaths"])
    assert all(carrier.booked(f"SCREHEARSE{name}01") for name in day)


async def shipped(server: Any, shipment: dict[str, Any], **request: Any) -> dict[str, Any]:
    """UPS's own answer to a request of ours with some parts replaced."""
    body = ship_request(Shipment.model_validate_json(json.dumps(shipment)), "SCREHEARSEPLAIN1", Label())
    body["ShipmentRequest"]["Request"] |= request
    token = await server.app.client.tokens.get()
    async with httpx2.AsyncClient(trust_env=False) as client:
        headers = {"Authorization": f"Bearer {token}", "transId": "0" * 32, "transactionSrc": "tests"}
        url = await server.app.client._base_url() + "/api/shipments/v2409/ship"
        answer = (await client.post(url, json=body, headers=headers)).json()
    return dict(answer["ShipmentResponse"])


@pytest.mark.parametrize(("sub_version", "itemized"), [("2205", True), ("1601", True), ("1507", False)])
async def test_itemized_charges_come_with_a_sub_version(
    server: Any, shipment: dict[str, Any], sub_version: str, itemized: bool
) -> None:
    answer = await shipped(server, shipment, SubVersion=sub_version)
    assert ("ItemizedCharges" in answer["ShipmentResults"]["ShipmentCharges"]) is itemized


async def test_the_context_is_echoed_with_an_identifier_of_ups(server: Any, shipment: dict[str, Any]) -> None:
    answer = await shipped(server, shipment, TransactionReference={"CustomerContext": "what we said"})
    reference = answer["Response"]["TransactionReference"]
    assert reference["CustomerContext"] == "what we said"
    assert reference["TransactionIdentifier"]
