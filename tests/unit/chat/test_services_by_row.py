"""Which service a row goes by: a rule's, then its column's, then the one for blank cells or for all."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent.drafting.service_choice import choose_services
from agent.errors import ShipchatError
from agent.mapping.template import Mapping, column_expression
from agent.opening.mapping_choice import MappingChoice
from agent.opening.person import PersonState
from agent.opening.sheet_state import SheetState
from agent.planning.model import SheetRow
from agent.planning.ship_request import ShipRequest

CELLS = {1: "", 2: "2nd Day Air", 3: "n/a", 4: "Next Day Air", 5: "-"}
ROWS = [
    SheetRow(n, n + 1, {"Order": f"U-{n}", "Ship Via": "Ground", "Upgrade": cell}, "c") for n, cell in CELLS.items()
]
MAPPED = {"name": column_expression("Order"), "service": column_expression("Ship Via")}


class Context:
    """As much of a draft's context as services need."""

    home_country = "US"

    def __init__(self, rule_rows: tuple[int, ...] = (), **defaults: str) -> None:
        self.person = PersonState(defaults=defaults)
        self.asked: list[str] = []
        self.rule_rows = rule_rows
        self.sheet = SheetState(self.data, cast(Any, None))
        self.sheet.open = cast(Any, SimpleNamespace(columns=["Order", "Ship Via", "Upgrade"]))
        self.dialogue = self

    async def data(self, _tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        found = [row for row in ROWS if row.row_number in self.rule_rows][arguments["offset"] :]
        return {
            "rows": [
                {"row_number": r.row_number, "sheet_row": r.sheet_row, "data": r.data, "checksum": r.checksum}
                for r in found
            ],
            "total_count": len(self.rule_rows),
        }

    async def ask(self, text: str, _options: list[str], **_more: Any) -> str:
        self.asked.append(text)
        return "UPS Ground"


async def chosen(context: Context, *, has_column: bool = True, **proposed: Any) -> dict[int, str | None]:
    request = ShipRequest(where="TRUE", in_words="all orders", **proposed)
    services = await choose_services(cast(Any, context), request, ROWS, has_column=has_column, places=tuple)
    return {row.row_number: services.of(row.row_number) for row in ROWS}


BY_COLUMN = dict.fromkeys(CELLS, None)
"""None = the row's own cell says."""


@pytest.mark.parametrize("column", ["Upgrade", "upgrade", " UPGRADE "])
@pytest.mark.parametrize("default", [{}, {"service": "next day air"}])
async def test_a_named_column_counts_for_every_row_whatever_the_default(column, default):
    assert await chosen(Context(**default), service_column=column) == BY_COLUMN


@pytest.mark.parametrize("default", [{}, {"service": "next day air"}])
async def test_the_service_beside_a_named_column_is_for_its_blank_cells(default):
    found = await chosen(Context(**default), service_column="Upgrade", service="ground")
    assert found == {1: "03", 2: None, 3: "03", 4: None, 5: "03"}


async def test_a_rule_goes_before_the_column_and_before_the_blank_cells():
    rules = [{"where": "x", "service": "3 day"}]
    found = await chosen(Context((1, 4)), service_column="Upgrade", service="03", service_rules=rules)
    assert found == {1: "12", 2: None, 3: "03", 4: "12", 5: "03"}


async def test_a_service_alone_is_for_every_row():
    assert await chosen(Context(), service="ground") == dict.fromkeys(CELLS, "03")


async def test_a_default_is_for_what_the_sheet_lacks():
    assert await chosen(Context(service="ground")) == BY_COLUMN
    assert await chosen(Context(service="ground"), has_column=False) == dict.fromkeys(CELLS, "03")


async def test_without_a_service_anywhere_it_is_asked():
    context = Context()
    assert await chosen(context, has_column=False) == dict.fromkeys(CELLS, "03")
    assert context.asked == ["Which UPS service should they go by?"]


async def test_a_column_that_the_sheet_does_not_have_is_refused():
    with pytest.raises(ShipchatError, match="Speed") as caught:
        await chosen(Context(), service_column="Speed")
    assert caught.value.code == "E-2450"


@pytest.mark.parametrize("fields", [MAPPED, {"name": MAPPED["name"]}])
def test_a_column_for_one_command_is_not_saved(fields: dict[str, str]) -> None:
    choice = MappingChoice(Mapping(fields, {"weight": "1lb"}), None, confirmed=True, required_known=True)  # type: ignore[arg-type]
    choice.read_services_from("Upgrade")
    assert choice.mapping.fields == fields | {"service": column_expression("Upgrade")}
    choice.read_services_from("Order")
    assert choice.to_save({"box": "9x9x9 in"}) == Mapping(fields, {"weight": "1lb", "box": "9x9x9 in"})
