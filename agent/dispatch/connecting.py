"""A connection to the Temporal server of the settings; nothing of the ledger goes with it."""

import asyncio
import os
from pathlib import Path

from temporalio.api.failure.v1 import Failure
from temporalio.client import Client, TLSConfig
from temporalio.converter import DataConverter, DefaultFailureConverter, PayloadConverter
from temporalio.service import RPCError

from agent.dispatch.faults import FILE_UNREADABLE, UNREACHABLE
from agent.errors import ShipchatError, error
from agent.kept_secrets import kept
from agent.temporal_settings import TemporalSettings

KEY_VARIABLE, KEY_NAME = "SHIPCHAT_TEMPORAL_API_KEY", "temporal-api-key"
CONNECT_S = 10.0


class WithoutTraces(DefaultFailureConverter):
    """A failure without its stack trace, which names folders of this machine."""

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        super().to_failure(exception, payload_converter, failure)
        failure.stack_trace = ""


CONVERTER = DataConverter(failure_converter_class=WithoutTraces)


async def connect(temporal: TemporalSettings, identity: str) -> Client:
    """Connect; `identity` is who the server's history says did something: no name of a machine or a person.

    Raises:
        ShipchatError: E-4351 where no server answers, E-4356 for a file of the settings that cannot be read.
    """
    key = os.environ.get(KEY_VARIABLE) or await asyncio.to_thread(kept, KEY_NAME)
    tls = await asyncio.to_thread(_tls, temporal)
    try:
        return await asyncio.wait_for(
            Client.connect(
                temporal.address,
                namespace=temporal.namespace,
                tls=tls or bool(key),
                api_key=key or None,
                identity=identity,
                data_converter=CONVERTER,
            ),
            CONNECT_S,
        )
    except (RuntimeError, RPCError, TimeoutError) as fault:
        raise unreachable(temporal, fault) from fault


def unreachable(temporal: TemporalSettings, fault: BaseException) -> ShipchatError:
    """The refusal of a server that does not answer, or does not let us in."""
    if isinstance(fault, RPCError):
        reason = fault.message or fault.status.name
    elif isinstance(fault, TimeoutError):
        reason = "no answer"
    else:
        reason = "no connection"
    return error(UNREACHABLE, address=temporal.address, reason=reason)


def _tls(temporal: TemporalSettings) -> TLSConfig | bool:
    if not (temporal.tls_ca or temporal.tls_certificate or temporal.tls_key):
        return temporal.tls
    return TLSConfig(
        server_root_ca_cert=_content(temporal.tls_ca, "tls_ca"),
        client_cert=_content(temporal.tls_certificate, "tls_certificate"),
        client_private_key=_content(temporal.tls_key, "tls_key"),
    )


def _content(path: Path | None, setting: str) -> bytes | None:
    if path is None:
        return None
    try:
        return path.expanduser().read_bytes()
    except OSError as fault:
        raise error(FILE_UNREADABLE, path=path, reason=fault.strerror or fault, setting=setting) from fault
