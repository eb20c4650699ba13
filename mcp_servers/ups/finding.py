"""`shipping_find`: what became of a create request whose answer was lost. Spool, label recovery, track by reference.

Only positive evidence is `found`; UPS's "not found" is never proof; several shipments, a mismatch or a masked number
conclude nothing.
"""

import re

from mcp_servers.shared.faults import ToolFault
from mcp_servers.ups.answers import Candidate, FoundShipment, LabelError, ShippingFindAnswer
from mcp_servers.ups.app import App, check_environment
from mcp_servers.ups.arguments import Destination, ShippingFindArguments
from mcp_servers.ups.finding_numbers import find_numbers
from mcp_servers.ups.labels import label_folder
from mcp_servers.ups.recovery import Recovered, recover, recovery_request, save_labels
from mcp_servers.ups.shipping import answer_from_record
from mcp_servers.ups.spool import Record
from mcp_servers.ups.tracking import Tracked, packages_of, says_not_found, track_by_number, track_by_reference
from mcp_servers.ups.ups_codes import SEVERAL_FOUND
from mcp_servers.ups.ups_json import is_masked

OWN_REFERENCE = re.compile(r"[A-Z0-9]{6,35}")


async def find(app: App, arguments: ShippingFindArguments) -> ShippingFindAnswer:
    """Climb the ladder until something is known."""
    check_environment(app, arguments.environment)
    if arguments.tracking_numbers is not None:
        return await find_numbers(app, arguments, arguments.tracking_numbers)
    if OWN_REFERENCE.fullmatch(arguments.reference) is None:
        return await _of_customer(app, arguments)
    kept = None if arguments.past_spool else _kept(app, arguments.reference)
    if kept is not None:
        return checked(ShippingFindAnswer(status="found", reason="in the spool", shipment=kept), arguments)
    try:
        recovered = await _recovered(app, arguments)
        tracked = await _tracked(app, arguments, recovered)
    except ToolFault as refusal:
        if refusal.more.get("ups_code") in SEVERAL_FOUND:
            return ShippingFindAnswer(status="unknown", reason="several shippers use this reference")
        if not refusal.retryable or app.client.tells(refusal):
            raise
        return ShippingFindAnswer(status="unknown", reason=f"{refusal.code}: {refusal.message}", unanswered=True)
    if recovered.candidates or recovered.several:
        return _several(recovered, tracked)
    if not recovered.labels and not tracked:
        if recovered.voided:
            return ShippingFindAnswer(status="unknown", reason="UPS has voided it and does not say which number")
        if recovered.without_label:
            return ShippingFindAnswer(status="unknown", reason="UPS has it without a label and does not say its number")
        return ShippingFindAnswer(status="not_found", reason="UPS does not know it (yet)")
    answer = checked(_found(recovered, tracked), arguments)
    return await _with_labels(app, answer, recovered)


async def _of_customer(app: App, arguments: ShippingFindArguments) -> ShippingFindAnswer:
    """A reference that no request of ours can have: it names no file, and no label is fetched for it."""
    nothing = Recovered([], None, [])
    try:
        tracked = await _tracked(app, arguments, nothing)
    except ToolFault as refusal:
        if not refusal.retryable or app.client.tells(refusal):
            raise
        return ShippingFindAnswer(status="unknown", reason=f"{refusal.code}: {refusal.message}", unanswered=True)
    if not tracked:
        return ShippingFindAnswer(status="not_found", reason="UPS does not know it (yet)")
    return checked(_found(nothing, tracked), arguments)


async def _recovered(app: App, arguments: ShippingFindArguments) -> Recovered:
    folder = label_folder(app.settings.labels_folder, arguments.reference, arguments.label_path)
    request = recovery_request(arguments.label, reference=arguments.reference, shipper=arguments.shipper_number)
    return await recover(app, request, arguments.label, folder, arguments.reference)


async def _tracked(app: App, arguments: ShippingFindArguments, recovered: Recovered) -> list[Tracked]:
    """Label recovery does not say where a shipment went or when: track does, by reference or else by number."""
    reply = await track_by_reference(app, arguments.reference, arguments.shipper_number, arguments.since)
    packages = packages_of(reply.body)
    # A reference search may match parts of longer references: only the exact one counts.
    packages = [package for package in packages if not package.references or arguments.reference in package.references]
    if packages or not recovered.labels or not says_not_found(reply):
        return packages
    replies = [await track_by_number(app, label.tracking_number) for label in recovered.labels]
    return [package for reply in replies for package in packages_of(reply.body)]


def _found(recovered: Recovered, tracked: list[Tracked]) -> ShippingFindAnswer:
    numbers = [label.tracking_number for label in recovered.labels] or [package.tracking_number for package in tracked]
    known = {package.tracking_number: package for package in tracked}
    if any(is_masked(number) for number in numbers):
        return ShippingFindAnswer(
            status="unknown", reason="the test environment masks its numbers: nothing can be adopted"
        )
    if tracked and set(numbers) != set(known):
        return ShippingFindAnswer(
            status="unknown",
            reason="label recovery and tracking name different packages",
            candidates=[_candidate(package) for package in tracked],
        )
    void = _void(recovered, tracked)
    if void is None:
        said = "not void, tracking that it is" if recovered.labels else "void, tracking that it is not"
        return ShippingFindAnswer(
            status="unknown",
            reason=f"label recovery says that it is {said}",
            candidates=[_candidate(package) for package in tracked],
        )
    first = tracked[0] if tracked else None
    counts = {package.package_count for package in tracked if package.package_count is not None}
    if counts and max(counts) < len(numbers):
        return _several(recovered, tracked)
    shipment = FoundShipment(
        tracking_numbers=numbers,
        shipment_identification_number=recovered.shipment_number or numbers[0],
        postal_code=first.postal_code if first else None,
        country_code=first.country_code if first else None,
        created_on=min((package.created_on for package in tracked if package.created_on), default=None),
        voided=void,
        package_count=max(counts) if counts else len(numbers) if recovered.labels else None,
        references=sorted({value for package in tracked for value in package.references}),
        source="label_recovery" if recovered.labels else "track",
    )
    return ShippingFindAnswer(status="found", reason=f"by {shipment.source.replace('_', ' ')}", shipment=shipment)


def _void(recovered: Recovered, tracked: list[Tracked]) -> bool | None:
    """Whether it was voided; None where label recovery and tracking contradict each other."""
    void = bool(tracked) and all(package.voided for package in tracked)
    if recovered.voided:
        return True if void else None
    return None if void and recovered.labels else void


def _several(recovered: Recovered, tracked: list[Tracked]) -> ShippingFindAnswer:
    return ShippingFindAnswer(
        status="unknown",
        reason="several shipments carry this reference",
        candidates=recovered.candidates or [_candidate(package) for package in tracked],
    )


def _candidate(package: Tracked) -> Candidate:
    return Candidate(
        tracking_number=package.tracking_number,
        postal_code=package.postal_code,
        country_code=package.country_code,
        created_on=package.created_on,
    )


def checked(answer: ShippingFindAnswer, arguments: ShippingFindArguments) -> ShippingFindAnswer:
    """A find that went elsewhere, or is older than the request, is not a match: it becomes a candidate."""
    shipment = answer.shipment
    if shipment is None:
        return answer
    mismatch = None
    if shipment.created_on is not None and shipment.created_on < arguments.since:
        mismatch = f"it was made on {shipment.created_on}, before the request"
    elif arguments.destination is not None and not _goes_to(shipment, arguments.destination):
        mismatch = f"it goes to {shipment.postal_code} {shipment.country_code}"
    if mismatch is None:
        return answer
    return ShippingFindAnswer(
        status="unknown",
        reason=f"a shipment carries this reference, but {mismatch}",
        candidates=[
            Candidate(
                tracking_number=number,
                postal_code=shipment.postal_code,
                country_code=shipment.country_code,
                created_on=shipment.created_on,
            )
            for number in shipment.tracking_numbers
        ],
    )


def _goes_to(shipment: FoundShipment, asked: Destination) -> bool:
    """What UPS left out is not a mismatch here; whether it is enough for the caller, the caller decides."""
    if shipment.country_code is not None and shipment.country_code != asked.country_code:
        return False
    if shipment.postal_code is None or asked.postal_code is None:
        return True
    return _plain(shipment.postal_code, asked.country_code) == _plain(asked.postal_code, asked.country_code)


def _plain(postal_code: str, country: str) -> str:
    plain = postal_code.upper().replace(" ", "").replace("-", "")
    # UPS may add or drop the last four digits of a ZIP code.
    return plain[:5] if country in {"US", "PR", "VI"} else plain


async def _with_labels(app: App, answer: ShippingFindAnswer, recovered: Recovered) -> ShippingFindAnswer:
    if answer.shipment is None or not recovered.labels:
        return answer
    problems = await save_labels(app, recovered.labels)
    errors = [
        LabelError(tracking_number=label.tracking_number, path=str(label.path), message=problems[label.path] or "")
        for label in recovered.labels
        if problems[label.path]
    ]
    found = answer.shipment.model_copy(
        update={
            "label_paths": [None if problems[label.path] else str(label.path) for label in recovered.labels],
            "label_sha256s": [None if problems[label.path] else label.sha256 for label in recovered.labels],
            "label_errors": errors or None,
        }
    )
    return answer.model_copy(update={"shipment": found})


def _kept(app: App, reference: str) -> FoundShipment | None:
    """What the spool holds of a reference; a record that cannot be read, or is another's, is as if there were none."""
    record = app.spool.read(reference)
    if record is None or record.state != "done" or record.content.get("reference", reference) != reference:
        return None
    try:
        return _from_spool(record)
    except (ValueError, LookupError, TypeError):
        return None


def _from_spool(record: Record) -> FoundShipment:
    answer = answer_from_record(record)
    content = record.content
    voided = set(content.get("voided") or [])
    return FoundShipment(
        tracking_numbers=answer.tracking_numbers,
        shipment_identification_number=answer.shipment_identification_number,
        label_paths=answer.label_paths,
        label_sha256s=answer.label_sha256s,
        label_errors=answer.label_errors,
        total_charges=answer.total_charges,
        postal_code=content.get("postal_code"),
        country_code=content.get("country_code"),
        created_on=content.get("created_on"),
        voided=bool(voided) and voided >= set(answer.tracking_numbers),
        package_count=len(answer.tracking_numbers),
        customer_context=answer.customer_context,
        source="spool",
    )
