"""One invented preview."""

from agent.events import PreviewReady


def invented_preview() -> PreviewReady:
    return PreviewReady(
        digest="9f2c41d07ab3",
        short_digest="9f2c41d0",
        command="ship all",
        filter_in_words="all orders",
        filter_sql="",
        total_rows=1,
        lines=[],
        total_cents=912,
        estimated=False,
        cheapest=None,
        most_expensive=None,
        excluded={},
        boundary=[],
        warnings=[],
        mapping=[],
        mapping_is_new=False,
        environment="simulator",
        account="…IM",
        approval_sentence="Ship 1 shipment.",
        typed_confirmation=None,
    )
