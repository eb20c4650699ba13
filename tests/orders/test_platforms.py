"""Every file of every platform: the payload of a row is what the raw file says, or it is asked. Never a third thing."""

import copy
import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.mapping.columns import MappingProposal, propose_mapping
from agent.shipping.zip_areas import states_of
from tests.every_nth import every_nth
from tests.orders import page
from tests.orders.corpus import first_run, verdicts
from tests.orders.drive import FileRunner
from tests.orders.judge import KINDS, Expected, Outcome, count, expect, judge
from tests.orders.make_orders import PAYER_PLACES, PLACES, make
from tests.orders.spellings import CASES, SEPARATORS, Style, respelt
from tests.orders.truth import LINE, Platform, named, platforms

ALL = platforms()
WITH_HEADER = tuple(platform for platform in ALL if platform.header)
FEW = WITH_HEADER[::10]
"""Whose columns are shuffled in the quick tests too."""
ADDRESS = frozenset(
    [
        "name",
        "company",
        "attention_name",
        "address1",
        "address2",
        "address3",
        "city",
        "state",
        "postal_code",
        "country",
        "phone",
    ]
)
REQUIRED = frozenset({"name", "address1", "city", "state", "postal_code", "weight"})
STYLES = st.builds(
    Style, st.sampled_from(list(CASES)), st.sampled_from(SEPARATORS), plural=st.booleans(), hash_sign=st.booleans()
)


def by_name(platform: Platform) -> str:
    return platform.name


def wrong(runner: FileRunner, platform: Platform, **other: Any) -> list[str]:
    return [f"rows {each.rows}: {each.why}" for each in verdicts(runner, platform, **other) if each.kind == "wrong"]


@pytest.mark.parametrize("platform", every_nth(ALL, 4, by_name))
def test_no_row_is_wrong(runner: FileRunner, platform: Platform) -> None:
    assert wrong(runner, platform) == []


@pytest.mark.slow
@pytest.mark.parametrize("platform", FEW, ids=by_name)
def test_no_row_is_wrong_in_another_order_and_spelling(runner: FileRunner, platform: Platform) -> None:
    headers = platform.headers
    random.Random(platform.name).shuffle(headers)
    assert wrong(runner, platform, headers=headers, style=Style("lower", "_")) == []


@pytest.mark.parametrize("platform", WITH_HEADER, ids=by_name)
@pytest.mark.parametrize(
    "seed", [pytest.param(1, marks=pytest.mark.slow), *(pytest.param(n, marks=pytest.mark.thorough) for n in (2, 3))]
)
def test_no_row_is_wrong_in_any_order_and_spelling(runner: FileRunner, platform: Platform, seed: int) -> None:
    chance = random.Random(f"{platform.name} {seed}")
    headers = platform.headers
    chance.shuffle(headers)
    style = Style(chance.choice(list(CASES)), chance.choice(SEPARATORS), chance.random() < 0.2, chance.random() < 0.2)
    assert wrong(runner, platform, seed=seed, headers=headers, style=style) == []


@given(data=st.data(), style=STYLES)
@settings(max_examples=60)
def test_a_block_is_never_mixed(data: st.DataObject, style: Style) -> None:
    platform = data.draw(st.sampled_from(WITH_HEADER).map(lambda each: each.name).map(named))
    assert_never_mixed(platform, data.draw(st.permutations(platform.headers)), style)


@pytest.mark.slow
@pytest.mark.parametrize("platform", WITH_HEADER, ids=by_name)
def test_a_block_is_never_mixed_at_length(platform: Platform) -> None:
    @given(order=st.permutations(platform.headers), style=STYLES)
    @settings(max_examples=25)
    def any_order(order: list[str], style: Style) -> None:
        assert_never_mixed(platform, order, style)

    any_order()


def assert_never_mixed(platform: Platform, order: list[str], style: Style) -> None:
    """What is taken without a question comes from the recipient's own columns; the optional rest from known ones."""
    spelt = respelt(platform, style)
    proposal = propose_mapping([spelt[header] for header in order], {})
    mistaken = [
        f"{name} <- {column}"
        for name, column in taken(proposal)
        if column not in {spelt[header] for header in allowed(platform, name)}
    ]
    assert mistaken == [], (platform.name, style)


PARTS = ("Name", "Company", "Address 1", "Address 2", "City", "State", "Zip", "Country", "Phone")
SHIP_WORDS = ("Ship To", "Shipping", "Ship", "Delivery", "Deliver To", "Recipient", "Receiver", "Consignee")
OTHER_WORDS = (
    "Bill To",
    "Billing",
    "Customer",
    "Buyer",
    "Sender",
    "From",
    "Ship From",
    "Return",
    "Invoice",
    "Payer",
    "Payment",
    "Sold To",
)
FORMS = ("{0} {1}", "{0}_{1}", "{0} - {1}", "{1} ({0})")


@given(
    words=st.tuples(st.sampled_from(SHIP_WORDS), st.sampled_from(OTHER_WORDS)),
    form=st.sampled_from(FORMS),
    case=st.sampled_from(list(CASES.values())),
    lacks=st.sets(st.sampled_from(PARTS).filter(lambda part: part != "Address 1"), max_size=4),
    order=st.permutations(range(2 * len(PARTS))),
)
@settings(max_examples=100)
def test_what_a_block_lacks_is_not_borrowed(
    words: tuple[str, str], form: str, case: Any, lacks: set[str], order: list[int]
) -> None:
    """Whatever the recipient's columns leave out, the other block does not fill it in."""
    ship, other = words
    mine = [case(form.format(ship, part)) for part in PARTS if part not in lacks]
    theirs = [case(form.format(other, part)) for part in PARTS]
    columns = ["Order", *(name for _, name in sorted(zip(order, mine + theirs, strict=False))), "Weight (lb)"]
    proposal = propose_mapping(columns, {})
    assert lacks or not proposal.doubt, "a whole recipient leaves no doubt"
    # `Payment State` says whether the order is paid: that is no part of an address.
    borrowed = [(name, column) for name, column in taken(proposal) if column in theirs]
    assert [(name, column) for name, column in borrowed if name != "payment_status"] == []


def taken(proposal: MappingProposal) -> list[tuple[str, str]]:
    """(field, column) of all that is taken without a question: a guess at a required field is one, and so is the
    recipient while the proposal doubts who it is."""
    return [
        (name, column)
        for name, match in proposal.fields.items()
        if (match.known_header or name not in REQUIRED) and not (proposal.doubt and name in ADDRESS)
        for column in match.columns
    ]


def allowed(platform: Platform, name: str) -> set[str]:
    """The headers that a field may be taken from, by the truth."""
    if name in ADDRESS:
        return set(platform.block("ship."))
    roles: tuple[str, ...] = {
        "weight": ("weight", "part", "empty.weight", *(f"{LINE}{kind}" for kind in ("weight", "part", "empty.weight"))),
        "weight_unit": ("unit", "uom", "empty.unit", f"{LINE}unit"),
        "order_number": ("order", "empty.order"),
        "length": ("len",),
        "width": ("wid",),
        "height": ("hei",),
        "residential": ("residential",),
        "packages": ("packages",),
        "declared_value": ("empty.declared",),
        "signature": ("empty.signature",),
        # `Ship Date` is when it was shipped: empty where it is not, so no day of shipment comes of it.
        "ship_date": ("date.shipped",),
        # No file of the corpus has the size in one column: whatever is taken for it is mistaken.
        "dimensions": (),
    }.get(name, ("",))
    return set(platform.block(*roles)) if roles else set()


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(ALL) >= 40
    assert {case.means for platform in ALL for case in platform.cases} >= {
        "ready",
        "shipped",
        "cancelled",
        "unpaid",
        "held",
        "digital",
    }
    assert set(first_run()[1]) == {platform.name for platform in ALL}


def test_the_page_says_what_is_here() -> None:
    """What the files say, and the figures of the first run; those of now are written by `python -m tests.orders`."""
    assert page.part("files") == page.files(), "python -m tests.orders --page"
    before = first_run()[1]
    assert [_first(row) for row in page.part("figures")] == [_first(row) for row in page.figures(before, before)]


def _first(row: str) -> str:
    return row.rsplit(" | ", len(KINDS))[0]


@pytest.mark.parametrize("platform", ALL, ids=by_name)
def test_a_made_file_is_fit_to_judge_by(platform: Platform) -> None:
    """Nothing of the payer's is the recipient's, and every situation of the platform is in the file."""
    expected = expect(platform, make(platform))
    assert {each.means for each in expected} == {case.means for case in platform.cases}
    assert sum(each.means == "ready" for each in expected) > 2
    assert make(platform) == make(platform)
    rows = sum(len(each.rows) for each in expected)
    assert rows == sum(first_run()[1][platform.name].values()), "the figures are of this very file"
    for city, state, code in (*PLACES, *PAYER_PLACES):
        assert state in states_of(code), city
    assert not {city for city, _, _ in PLACES} & {city for city, _, _ in PAYER_PLACES}
    ship, bill = platform.block("ship."), platform.block("bill.")
    assert ship, "a recipient"
    assert not ship & bill


RIGHT = {
    "ship_to": {
        "name": "Ann Lee",
        "address": {
            "lines": ["9 Gift Ln", "Apt 2"],
            "city": "Boston",
            "state": "MA",
            "postal_code": "02116",
            "country_code": "US",
        },
        "phone": "6175550100",
    },
    "packages": [{"weight": {"value": "2.0", "unit": "LBS"}}],
    "service_code": "03",
    "customer_reference": "1001",
}
FACTS = {
    **{"name": "Ann Lee", "attention_name": None, "lines": "9 Gift Ln Apt 2", "city": "Boston", "state": "MA"},
    **{"postal_code": "02116", "country_code": "US", "phone": "6175550100", "residential": None, "sides": None},
    **{"references": {"1001"}, "grams": Decimal("907.18474")},
}
ORDER = Expected((1, 2), "ready", FACTS)
HELD = Expected((1, 2), "held")


def altered(path: str, value: object) -> dict[str, Any]:
    """The right payload with one thing changed."""
    payload: Any = copy.deepcopy(RIGHT)
    *way, last = path.split(".")
    inner = payload
    for step in way:
        inner = inner[int(step)] if step.isdecimal() else inner[step]
    inner[last] = value
    return dict(payload)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("ship_to.name", "Bill Payer"),
        ("ship_to.attention_name", "Bill Payer"),
        ("ship_to.phone", "5125550100"),
        ("ship_to.address.lines", ["9 Gift Ln"]),
        ("ship_to.address.lines", ["9 Gift Ln", "Floor 44"]),
        ("ship_to.address.city", "Austin"),
        ("ship_to.address.state", "TX"),
        ("ship_to.address.postal_code", "78701"),
        ("ship_to.address.residential", True),
        ("packages.0.weight", {"value": "1.9", "unit": "LBS"}),
        ("packages.0.weight", {"value": "4.0", "unit": "LBS"}),
        ("packages.0.dimensions", {"length": "10", "width": "8", "height": "6", "unit": "IN"}),
        ("packages.0.declared_value", {"amount": "4.99", "currency_code": "USD"}),
        ("packages", RIGHT["packages"] * 2),  # type: ignore[operator]
        ("service_code", "01"),
        ("shipment_date", "20261123"),
        ("customer_reference", "9999"),
    ],
)
def test_the_judge_sees_every_difference(path: str, value: object) -> None:
    shipped = Outcome("preview", {1: altered(path, value)}, {1, 2})
    assert [each.kind for each in judge([ORDER], shipped)] == ["wrong"]


@pytest.mark.parametrize(
    ("expected", "outcome", "kind"),
    [
        (ORDER, Outcome("preview", {1: RIGHT}, {1, 2}), "right"),
        (ORDER, Outcome("preview", {1: RIGHT}, {1, 2}, asked=["What are such rows?"]), "asked"),
        (ORDER, Outcome("preview", {1: RIGHT}, {1}), "wrong"),
        (ORDER, Outcome("preview", {1: RIGHT, 2: RIGHT}, {1, 2}), "wrong"),
        (ORDER, Outcome("answer"), "wrong"),
        (ORDER, Outcome("answer", excluded={1: ["Status says shipped"]}), "wrong"),
        (ORDER, Outcome("answer", excluded={1: ["E-2208 no state"]}), "refused"),
        (ORDER, Outcome("refused", error={"code": "E-2330", "message": "no street"}), "refused"),
        (ORDER, Outcome("refused", error={"code": "E-4105", "message": "unforeseen"}), "wrong"),
        (ORDER, Outcome("needs_input", open_question="Which block?"), "asked"),
        (HELD, Outcome("preview", {1: RIGHT}, {1, 2}), "wrong"),
        (HELD, Outcome("preview", {2: RIGHT}, {2}, {1: ["Status says on hold"]}), "wrong"),
        (HELD, Outcome("answer", excluded={1: ["Status says on hold"]}), "right"),
        (HELD, Outcome("answer"), "wrong"),
    ],
)
def test_the_judge_tells_the_outcomes_apart(expected: Expected, outcome: Outcome, kind: str) -> None:
    (verdict,) = judge([expected], outcome)
    assert verdict.kind == kind
    assert count([verdict])[kind] == len(expected.rows)


def test_an_unlike_person_is_seen_in_the_raw_file() -> None:
    """The facts come from the file: another street in it is another expectation."""
    platform = named("shopify")
    before, after = (expect(platform, make(platform, seed)) for seed in (0, 1))
    assert [each.facts for each in before] != [each.facts for each in after]
    assert replace(before[0]) == before[0]
