"""Asks Claude at Amazon Bedrock or Google Vertex AI, by the SDK's own classes. Imported late, and only for these.

The request, its answer and what can go wrong are Claude's; here is what a cloud adds: finding credentials and, at
Bedrock, the framing of AWS.
"""

import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import anthropic

from agent.brains.claude_client import ClaudeClient, Sdk, manner
from agent.brains.clouds import CLOUDS, NO_CREDENTIALS, place_of
from agent.brains.faults import BROKE_OFF, NOT_REACHED, AskAgain
from agent.brains.fencing import plain
from agent.brains.reply import Reply
from agent.brains.usage import Tokens
from agent.credentials import without_secrets
from agent.errors import error
from agent.model_settings import OwnModel

for _name in ("boto3", "botocore", "google", "urllib3"):
    # Their debug logs hold credentials.
    logging.getLogger(_name).setLevel(logging.WARNING)
# Who pays is said by `project`; a screen is no place for it.
warnings.filterwarnings("ignore", message="Your application has authenticated using end user credentials")

Faults = tuple[type[Exception], ...]


@dataclass(frozen=True, slots=True)
class _Faults:
    """What the packages of a cloud raise, beside the SDK."""

    framing: Faults
    unreached: Faults
    """By the search for credentials, which may ask the cloud."""
    credentials: Faults


class CloudClient(ClaudeClient):
    """Asks one model in one cloud; used as a context manager for the length of a turn."""

    def __init__(self, own: OwnModel) -> None:
        """Blocks while the cloud's package loads.

        Raises:
            ShipchatError: see `place_of`.
        """
        region, project = place_of(own)
        super().__init__(own.model, own, _sdk(own, region, project))
        self._cloud = CLOUDS[own.kind]
        self._faults = _bedrock_faults() if own.kind == "bedrock" else _vertex_faults()

    async def ask(
        self, request: dict[str, Any], heard: Callable[[str], None], counted: Callable[[Tokens], None]
    ) -> Reply:
        """See `ModelClient.ask`; also raises E-5514 where the cloud's own chain finds no valid credentials."""
        try:
            return await super().ask(request, heard, counted)
        except self._faults.framing:
            reason = "it was not in the expected form"
            raise AskAgain(error(BROKE_OFF, model=self.model, reason=reason)) from None
        except self._faults.unreached as fault:
            host = f"The sign-in of {self._cloud.name}"
            raise AskAgain(error(NOT_REACHED, host=host, reason=_told(fault))) from None
        except self._faults.credentials as fault:
            cloud = self._cloud
            raise error(NO_CREDENTIALS, cloud=cloud.name, reason=_told(fault), sign_in=cloud.sign_in) from None


def _told(fault: Exception) -> str:
    return plain(without_secrets(str(fault))).rstrip(".") or type(fault).__name__


def _sdk(own: OwnModel, region: str, project: str | None) -> Sdk:
    if own.kind == "bedrock":
        return anthropic.AsyncAnthropicBedrock(aws_region=region, **manner(own))
    return anthropic.AsyncAnthropicVertex(region=region, project_id=project or "", **manner(own))


def _bedrock_faults() -> _Faults:
    found = import_module("botocore.exceptions")
    return _Faults(
        framing=(
            import_module("botocore.eventstream").ParserError,
            import_module("botocore.parsers").ResponseParserError,
        ),
        unreached=(found.HTTPClientError,),
        # The SDK has a RuntimeError of its own for finding none.
        credentials=(found.BotoCoreError, found.ClientError, RuntimeError),
    )


def _vertex_faults() -> _Faults:
    found = import_module("google.auth.exceptions")
    return _Faults(framing=(), unreached=(found.TransportError,), credentials=(found.GoogleAuthError, RuntimeError))
