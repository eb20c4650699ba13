"""A customs document for a shipment that was made: by a person's words and yes only, never by a model or a cell."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select

from agent.batch.approval.parcel_holders import scoped
from agent.batch.executor.documents import NotUploaded, upload
from agent.chat.action_preview import action_preview
from agent.chat.document_words import DocumentWords
from agent.chat.pending import PendingApproval
from agent.chat.state import SessionState
from agent.chat.which_batch import batch_meant
from agent.errors import ErrorKind, ShipchatError, error, from_reply, is_refusal
from agent.events import AssistantSaid
from agent.ledger import documents
from agent.ledger.documents import KeptDocument
from agent.ledger.new_file import path_named
from agent.ledger.tables import JobRow, Package, Shipment, table_of
from agent.mapping.document_folder import read_document
from agent.mapping.international import crosses_border
from agent.planning.identity import names_return, order_key
from agent.planning.model import Approval
from agent.planning.sentence import ENVIRONMENT_WORDS, masked_account
from agent.shipping import faults
from agent.shipping.documents import FORMATS, IN_WORDS, OWN_INVOICE, has_own_invoice, in_words, is_taken, most_bytes
from agent.shipping.verdict import Reject, reject

NO_LABEL = ErrorKind(
    "E-2324",
    "{what} has no label that a document could go with.",
    "Ship it first, or name the file in a column of the sheet: then it goes with the shipment.",
)
AT_HOME = ErrorKind(
    "E-2325", "{what} crosses no border: no customs asks for a document.", "Nothing has to be uploaded."
)
NOT_ATTACHED = ErrorKind(
    "E-2326", "UPS did not take {name} for the shipment: {reason}", "The shipment stands as it was. Say it again."
)
WHAT_IS_IT, WHICH = "What is {name}?", "Which shipment?"
BOTH = " UPS has made an invoice of its own for it: customs gets both."
_KINDS: Final = {words: kind for kind, words in IN_WORDS.items()}
STANDING: Final = ("created", "completed")
SHIPMENTS, ROWS, PACKAGES = table_of(Shipment), table_of(JobRow), table_of(Package)


async def give_document(state: SessionState, words: DocumentWords) -> None:
    """Show what would be uploaded for which shipment, and wait for a yes.

    Raises:
        ShipchatError: a file that cannot go (E-246x), no such shipment (E-2324), no border (E-2325).
    """
    document = await asyncio.to_thread(_document, words.path, state.settings.ups_environment)
    shipment = await _shipment(state, words)
    kind = (
        words.document_type
        or _KINDS[await state.ask(WHAT_IS_IT.format(name=document["name"]), list(_KINDS), remember=False)]
    )
    document["document_type"] = kind
    numbers = ", ".join(shipment["tracking_numbers"])
    made_by_ups = not has_own_invoice(shipment["planned"].get("documents", ()))
    sentence = (
        f"{ENVIRONMENT_WORDS[state.settings.ups_environment]}: upload {in_words(document)} to UPS for account"
        f" {masked_account(shipment['account_number'])} and attach it to {numbers}, row {shipment['sheet_row']},"
        f" {shipment['recipient']}. Nothing is bought."
        f"{BOTH if kind == OWN_INVOICE and made_by_ups else ''}"
    )

    async def carry_out(_approval: Approval) -> None:
        await _give(state, document, shipment)
        state.emit(AssistantSaid(f"UPS has {document['name']}; it is attached to {numbers}."))

    content = {"document": document, "shipment": shipment["id"]}
    preview = replace(
        action_preview(state, "document", sentence, 1, content), filter_in_words=f"{document['name']} for {numbers}"
    )
    state.show(PendingApproval(preview, carry_out))


def _document(typed: str, environment: str) -> dict[str, Any]:
    """The file that the person named, wherever it is."""
    path: Path = path_named(typed)
    verdict: Any = reject(faults.DOCUMENT_KIND, typed, cell=typed, formats=", ".join(FORMATS))
    if is_taken(path.name):
        verdict = read_document(path.resolve(), path.name, typed, most_bytes(environment))
    if isinstance(verdict, Reject):
        raise ShipchatError(verdict.code, f"{verdict.why[:1].upper()}{verdict.why[1:]}.", verdict.remedy)
    return dict(verdict.value)


async def _shipment(state: SessionState, words: DocumentWords) -> dict[str, Any]:
    what = f"Order {words.order}" if words.order else f"Row {words.row}"
    job_id = batch_meant(state, words.batch) if words.row is not None or words.batch else None
    found = await state.batches.ledger.read_async(_standing, state.settings.ups_environment, words, job_id)
    if not found:
        raise error(NO_LABEL, what=what)
    abroad = [one for one in found if one["abroad"]]
    if not abroad:
        raise error(AT_HOME, what=what)
    if len(abroad) == 1:
        return abroad[0]
    options = {f"row {one['sheet_row']}, {', '.join(one['tracking_numbers'])}": one for one in abroad}
    return options[await state.ask(WHICH, list(options), remember=False)]


def _standing(
    connection: Connection, environment: str, words: DocumentWords, job_id: str | None
) -> list[dict[str, Any]]:
    """The shipments of the order or row that were bought and stand, newest first; a return is none."""
    query = select(SHIPMENTS, ROWS.c.sheet_row).join(
        ROWS, (ROWS.c.shipment_id == SHIPMENTS.c.id) & (ROWS.c.row_number == SHIPMENTS.c.primary_row)
    )
    query = query.where(SHIPMENTS.c.state.in_(STANDING), SHIPMENTS.c.planned.is_not(None))
    if words.order is not None:
        query = query.where(SHIPMENTS.c.order_key == scoped(environment, order_key(words.order, {}) or ""))
    else:
        of_row = select(ROWS.c.shipment_id).where(ROWS.c.job_id == job_id, ROWS.c.sheet_row == words.row)
        query = query.where(SHIPMENTS.c.id.in_(of_row))
    if job_id is not None:
        query = query.where(SHIPMENTS.c.job_id == job_id)
    rows = [row for row in connection.execute(query.order_by(SHIPMENTS.c.id.desc())) if not names_return(row.identity)]
    return [_facts(connection, row) for row in rows]


def _facts(connection: Connection, row: Any) -> dict[str, Any]:
    planned = json.loads(row.planned)
    payload = planned["payload"]
    start = (payload.get("ship_from") or payload["shipper"])["address"]["country_code"]
    numbers = select(PACKAGES.c.tracking_number).where(PACKAGES.c.shipment_id == row.id).order_by(PACKAGES.c.position)
    return {
        "id": row.id,
        "planned": planned,
        "sheet_row": row.sheet_row,
        "recipient": row.recipient,
        "account_number": payload["shipper"]["account_number"],
        "abroad": crosses_border(start, payload["ship_to"]["address"]["country_code"]),
        "tracking_numbers": list(connection.scalars(numbers)),
        "shipment_number": row.shipment_number,
        "made_at": row.intent_at,
    }


async def _give(state: SessionState, document: dict[str, Any], shipment: dict[str, Any]) -> None:
    """Upload, attach, keep it on record. Repeating it is harmless: UPS has a copy more.

    Raises:
        ShipchatError: what UPS refuses, or E-2111 where the file has changed since it was shown.
    """
    environment, account = state.settings.ups_environment, shipment["account_number"]
    asked = {name: document[name] for name in ("name", "document_type", "sha256", "path")}
    try:
        document_id = await upload(state.ups, environment, account, KeptDocument(0, **asked, document_id=None))
    except NotUploaded as fault:
        answered = fault.answered
        raise ShipchatError(answered.code, answered.message, "Nothing was attached. Say it again.") from fault
    made = datetime.fromisoformat(shipment["made_at"]).astimezone()
    whose = {"environment": environment, "account_number": account}
    reply = await state.ups(
        "document_attach",
        whose
        | {
            "shipment_identification_number": shipment["shipment_number"],
            "shipped_at": f"{made:%Y-%m-%d-%H.%M.%S}",
            "tracking_numbers": shipment["tracking_numbers"],
            "document_ids": [document_id],
        },
    )
    if is_refusal(reply):
        # Nobody needs the copy at UPS; whether it goes or stays, the refusal is what counts.
        await state.ups("document_delete", whose | {"document_id": document_id})
        raise error(NOT_ATTACHED, name=document["name"], reason=from_reply(reply).message)
    await state.batches.ledger.write_async(documents.attached, shipment["id"], document, document_id)
