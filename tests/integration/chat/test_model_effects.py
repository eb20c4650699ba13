"""A model's proposal is compared with shipchat's own reading by what both would do: rows, and the service of each."""

from pathlib import Path
from typing import Any

import pytest

from agent.chat.tools.cross_check import difference
from agent.planning.ship_request import ShipRequest
from agent.servers import ServerManager

pytestmark = pytest.mark.asyncio(loop_scope="module")
CALIFORNIA = "\"State\" = 'CA'"
SHEET = """Order Number,Recipient Name,State,ZIP,Weight (lb),Ship Via
1,Ada,CA,95814,2,Ground
2,Ben,OR,97209,9,2nd Day Air
3,Carla,CA,92101,4,2nd Day Air
4,Dev,TX,78701,8,
5,Elin,CA,93721,3,UPS Ground
"""


def request(where: str = CALIFORNIA, **more: Any) -> ShipRequest:
    return ShipRequest(where=where, in_words="words", **more)


def rule(where: str, service: str) -> dict[str, str]:
    return {"where": where, "service": service}


BY_WEIGHT = [{"column": "Weight (lb)", "descending": True}]
BY_ROW = [{"column": "sheet_row"}]
ALL = "TRUE"
SAME = {
    "another form of the clause": (request(), request("upper(\"State\") IN ('CA')")),
    "the clause of the same rows": (request(), request('"ZIP" IN (\'95814\', \'92101\', \'93721\')')),
    "the order of the sheet, named or not": (request(limit=2), request(limit=2, order_by=BY_ROW)),
    "an order that decides nothing": (request(), request(order_by=BY_WEIGHT)),
    "a limit above all rows": (request(limit=9), request()),
    "a row left out or excluded": (request(left_out=[4]), request(f"{CALIFORNIA} AND sheet_row <> 4")),
    "the two heaviest, by number": (request(ALL, limit=2, order_by=BY_WEIGHT), request("sheet_row IN (3, 5)")),
    "a sample of any seed": (request(ALL, sample=2), request(ALL, sample=2, seed=7)),
    "a service by name or code": (request(service="Ground"), request(service="03")),
    "a rule for every row": (
        request(service="Ground"),
        request(service="2nd day air", service_rules=[rule(ALL, "03")]),
    ),
    "rules in another order": (
        request(ALL, service_rules=[rule('"Weight (lb)" > 5', "02"), rule('"Weight (lb)" <= 5', "03")]),
        request(ALL, service="Ground", service_rules=[rule('"Weight (lb)" >= 8', "2nd Day Air")]),
    ),
    "the column of the sheet, named or not": (request(), request(service_column="ship via")),
    "a fallback for blanks that no row has": (
        request(service_column="Ship Via"),
        request(service_column="Ship Via", service="01"),
    ),
}  # fmt: skip
OTHER = {
    "more rows": (request(), request(ALL), "2 rows more"),
    "fewer rows": (request(ALL), request(), "2 rows fewer"),
    "other rows, as many": (request("\"State\" = 'OR'"), request("\"State\" = 'TX'"), "1 row more, 1 row fewer"),
    "the lightest for the heaviest": (
        request(ALL, limit=1, order_by=BY_WEIGHT),
        request(ALL, limit=1, order_by=[{"column": "Weight (lb)"}]),
        "1 row more, 1 row fewer",
    ),
    "no limit": (request(ALL, limit=2), request(ALL), "3 rows more"),
    "a row that was left out": (request(left_out=[4]), request(), "1 row more"),
    "another service": (request(service="03"), request(service="01"), "UPS Next Day Air instead of UPS Ground"),
    "a service that nobody named": (request(), request(service="01"), "UPS Next Day Air instead of no service named"),
    "a rule that nobody named": (
        request(ALL, service="03"),
        request(ALL, service="03", service_rules=[rule("\"State\" = 'TX'", "01")]),
        "another service for 1 row",
    ),
    "another fallback for the blanks": (
        request(ALL, service_column="Ship Via", service="03"),
        request(ALL, service_column="Ship Via", service="01"),
        "another service for 1 row",
    ),
    "one service over the column's": (
        request(service_column="Ship Via"),
        request(service="03"),
        "another service for 1 row",
    ),
    "shipped again": (request(), request(reship=True), "reship yes instead of none"),
    "cancelled ones too": (request(), request(include_cancelled=True), "include cancelled yes instead of none"),
    "without the signature": (request(signature=True), request(), "signature none instead of yes"),
}


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(SHEET)
    return path


async def test_the_same_effect_is_no_difference(servers: ServerManager, sheet: Path) -> None:
    data = servers.caller("data")
    await data("import_csv", {"path": str(sheet)})
    apart = {name: str(await difference(data, ours, theirs, "Ship Via")) for name, (ours, theirs) in SAME.items()}
    assert {name: words for name, words in apart.items() if words} == {}


async def test_another_effect_is_told_in_numbers(servers: ServerManager, sheet: Path) -> None:
    data = servers.caller("data")
    await data("import_csv", {"path": str(sheet)})
    apart = {name: str(await difference(data, ours, theirs, "Ship Via")) for name, (ours, theirs, _) in OTHER.items()}
    assert apart == {name: words for name, (_, _, words) in OTHER.items()}
