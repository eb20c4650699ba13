"""Which orders may go: the words of status columns, as the platforms write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sheet.fields import FIELDS, OTHER_HEADERS
from agent.sheet.header_text import normal
from agent.sheet.readiness import KINDS, Meaning, is_ambiguous_day, label_of, meaning_of, reason_of, status_columns

GOES, WENT, OFF, UNPAID, HELD = Meaning.READY, Meaning.SHIPPED, Meaning.CANCELLED, Meaning.UNPAID, Meaning.HELD
ELSE, ASK, UNKNOWN = Meaning.OTHER, Meaning.ASK, Meaning.UNKNOWN

PLATFORMS: dict[str, tuple[str, dict[Meaning, str]]] = {
    "WooCommerce": (
        "Order Status",
        {
            GOES: "processing | wc-processing",
            WENT: "completed | wc-completed",
            OFF: "cancelled | refunded | wc-refunded | trash",
            UNPAID: "pending | failed | wc-pending | pending payment | checkout-draft",
            HELD: "on-hold | wc-on-hold | On hold",
        },
    ),
    "Shopify, money": (
        "Financial Status",
        {
            GOES: "paid | Paid",
            OFF: "refunded | voided",
            UNPAID: "pending | unpaid | expired",
            ASK: "authorized | partially_paid | partially_refunded",
        },
    ),
    "Shopify, parcels": (
        "Fulfillment Status",
        {
            GOES: "unfulfilled | pending",
            WENT: "fulfilled",
            OFF: "restocked",
            ASK: "partial",
            HELD: "on_hold | scheduled",
        },
    ),
    "Etsy": ("Status", {GOES: "Paid | Open", WENT: "Completed | Shipped", OFF: "Canceled | Fully Refunded"}),
    "eBay": (
        "Order status",
        {GOES: "Awaiting shipment | Paid", WENT: "Paid and shipped", UNPAID: "Awaiting payment", OFF: "Cancelled"},
    ),
    "eBay, money": ("Payment status", {GOES: "PAID", UNPAID: "PENDING | FAILED", OFF: "FULLY_REFUNDED"}),
    "eBay, parcels": ("Fulfillment status", {GOES: "NOT_STARTED", WENT: "FULFILLED"}),
    "Amazon": (
        "order-status",
        {
            GOES: "Unshipped",
            WENT: "Shipped | Shipped - Delivered to Buyer | Shipped - Picked Up",
            UNPAID: "Pending | InvoiceUnconfirmed",
            OFF: "Canceled | Cancelled",
            HELD: "Unfulfillable | PendingAvailability",
            ASK: "PartiallyShipped | Shipping",
        },
    ),
    "Magento": (
        "Status",
        {
            GOES: "processing",
            WENT: "complete",
            OFF: "closed | canceled | paypal_reversed",
            UNPAID: "pending | pending_payment | pending_paypal",
            HELD: "holded | fraud | payment_review",
        },
    ),
    "Square": ("Order Status", {GOES: "OPEN", WENT: "COMPLETED", OFF: "CANCELED", UNPAID: "DRAFT"}),
    "Square, parcels": (
        "Fulfillment State",
        {GOES: "PROPOSED | RESERVED | PREPARED", WENT: "COMPLETED", ASK: "FAILED"},
    ),
    "Stripe": (
        "Payment Status",
        {
            GOES: "succeeded | Paid",
            UNPAID: "requires_payment_method | requires_action | processing | Failed | Incomplete",
            OFF: "canceled | Refunded",
            ASK: "requires_capture",
        },
    ),
    "Kickstarter": ("Pledge Status", {GOES: "collected", OFF: "dropped | canceled", UNPAID: "errored"}),
    "ShipStation": (
        "Order Status",
        {GOES: "awaiting_shipment", WENT: "shipped", UNPAID: "awaiting_payment", HELD: "on_hold", OFF: "cancelled"},
    ),
    "Squarespace": ("Fulfillment Status", {GOES: "PENDING", WENT: "FULFILLED", OFF: "CANCELED"}),
    "Wix": ("Payment status", {GOES: "Paid", UNPAID: "Not paid | Pending", ASK: "Partially paid"}),
    "BigCommerce": (
        "Order Status",
        {
            GOES: "Awaiting Fulfillment | Awaiting Shipment",
            WENT: "Shipped | Completed",
            OFF: "Cancelled | Refunded",
            UNPAID: "Incomplete | Pending | Declined | Awaiting Payment",
            HELD: "Manual Verification Required | Disputed",
            ASK: "Partially Shipped | Partially Refunded | Awaiting Pickup",
        },
    ),
    "PrestaShop": (
        "Status",
        {
            GOES: "Payment accepted | Processing in progress",
            WENT: "Shipped | Delivered",
            OFF: "Canceled | Refunded",
            UNPAID: "Payment error | Awaiting check payment | Awaiting bank wire payment",
            HELD: "On backorder (paid) | On backorder (not paid)",
        },
    ),
    "Walmart": ("Status", {GOES: "Acknowledged", WENT: "Shipped | Delivered", OFF: "Cancelled"}),
    "TikTok": (
        "Order Status",
        {
            GOES: "To ship",
            WENT: "In transit | Delivered | Completed",
            UNPAID: "Unpaid",
            HELD: "On hold",
            OFF: "Cancelled",
        },
    ),
    "Faire": (
        "Status",
        {GOES: "NEW | PROCESSING", WENT: "PRE_TRANSIT | IN_TRANSIT | DELIVERED", HELD: "BACKORDERED", OFF: "CANCELED"},
    ),
    "a sheet by hand, paid": (
        "Paid?",
        {GOES: "yes | TRUE | x | ✓ | 2026-11-02 | 49.99", UNPAID: "no | FALSE | 0 | 0.00"},
    ),
    "a sheet by hand, shipped": (
        "Shipped",
        {WENT: "yes | TRUE | 2026-11-02 | 11/4 | ✔", GOES: "no | FALSE | pending | n/a | - | 0 | 0000-00-00"},
    ),
    "a sheet by hand, cancelled": (
        "Cancelled",
        {OFF: "yes | x | changed her mind | 2026-11-02", GOES: "no | FALSE | 0 | n/a"},
    ),
    "an order that was cancelled": ("Order Cancelled", {OFF: "Yes | TRUE | 1", GOES: "No | FALSE | 0 |  | N"}),
    "eBay's cancellation": ("Cancel Status", {OFF: "Canceled | 2026-11-02", GOES: "NONE_REQUESTED | None"}),
    "a sheet by hand, held": ("On Hold", {HELD: "yes | TRUE | 2026-11-02", GOES: "no | FALSE"}),
    "tracking": (
        "Tracking Number",
        {
            WENT: "1Z999AA10123456784 | 9400 1000 0000 | delivered",
            GOES: "n/a | none | pending | - | tbd | not shipped | 0 | unknown",
            UNKNOWN: "by hand | Bob has it",
        },
    ),
    "Shopify, lines": ("Lineitem requires shipping", {GOES: "true | TRUE", ELSE: "false | FALSE"}),
    "Amazon, lines": ("quantity-to-ship", {GOES: "1 | 2 | 10", WENT: "0 | 0.00"}),
    "Shopify, status of lines": ("Lineitem fulfillment status", {GOES: "pending", WENT: "fulfilled"}),
}


def kind_of(header: str) -> str:
    (column, *_) = status_columns([header])
    return column.kind.name


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_words_of_the_platforms(platform: str) -> None:
    header, words = PLATFORMS[platform]
    kind = KINDS[kind_of(header)]
    found = {word: meaning_of(word, kind) for texts in words.values() for word in texts.split(" | ")}
    assert found == {word: meaning for meaning, texts in words.items() for word in texts.split(" | ")}


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("Local Pickup", ELSE), ("Store pickup", ELSE), ("Pickup at Main St", ELSE), ("In-Store Pickup", ELSE),
        ("Curbside", ELSE), ("UPS Ground", GOES), ("Standard", GOES), ("Pending", GOES), ("", GOES),
    ],
)  # fmt: skip
def test_a_service_column_says_who_fetches_it(word: str, meaning: Meaning) -> None:
    (fetched, digital) = status_columns(["Shipping Method"])
    assert meaning_of(word, fetched.kind) is meaning
    assert meaning_of(word, digital.kind) is GOES
    assert not fetched.kind.by_line


@pytest.mark.parametrize("word", ["Digital", "digital download", "E-Gift Card", "No shipping required"])
def test_digital_lines_keep_only_themselves_back(word: str) -> None:
    (fetched, digital) = status_columns(["Delivery Method"])
    assert meaning_of(word, digital.kind) is ELSE
    assert meaning_of(word, fetched.kind) is GOES
    assert digital.kind.by_line


@pytest.mark.parametrize(
    ("word", "meaning", "label"),
    [
        ("Cancelled - changed her mind", OFF, "cancelled"),
        ("Shipped 11/4", WENT, "shipped"),
        ("ON HOLD until Friday", HELD, "on hold"),
        ("Unpaid (invoice sent)", UNPAID, "unpaid"),
        ("wc-completed", WENT, "wc-completed"),
    ],
)
def test_words_that_decide_for_what_stands_behind_them(word: str, meaning: Meaning, label: str) -> None:
    kind = KINDS["order"]
    assert meaning_of(word, kind) is meaning
    assert label_of(word, kind) == label


@pytest.mark.parametrize(
    "word",
    ["new customer", "ready for pickup", "paid but refunded", "processing a complaint", "VIP", "unknown", "holding"],
)
def test_a_word_that_says_go_does_not_decide_for_what_stands_behind_it(word: str) -> None:
    assert meaning_of(word, KINDS["order"]) is UNKNOWN


@pytest.mark.parametrize("word", ["partial", "shipped partially", "Partly paid", "cancelled partially"])
def test_what_is_done_in_part_is_a_question(word: str) -> None:
    assert {meaning_of(word, KINDS[name]) for name in ("order", "payment", "fulfilment")} == {ASK}


def test_one_word_means_other_things_in_other_columns() -> None:
    meanings = {name: meaning_of("Completed", KINDS[name]) for name in ("order", "payment", "fulfilment")}
    assert meanings == {"order": WENT, "payment": GOES, "fulfilment": WENT}
    meanings = {name: meaning_of("pending", KINDS[name]) for name in ("order", "payment", "fulfilment", "tracking")}
    assert meanings == {"order": UNPAID, "payment": UNPAID, "fulfilment": GOES, "tracking": GOES}


WORDS = [(kind, word) for kind in KINDS.values() for word in kind.words if word.isascii() and word.isalpha()]


@given(st.sampled_from(WORDS), st.sampled_from([str.upper, str.title, str.casefold]), st.sampled_from(["", " ", "  "]))
def test_case_and_blanks_do_not_matter(case: tuple, write, blank: str) -> None:  # type: ignore[no-untyped-def,type-arg]
    kind, word = case
    assert meaning_of(blank + write(word) + blank, kind) is kind.words[word]


@given(st.sampled_from(["on hold", "pending payment", "awaiting shipment"]), st.sampled_from(" -_"), st.booleans())
def test_separators_and_the_prefix_of_woocommerce_do_not_matter(word: str, separator: str, prefixed: bool) -> None:
    written = ("wc-" if prefixed else "") + word.replace(" ", separator)
    assert meaning_of(written, KINDS["order"]) is meaning_of(word, KINDS["order"])


@given(st.text(max_size=40))
def test_any_text_has_a_meaning_and_a_label(text: str) -> None:
    for kind in KINDS.values():
        assert meaning_of(text, kind) in Meaning
        label_of(text, kind)


@pytest.mark.parametrize("header", ["State", "Tags", "Statut", "Ship Date", "Paid at"])
def test_other_columns_say_nothing_about_going(header: str) -> None:
    assert status_columns([header]) == []


@pytest.mark.parametrize("header", ["Customer Status", "Member Status", "Email Status", "Gift status"])
def test_a_column_that_calls_itself_a_status_is_never_sure(header: str) -> None:
    assert [one.sure for one in status_columns([header])] == [False]


def test_a_status_beside_gross_fee_and_net_is_of_the_payment() -> None:
    """PayPal's `Completed` is a payment that came."""
    (alone,) = status_columns(["Status", "Name"])
    (paypal,) = status_columns(["Status", "Name", "Gross", "Fee", "Net"])
    assert meaning_of("Completed", alone.kind) is WENT
    assert meaning_of("Completed", paypal.kind) is GOES


def test_a_column_that_the_person_named_is_one() -> None:
    (column,) = status_columns(["Zustand"], {"status": "Zustand"})
    assert column.kind is KINDS["order"]


@pytest.mark.parametrize(
    ("label", "meaning", "reason"),
    [
        ("completed", WENT, "Status says completed (shipped already)"),
        ("pending", UNPAID, "Status says pending (unpaid or payment failed)"),
        ("on-hold", HELD, "Status says on-hold"),
        ("cancelled", OFF, "Status says cancelled"),
        ("Local Pickup", ELSE, "Status says Local Pickup (not sent by parcel)"),
    ],
)
def test_the_reason_names_column_and_word(label: str, meaning: Meaning, reason: str) -> None:
    assert reason_of("Status", label, meaning) == reason


DEADLINES = [
    "Ship By", "ship_by_date", "Must Ship By", "Latest Ship Date", "latest-ship-date", "Promised Ship Date", "Due", "Due Date",
    "Deliver By", "Expected Delivery", "Required By", "Need By", "In-Hands Date", "Date - Ship By Date", "Deadline", "Promised",
]  # fmt: skip
SHIP_DAYS = [
    "Ship Date",
    "Ship On",
    "Date to Ship",
    "Planned Ship Date",
    "Requested Ship Date",
    "Ship Day",
    "Pickup Date",
]
WENT_ON = ["Date Shipped", "Shipped On", "shipped_at", "Fulfilled at", "Shipped Date", "Dispatched On", "Is Shipped"]


@pytest.mark.parametrize(
    ("field", "header"),
    [
        *(("deadline", header) for header in DEADLINES),
        *(("ship_date", header) for header in SHIP_DAYS),
        *(("shipped_at", header) for header in WENT_ON),
    ],
)
def test_days_are_deadlines_days_to_ship_or_days_of_shipment(field: str, header: str) -> None:
    assert OTHER_HEADERS[normal(header)] == field


def test_only_ship_date_can_be_the_day_an_order_went_or_will_go() -> None:
    headers = {header for header in FIELDS["ship_date"].headers if is_ambiguous_day(header)}
    assert headers == {"ship date", "shipdate", "shipment date", "shipping date", "dispatch date"}


def test_no_header_names_two_fields() -> None:
    seen: dict[str, str] = {}
    for field in FIELDS.values():
        for header in set(map(normal, field.headers)):
            assert seen.setdefault(header, field.name) == field.name, header
