"""The practice carrier's rules, each alone."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_servers.ups.simulator import records
from mcp_servers.ups.simulator.checks import check_rate, check_ship
from mcp_servers.ups.simulator.faults import CATALOGUE, Faults, parse
from mcp_servers.ups.simulator.geography import zip_fits, zone
from mcp_servers.ups.simulator.numbers import check_digit, tracking_number
from mcp_servers.ups.simulator.parcels import Parcel, ShipmentFacts, read_shipment
from mcp_servers.ups.simulator.rates import DOMESTIC, billable_pounds, price

PUBLIC = ["1Z5R89390357567127", "1Z023E2X0214323462", "1Z0FH3446831744085", "1ZISDE016691676846"]


@pytest.mark.parametrize("number", PUBLIC)
def test_the_check_digit_is_ups_own(number: str) -> None:
    assert check_digit(number[2:17]) == number[17]


@given(serial=st.integers(1, 9_999_999), service=st.sampled_from(list(DOMESTIC)))
def test_numbers_are_valid_and_marked_as_practice(serial: int, service: str) -> None:
    number = tracking_number(serial, service)
    assert len(number) == 18
    assert number[2:8] == "SIMSIM"
    assert check_digit(number[2:17]) == number[17]


def facts(pounds: float = 5.0, end: str = "30005", **more: Any) -> ShipmentFacts:
    defaults: dict[str, Any] = {"residential": False, "saturday": False, "signature": None, "is_return": False}
    parcel = Parcel(pounds, (10.0, 8.0, 4.0), 0, None)
    return ShipmentFacts(("21093", "US"), (end, "US"), parcels=[parcel], **(defaults | more))


@given(light=st.floats(0.1, 149), more=st.floats(0, 1), service=st.sampled_from(list(DOMESTIC)))
def test_heavier_is_never_cheaper(light: float, more: float, service: str) -> None:
    heavy = light + more * (150 - light)
    assert price(facts(light), service).own <= price(facts(heavy), service).own


def test_farther_is_dearer_and_slower() -> None:
    near, far = price(facts(end="19103"), "03"), price(facts(end="94105"), "03")
    assert near.own < far.own
    assert near.days < far.days


def test_surcharges_are_itemized() -> None:
    parcel = Parcel(5.0, (10.0, 8.0, 4.0), 50_000, "3")
    cost = price(replace(facts(residential=True, saturday=True), parcels=[parcel]), "01")
    codes = dict(cost.itemized)
    assert {"121", "270", "300", "375", "400"} == set(codes), "adult signature, home, Saturday, fuel, declared value"
    assert codes["400"] == 5 * 135, "by each 100 dollars of 500"
    plain = price(facts(), "01")
    assert sum(codes.values()) - dict(plain.itemized)["375"] == cost.published - plain.published


def test_parts_add_up() -> None:
    cost = price(facts(residential=True), "02")
    assert cost.published == cost.transport + cost.options
    assert cost.own < cost.published


@pytest.mark.parametrize(
    ("pounds", "size", "billed"), [(10.2, (0, 0, 0), 11), (1, (20, 12, 12), 21), (0.1, (1, 1, 1), 1), (5, (0, 0, 0), 5)]
)
def test_billed_weight_is_the_greater_and_rounds_up(pounds: float, size: Any, billed: int) -> None:  # fmt: skip
    assert billable_pounds(Parcel(pounds, size, 0, None)) == billed


@pytest.mark.parametrize(
    ("state", "postal", "fits"),
    [
        ("GA", "30005", True),
        ("GA", "90210", False),
        ("MA", "02116", True),
        ("XX", "30005", False),
        ("DC", "20001", True),
    ],
)
def test_zip_codes_belong_to_states(state: str, postal: str, fits: bool) -> None:
    assert zip_fits(state, postal, "US") is fits


def test_zones_grow_with_distance() -> None:
    home = ("21093", "US")
    zones = [zone(home, (postal, "US")) for postal in ("21201", "19103", "30005", "80202", "94105")]
    assert zones == sorted(zones)
    assert (zones[0], zones[-1]) == (2, 8)


def test_the_kits_good_requests_pass(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPCHAT_TODAY", "2026-11-20")  # its days are of that week
    for name in ("ship_request_min", "ship_request_intl_invoice"):
        body = json.loads((samples / f"{name}.json").read_text())
        if "intl" in name:
            # Its invoice total is for other lanes; UPS ignores it.
            body["ShipmentRequest"]["Shipment"].pop("InvoiceLineTotal")
        assert check_ship(body, read_shipment(body["ShipmentRequest"]["Shipment"])) is None
    for name, shop in (("rate_request_min", False), ("shop_tit_request", True)):
        body = json.loads((samples / f"{name}.json").read_text())
        assert check_rate(body, read_shipment(body["RateRequest"]["Shipment"]), shop=shop) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("bad_ship_request_no_service", "120500"),
        ("bad_ship_request_short_account", "120100"),
        ("tight_ship_request_four_lines", "120202"),
        ("tight_ship_request_long_line", "120202"),
    ],
)
def test_the_kits_bad_ship_requests_are_refused(samples: Path, name: str, code: str) -> None:
    body = json.loads((samples / f"{name}.json").read_text())
    found = check_ship(body, read_shipment(body["ShipmentRequest"]["Shipment"]))
    assert found is not None
    assert found[0] == code


def test_the_kits_bad_rate_request_is_refused(samples: Path) -> None:
    body = json.loads((samples / "bad_rate_request_no_package.json").read_text())
    found = check_rate(body, read_shipment(body["RateRequest"]["Shipment"]), shop=False)
    assert found is not None
    assert found[0] == "110002"


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("ShipTo.Address.StateProvinceCode", "CA", "120802"),
        ("ShipTo.Address.StateProvinceCode", "ZZ", "120206"),
        ("ShipTo.Address.City", "", "120205"),
        ("ShipTo.Name", "x" * 36, "120200"),
        ("ShipTo.Phone.Number", "555", "120213"),
        ("Package.0.PackageWeight.Weight", "150.1", "111035"),
        ("Package.0.PackageWeight.Weight", "0", "121030"),
        ("Package.0.PackageWeight.Weight", "100000", "120602"),
        ("Package.0.Dimensions.Length", "10.0", "120604"),
        ("Package.0.Dimensions.Length", "109", "111055"),
        ("Package.0.Packaging.Code", "99", "120600"),
        ("Service.Code", "65", "121210"),
        ("ReferenceNumber", [{"Value": "x"}], "120541"),
    ],
)
def test_each_fault_has_ups_code(samples: Path, path: str, value: Any, code: str) -> None:
    body = json.loads((samples / "ship_request_min.json").read_text())
    place: Any = body["ShipmentRequest"]["Shipment"]
    *parents, last = path.split(".")
    for parent in parents:
        place = place[int(parent)] if parent.isdigit() else place[parent]
    place[last] = value
    found = check_ship(body, read_shipment(body["ShipmentRequest"]["Shipment"]))
    assert found is not None
    assert found[0] == code


@pytest.mark.parametrize(
    ("text", "name", "value", "operation", "count", "probability"),
    [
        ("lost-answer", "lost-answer", None, "ship", None, None),
        ("lost-answer:3", "lost-answer", None, "ship", 3, None),
        ("burst-429:0.25", "burst-429", None, "any", None, 0.25),
        ("slow=0.5@rate:2", "slow", "0.5", "rate", 2, None),
        ("refuse-zip=90210:120802", "refuse-zip", "90210:120802", "ship", None, None),
        ("refuse-zip=90210:120802:1", "refuse-zip", "90210:120802", "ship", 1, None),
    ],
)
def test_faults_are_written_like_this(
    text: str, name: str, value: str | None, operation: str, count: int | None, probability: float | None
) -> None:
    fault = parse(text)
    assert (fault.name, fault.value, fault.operation) == (name, value, operation)
    assert (fault.count, fault.probability) == (count, probability)


def test_an_unknown_fault_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="lost-answer"):
        parse("gremlins")


@pytest.mark.parametrize(
    "text",
    [
        "lost-answer@moon",
        "slow",
        "slow=soon",
        "price-change=",
        "slow-answer=nan",
        "lost-answer:7.5",
        "refuse-zip",
        "x:1",
    ],
)
def test_a_fault_that_could_never_strike_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"there is no|needs|probability"):
        parse(text)


def test_a_count_runs_out_and_a_seed_repeats() -> None:
    faults = Faults([parse("lost-answer:2")])
    assert [faults.strikes("lost-answer", "ship") is not None for _ in range(3)] == [True, True, False]
    assert faults.strikes("lost-answer", "rate") is None
    runs = [
        [Faults([parse("lost-answer:0.5")], seed).strikes("lost-answer", "ship") is not None for seed in range(50)]
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert 5 < sum(runs[0]) < 45


def test_every_fault_says_what_it_does() -> None:
    assert all(words and operation for words, operation in CATALOGUE.values())


def test_books_are_their_own_file_and_nobody_elses(tmp_path: Path) -> None:
    import sqlite3

    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    connection.execute("create table ledger (id)")
    connection.commit()
    connection.close()
    with pytest.raises(ValueError, match="another program"):
        records.connect(other)
    mine = records.connect(tmp_path / "books.sqlite")
    assert mine.execute("pragma application_id").fetchone() == (records.APPLICATION_ID,)
    assert mine.execute("pragma journal_mode").fetchone() == ("wal",)
    assert mine.execute("pragma synchronous").fetchone() == (2,)
    mine.close()


def test_charges_are_cents() -> None:
    assert all(isinstance(cents, int) for cents in price(facts(), "03").packages)
    assert Decimal(price(facts(), "03").own) / 100 > 0


def test_the_former_names_of_the_records_still_work() -> None:
    from mcp_servers.ups.simulator.__main__ import command_line

    for name in ("records", "books"):
        chosen = command_line().parse_args([name, "file.sqlite", "--json"])
        assert (chosen.command, chosen.file, chosen.json) == ("records", Path("file.sqlite"), True)
        assert command_line().parse_args([f"--{name}", "file.sqlite"]).records == Path("file.sqlite")
