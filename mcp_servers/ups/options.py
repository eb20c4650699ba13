"""What a shipment asks for besides: further references, one of them a barcode, notices by e-mail, own documents."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from mcp_servers.shared.schemas import as_in
from mcp_servers.shared.tools import Arguments


def text_field(most: int, description: str) -> Any:
    """A text of at most that length, and not empty."""
    # A visible character must be there, and no control character may reach a label.
    return Field(
        max_length=most,
        pattern=r"^ *[^\x00- \x7f][^\x00-\x1f\x7f]*$",
        description=description,
    )


Email = TypeAliasType("Email", Annotated[str, Field(max_length=50, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")])
ShortText = TypeAliasType("ShortText", Annotated[str, text_field(35, "At most 35 characters.")])


DocumentId = TypeAliasType("DocumentId", Annotated[str, Field(pattern=r"^[!-~]{26}$", description="26 characters.")])
DocumentType = TypeAliasType(
    "DocumentType",
    Annotated[
        str,
        Field(
            pattern="^0(0[1-9]|1[0-3])$",
            description="002 commercial invoice, 003 certificate of origin, 005 export license, 010 packing list, "
            "008 other; UPS has 001-013.",
        ),
    ],
)
DocumentTypeAsInCreate = Annotated[DocumentType, as_in("shipping_create", "string")]
OWN_INVOICE = "002"
"""With it UPS makes no invoice of its own."""


class Document(Arguments):
    """What `document_upload` gave, and what it is; with a 002, UPS makes no invoice."""

    document_id: DocumentId
    document_type: DocumentType


class FurtherReference(Arguments):
    """Beside `customer_reference`; the label prints the first two of all."""

    value: ShortText
    barcode: bool = False


class Notify(Arguments):
    """UPS e-mails the recipient."""

    on: Annotated[list[Literal["ship", "exception", "delivery"]], Field(min_length=1, max_length=3)]
    email: Email


def check_barcodes(references: Sequence[FurtherReference] | None, order: str | None, order_is_one: bool) -> None:
    """At most one, of what UPS prints so.

    Raises:
        ValueError: several, or one that cannot be printed.
    """
    barcodes = [one.value for one in references or () if one.barcode]
    barcodes += [order or ""] if order_is_one else []
    if len(barcodes) > 1 or not all(re.fullmatch("[0-9A-Za-z]{1,14}|[0-9]{1,24}", one) for one in barcodes):
        raise ValueError("one reference is a barcode: 14 letters and digits, or 24 digits, without blanks")
