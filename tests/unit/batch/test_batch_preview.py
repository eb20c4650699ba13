"""PreviewGenerator with mocks at the two seams."""

from typing import Any
from unittest.mock import AsyncMock

from agent.batch import PreviewGenerator

TEMPLATE = '{"ship_to": {"name": "{{ name }}", "address": {"city": "{{ city }}", "state": "CA"}}, "service_code": "03"}'


def rows(count: int) -> list[dict[str, Any]]:
    return [
        {"row_number": n, "data": {"name": f"Person {n}", "city": "Fresno"}, "checksum": "c"}
        for n in range(1, count + 1)
    ]


async def test_twenty_rows_in_detail_and_the_rest_estimated() -> None:
    data = AsyncMock(return_value={"rows": rows(20), "total_count": 50})
    ups = AsyncMock(return_value={"totalCharges": {"amount": "10.00", "currencyCode": "USD"}})
    preview = await PreviewGenerator(data, ups).generate_preview("j", "state = 'CA'", TEMPLATE, {})
    assert (preview.total_rows, len(preview.preview_rows), preview.additional_rows) == (50, 20, 30)
    assert preview.total_estimated_cost_cents == 50_000
    assert preview.rows_with_warnings == 0
    first = preview.preview_rows[0]
    assert (first.row_number, first.recipient_name, first.city_state, first.service) == (
        1,
        "Person 1",
        "Fresno, CA",
        "03",
    )
    assert ups.await_count == 20


async def test_failed_quotes_warn_and_stay_out_of_the_average() -> None:
    data = AsyncMock(return_value={"rows": rows(3), "total_count": 3})
    good = {"totalCharges": {"monetaryValue": "8.00"}}
    ups = AsyncMock(side_effect=[good, RuntimeError("no connection"), good])
    preview = await PreviewGenerator(data, ups).generate_preview("j", "true", TEMPLATE, {})
    assert preview.total_estimated_cost_cents == 1600
    assert preview.rows_with_warnings == 1
    assert preview.preview_rows[1].warnings == ["no price: no connection"]
