"""`location_search` against the practice UPS: the Locator document is not part of UPS's documents that the proxy has."""

from typing import Any

import httpx2
import pytest

from tests.integration.ups.conftest import Carrier

pytestmark = pytest.mark.fault
HOME = {"lines": ["12 Sample St"], "city": "Alpharetta", "state": "GA", "postal_code": "30005", "country_code": "US"}
REQUIRED = {
    *("LocationID", "OriginOrDestination", "IVR", "Geocode", "AddressKeyFormat", "PhoneNumber", "LocationAttribute"),
    *("Distance", "Timezone"),
}
"""Of a DropLocation, by UPS's document."""


async def test_the_nearest_comes_first_and_is_found_again_by_its_id(server: Any) -> None:
    found = await server.call("location_search", **HOME)
    miles = [float(one["distance"].removesuffix(" mi")) for one in found["locations"]]
    assert miles == sorted(miles)
    nearest = found["locations"][0]
    assert nearest["takes_parcels"] is True
    assert (nearest["city"], nearest["state"], nearest["postal_code"]) == ("Alpharetta", "GA", "30005")
    assert nearest["hours"][:2] == ["Sun closed", "Mon 09:00-18:00"]
    again = await server.call("location_search", access_point_id=nearest["id"], **HOME)
    assert again["locations"] == [nearest]
    assert await server.call("location_search", **HOME) == found, "the same at every call"


async def test_where_there_is_none_there_is_none(server: Any) -> None:
    nowhere = HOME | {"postal_code": "30099"}
    assert await server.call("location_search", **nowhere) == {"locations": [], "unclear": []}
    unknown = await server.call("location_search", access_point_id="U30005999", country_code="US", postal_code="30005")
    assert unknown["locations"] == []


async def test_a_full_point_is_found_by_its_id_and_takes_nothing(server: Any) -> None:
    found = (await server.call("location_search", most=50, **HOME))["locations"]
    full = f"U30005{len(found) + 1:03d}"
    (one,) = (await server.call("location_search", access_point_id=full, **HOME))["locations"]
    assert (one["id"], one["takes_parcels"]) == (full, False)


async def test_other_places_show_no_id_and_take_no_parcels(server: Any) -> None:
    found = (await server.call("location_search", kind="any", **HOME))["locations"]
    assert found
    assert not any("id" in one or one["takes_parcels"] for one in found)


async def test_an_address_that_does_not_fit_is_unclear(server: Any) -> None:
    found = await server.call("location_search", **(HOME | {"state": "TX"}))
    assert found == {"locations": [], "unclear": ["12 Sample St, Alpharetta, GA, 30005, US"]}


async def test_canada_counts_in_kilometres(server: Any) -> None:
    toronto = {"city": "Toronto", "state": "ON", "postal_code": "M5V 3L9", "country_code": "CA"}
    found = (await server.call("location_search", **toronto))["locations"]
    assert found[0]["distance"].endswith(" km")
    assert len(found[0]["id"]) == 9


async def test_a_place_has_to_be_said(server: Any) -> None:
    refused = await server.refused("location_search", country_code="US", city="Alpharetta")
    assert (refused["code"], refused["where"]) == ("E-2109", "postal_code")


async def test_a_read_is_tried_again(server: Any, carrier: Carrier) -> None:
    carrier.fault("burst-429@locator:1")
    carrier.fault("token-expired@locator:1")
    assert (await server.call("location_search", **HOME))["locations"]


async def test_one_place_may_come_without_its_list(server: Any, carrier: Carrier) -> None:
    carrier.fault("objects-for-one@locator")
    assert len((await server.call("location_search", most=1, **HOME))["locations"]) == 1


def body(**changes: Any) -> dict[str, Any]:
    form = {"AddressLine": "1 A St", "PoliticalDivision2": "Alpharetta", "PoliticalDivision1": "GA"}
    form |= {"PostcodePrimaryLow": "30005", "CountryCode": "US"}
    request: dict[str, Any] = {
        "Request": {"RequestAction": "Locator"},
        "OriginAddress": {"AddressKeyFormat": form},
        "Translate": {"Locale": "en_US"},
        "UnitOfMeasurement": {"Code": "MI"},
    }
    return {"LocatorRequest": request | changes}


def points(**criteria: Any) -> dict[str, Any]:
    return body(LocationSearchCriteria={"AccessPointSearch": criteria})


def sent(carrier: Carrier, option: str, request: dict[str, Any]) -> httpx2.Response:
    token = httpx2.post(f"{carrier.url}/security/v1/oauth/token", auth=("id", "secret"), trust_env=False).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    path = f"{carrier.url}/api/locations/v3/search/availabilities/{option}"
    return httpx2.post(path, json=request, headers=headers, trust_env=False)


@pytest.mark.parametrize(
    ("option", "request_body", "code"),
    [
        ("63", body(), "9350001"),
        ("64", body(Request={"RequestAction": "Find"}), "9350002"),
        ("64", body(OriginAddress={}), "9350003"),
        ("64", body(Translate=None), "9350004"),
        ("1", body(UnitOfMeasurement=None), "9350005"),
        ("64", body(LocationSearchCriteria={"MaximumListSize": "51"}), "9350006"),
        ("64", body(LocationSearchCriteria={"SearchRadius": "101"}), "9350007"),
        ("64", body(LocationSearchCriteria={"SearchRadius": "4.5"}), "9350007"),
        ("1", points(AccessPointStatus="01"), "9350008"),
        ("64", points(PublicAccessPointID="U30005001", AccountNumber="A1B2C3"), "9350009"),
        ("64", body(OriginAddress={"AddressKeyFormat": {"CountryCode": "US"}}), "9350010"),
    ],
)
def test_what_the_official_text_does_not_allow(
    carrier: Carrier, option: str, request_body: dict[str, Any], code: str
) -> None:
    answer = sent(carrier, option, request_body)
    assert (answer.status_code, answer.json()["response"]["errors"][0]["code"]) == (400, code)


def test_its_answers_have_what_the_official_text_requires(carrier: Carrier) -> None:
    answer = sent(carrier, "64", body()).json()["LocatorResponse"]
    assert answer["Response"]["ResponseStatusCode"] == "1"
    assert answer["AllowAllConfidenceLevels"] in {"True", "False"}
    places = answer["SearchResults"]["DropLocation"]
    assert all(place.keys() >= REQUIRED for place in places)
    assert all(1 <= len(place["LocationID"]) <= 10 for place in places)
