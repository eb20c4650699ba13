"""Enough of a map to practise with: which ZIP codes are in which state, and how far states are from each other."""

from math import asin, cos, radians, sin, sqrt

# State: (ranges of the first three digits of its ZIP codes, latitude, longitude).
_STATES: dict[str, tuple[str, float, float]] = {
    "AL": ("350-369", 32.8, -86.8), "AK": ("995-999", 64.0, -152.0), "AZ": ("850-865", 34.3, -111.7),
    "AR": ("716-729", 34.8, -92.4), "CA": ("900-961", 37.2, -119.5), "CO": ("800-816", 39.0, -105.5),
    "CT": ("060-069", 41.6, -72.7), "DE": ("197-199", 39.0, -75.5), "DC": ("200 202-205 569", 38.9, -77.0),
    "FL": ("320-339 341-342 344 346-347 349", 28.5, -82.4), "GA": ("300-319 398-399", 32.6, -83.4),
    "HI": ("967-968", 20.3, -156.4), "ID": ("832-838", 44.4, -114.6), "IL": ("600-629", 40.0, -89.2),
    "IN": ("460-479", 39.9, -86.3), "IA": ("500-528", 42.0, -93.5), "KS": ("660-679", 38.5, -98.4),
    "KY": ("400-427", 37.5, -85.3), "LA": ("700-714", 31.0, -92.0), "ME": ("039-049", 45.4, -69.2),
    "MD": ("206-219", 39.0, -76.8), "MA": ("010-027 055", 42.3, -71.8), "MI": ("480-499", 44.3, -85.4),
    "MN": ("550-567", 46.3, -94.3), "MS": ("386-397", 32.7, -89.7), "MO": ("630-658", 38.4, -92.5),
    "MT": ("590-599", 47.0, -109.6), "NE": ("680-693", 41.5, -99.8), "NV": ("889-898", 39.3, -116.6),
    "NH": ("030-038", 43.7, -71.6), "NJ": ("070-089", 40.2, -74.7), "NM": ("870-884", 34.4, -106.1),
    "NY": ("005 063 100-149", 42.9, -75.5), "NC": ("270-289", 35.6, -79.4), "ND": ("580-588", 47.5, -100.5),
    "OH": ("430-459", 40.3, -82.8), "OK": ("730-732 734-749", 35.6, -97.5), "OR": ("970-979", 43.9, -120.6),
    "PA": ("150-196", 40.9, -77.8), "RI": ("028-029", 41.7, -71.6), "SC": ("290-299", 33.9, -80.9),
    "SD": ("570-577", 44.4, -100.2), "TN": ("370-385", 35.9, -86.4), "TX": ("733 750-799 885", 31.5, -99.3),
    "UT": ("840-847", 39.3, -111.7), "VT": ("050-054 056-059", 44.1, -72.7), "VA": ("201 220-246", 37.5, -78.9),
    "WA": ("980-994", 47.4, -120.5), "WV": ("247-268", 38.6, -80.6), "WI": ("530-549", 44.6, -90.0),
    "WY": ("820-831", 43.0, -107.6), "AA": ("340", 25.8, -80.3), "AE": ("090-099", 50.0, 8.5),
    "AP": ("962-966", 35.7, 139.7),
}  # fmt: skip
_ISLANDS = {"PR": ("006-007 009", 18.2, -66.4), "VI": ("008", 18.0, -64.8)}
_ZONE_LIMITS_MILES = ((150, 2), (300, 3), (600, 4), (1000, 5), (1400, 6), (1800, 7))


def _holds(ranges: str, prefix: str) -> bool:
    return any(part.split("-")[0] <= prefix <= part.split("-")[-1] for part in ranges.split())


def is_state(state: str) -> bool:
    """Whether it is a state, DC or a military post."""
    return state in _STATES


def zip_fits(state: str | None, postal_code: str, country: str) -> bool:
    """Whether the ZIP code belongs to the state (of the US) or island (PR, VI); True for other countries."""
    if country in _ISLANDS:
        return _holds(_ISLANDS[country][0], postal_code[:3])
    if country != "US":
        return True
    return state in _STATES and _holds(_STATES[state or ""][0], postal_code[:3])


def state_of(postal_code: str) -> str | None:
    """The state a ZIP code belongs to."""
    return next((state for state, (ranges, _, _) in _STATES.items() if _holds(ranges, postal_code[:3])), None)


def _place(postal_code: str, country: str) -> tuple[float, float] | None:
    if country in _ISLANDS:
        return _ISLANDS[country][1:]
    state = state_of(postal_code) if country == "US" else None
    return _STATES[state][1:] if state else None


def zone(origin: tuple[str, str], destination: tuple[str, str]) -> int:
    """UPS-like zone of two (ZIP code, country): 2 near to 8 far; 44 and up for Alaska, Hawaii and islands."""
    start, end = _place(*origin), _place(*destination)
    if start is None or end is None:
        return 8
    if state_of(destination[0]) in {"AK", "HI"} or destination[1] in _ISLANDS:
        return 8 if state_of(origin[0]) == state_of(destination[0]) else 44
    miles = _miles(start, end)
    return next((number for limit, number in _ZONE_LIMITS_MILES if miles <= limit), 8)


def _miles(start: tuple[float, float], end: tuple[float, float]) -> float:
    (lat1, lon1), (lat2, lon2) = ((radians(a), radians(b)) for a, b in (start, end))
    chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 3959 * 2 * asin(sqrt(chord))
