"""Who asks a model: by its kind the client of its protocol, with the key that it takes.

An SDK is loaded with the first client that needs it.
"""

import asyncio
import importlib
import os
from typing import TYPE_CHECKING

from agent.brains.clouds import CLOUDS
from agent.brains.faults import NO_KEY
from agent.errors import error
from agent.kept_secrets import MODEL_KEY, kept
from agent.model_settings import ModelSettings, OwnModel

if TYPE_CHECKING:
    from agent.brains.reply import ModelClient

KEY_VARIABLES = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN")


def key_of(own: OwnModel | None) -> str | None:
    """The key that a model is asked with: the variable that its settings name, else Anthropic's, else the keyring's.
    A model on this machine that names no variable needs none; one in a cloud has the cloud's credentials."""
    if own is not None and own.key_env is not None:
        return os.environ.get(own.key_env)
    if own is not None and own.kind != "anthropic":
        return "none"
    return next((os.environ[name] for name in KEY_VARIABLES if os.environ.get(name)), None) or kept(MODEL_KEY)


async def client_of(model: str, own: OwnModel | None, limits: ModelSettings) -> "ModelClient":
    """Made in a thread, so that the screen goes on while the SDK loads.

    Raises:
        ShipchatError: E-551x for a key, package or setting that is missing.
    """
    key = key_of(own)
    if not key:
        raise error(NO_KEY, model=model, variable=(own and own.key_env) or KEY_VARIABLES[0])
    return await asyncio.to_thread(_made, model, key, own, limits)


def _made(model: str, key: str, own: OwnModel | None, limits: ModelSettings) -> "ModelClient":
    kind = own.kind if own is not None else "anthropic"
    client: ModelClient
    if kind in CLOUDS:
        client = importlib.import_module("agent.brains.cloud_client").CloudClient(own)
    elif kind == "openai":
        client = importlib.import_module("agent.brains.openai_client").OpenAIClient(model, key, limits)
    else:
        client = importlib.import_module("agent.brains.claude_client").ClaudeClient.with_key(model, key, limits)
    return client
