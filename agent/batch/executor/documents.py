"""Own customs documents of a shipment: uploaded before its intent, so that none is bought without its papers.

An upload buys nothing: one that a crash cut off is repeated. What the ledger knows is not uploaded again.
"""

from typing import Any

from agent.batch.executor.outcome import Answered, Outcome
from agent.batch.executor.state_changes import NotClaimable
from agent.errors import SERVER_GONE, is_refusal
from agent.ledger import documents
from agent.ledger.documents import KeptDocument
from agent.ledger.store import Ledger
from agent.tool_caller import ToolCaller

_OF_THE_ACCOUNT = "E-50"
_NOT_OF_THE_ROW = frozenset({401, 403, 429})


class NotUploaded(Exception):
    """UPS has not got a document; nothing was bought. `later`: the row is not at fault, and may go another time."""

    def __init__(self, answered: Answered, *, later: bool) -> None:
        super().__init__(answered.message)
        self.answered = answered
        self.later = later


async def named(
    ledger: Ledger, ups: ToolCaller, environment: str, job_id: str, shipment_id: int
) -> list[dict[str, str]]:
    """Upload what UPS has not got yet; the `documents` that the request names.

    Raises:
        NotUploaded: with UPS's reason, or why the file is not the one that was approved.
        NotClaimable: `changed`, where the ledger names other contents than the plan.
    """
    of_shipment = await ledger.read_async(documents.documents_of, shipment_id)
    if not of_shipment.as_approved:
        raise NotClaimable("changed")
    found = []
    for document in of_shipment.documents:
        document_id = document.document_id
        if document_id is None:
            document_id = await upload(ups, environment, of_shipment.account_number, document)
            await ledger.write_async(documents.uploaded, document, document_id, job_id, of_shipment.row_number)
        found.append({"document_id": document_id, "document_type": document.document_type})
    return found


async def upload(ups: ToolCaller, environment: str, account: str, document: KeptDocument) -> str:
    """UPS's id of one document.

    Raises:
        NotUploaded: see `named`.
    """
    asked = {
        "environment": environment,
        "account_number": account,
        "path": document.path,
        "sha256": document.sha256,
        "document_type": document.document_type,
    }
    try:
        reply = await ups("document_upload", asked)
    except Exception as fault:
        # Whatever became of it, it may be done again.
        reason = str(getattr(fault, "message", "") or fault) or type(fault).__name__
        code = str(getattr(fault, "code", "") or SERVER_GONE.code)
        raise NotUploaded(Answered(Outcome.NOT_DONE, code=code, message=reason), later=True) from fault
    if not is_refusal(reply):
        return str(reply["document_id"])
    answered = Answered(
        Outcome.NOT_DONE,
        code=str(reply.get("code", "")),
        message=_about(document.name, str(reply.get("message", ""))),
        retry_after_s=reply.get("retry_after_s"),
        http_status=reply.get("http_status"),
        retryable=bool(reply.get("retryable")),
    )
    account_at_fault = answered.code.startswith(_OF_THE_ACCOUNT) or answered.http_status in _NOT_OF_THE_ROW
    raise NotUploaded(answered, later=answered.retryable or account_at_fault)


def _about(name: str, message: str) -> str:
    return message if name.rpartition("/")[2] in message else f"{name}: {message}"


def with_documents(payload: dict[str, Any], found: list[dict[str, str]]) -> dict[str, Any]:
    """The payload of the plan with what it could not know: UPS's ids."""
    if not found:
        return payload
    return payload | {"international": payload["international"] | {"documents": found}}
