"""`address_validate`: is it an address, is it a home, what would UPS write instead (US and Puerto Rico)."""

from typing import Annotated, Any, Literal

from pydantic import Field

from mcp_servers.shared.faults import fault
from mcp_servers.shared.tools import Answer, Arguments
from mcp_servers.ups.answers import AlertsAsInCreate
from mcp_servers.ups.app import App, check_environment
from mcp_servers.ups.faults import UNREADABLE
from mcp_servers.ups.models import Environment
from mcp_servers.ups.notices import notices_of
from mcp_servers.ups.requests import Json
from mcp_servers.ups.ups_json import as_list, at, text_at

Verdict = Literal["valid", "ambiguous", "not_found"]
Classification = Literal["unclassified", "commercial", "residential"]

_PATH = "/api/addressvalidation/v2/3"
_CLASSES: dict[str, Classification] = {"0": "unclassified", "1": "commercial", "2": "residential"}
_VERDICTS: tuple[tuple[str, Verdict], ...] = (
    ("ValidAddressIndicator", "valid"),
    ("AmbiguousAddressIndicator", "ambiguous"),
    ("NoCandidatesIndicator", "not_found"),
)


class AddressValidateArguments(Arguments):
    """Input of `address_validate`."""

    environment: Environment
    lines: Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(min_length=1, max_length=3)]
    city: str | None = Field(default=None, min_length=1, max_length=30)
    state: str | None = Field(default=None, min_length=1, max_length=30)
    postal_code: Annotated[str, Field(pattern=r"^[0-9]{5}(-?[0-9]{4})?$")] | None = None
    country_code: Literal["US", "PR"]
    most_candidates: int = Field(default=5, ge=1, le=50)


class AddressCandidate(Answer):
    """An address that UPS knows."""

    lines: list[str]
    city: str | None
    state: str | None
    postal_code: str | None
    country_code: str | None
    classification: Classification | None


class AddressValidateAnswer(Answer):
    """`valid` may come with a candidate that corrects what was asked: `differs` says so."""

    verdict: Verdict
    classification: Classification | None = None
    differs: bool = False
    candidates: list[AddressCandidate]
    alerts: AlertsAsInCreate = None


async def validate(app: App, arguments: AddressValidateArguments) -> AddressValidateAnswer:
    """Street-level validation and classification in one call."""
    check_environment(app, arguments.environment)
    params = {"regionalrequestindicator": "False", "maximumcandidatelistsize": str(arguments.most_candidates)}
    reply = await app.client.read("POST", _PATH, json=address_request(arguments), params=params)
    answer = at(reply.body, "XAVResponse")
    # The indicators are "" when they are there: presence is the value.
    verdict = next((name for key, name in _VERDICTS if isinstance(answer, dict) and key in answer), None)
    if verdict is None:
        raise fault(UNREADABLE, detail="no verdict", trans_id=reply.trans_id)
    candidates = [_candidate(entry) for entry in as_list(at(answer, "Candidate"))]
    return AddressValidateAnswer(
        verdict=verdict,
        classification=_CLASSES.get(text_at(answer, "AddressClassification", "Code") or ""),
        differs=verdict == "valid" and bool(candidates) and _differs(arguments, candidates[0]),
        candidates=candidates,
        alerts=notices_of(at(answer, "Response")) or None,
    )


def address_request(arguments: AddressValidateArguments) -> Json:
    """Body of POST /api/addressvalidation/v2/3."""
    primary, _, extended = (arguments.postal_code or "").partition("-")
    form = {
        "AddressLine": list(arguments.lines),
        "PoliticalDivision2": arguments.city,
        "PoliticalDivision1": arguments.state,
        "PostcodePrimaryLow": primary[:5] or None,
        "PostcodeExtendedLow": extended or primary[5:] or None,
        "CountryCode": arguments.country_code,
    }
    return {"XAVRequest": {"AddressKeyFormat": {key: value for key, value in form.items() if value}}}


def _candidate(entry: Any) -> AddressCandidate:
    form = at(entry, "AddressKeyFormat")
    parts = [text_at(form, "PostcodePrimaryLow"), text_at(form, "PostcodeExtendedLow")]
    return AddressCandidate(
        lines=[str(line) for line in as_list(at(form, "AddressLine"))],
        city=text_at(form, "PoliticalDivision2"),
        state=text_at(form, "PoliticalDivision1"),
        postal_code="-".join(part for part in parts if part) or None,
        country_code=text_at(form, "CountryCode"),
        classification=_CLASSES.get(text_at(entry, "AddressClassification", "Code") or ""),
    )


def _differs(asked: AddressValidateArguments, found: AddressCandidate) -> bool:
    def plain(lines: list[str], city: str | None, state: str | None, postal: str | None) -> tuple[str, ...]:
        return " ".join(lines).upper(), (city or "").upper(), (state or "").upper(), (postal or "")[:5]

    return plain(asked.lines, asked.city, asked.state, asked.postal_code) != plain(
        found.lines, found.city, found.state, found.postal_code
    )
