"""Secrets in the system's keyring, under the service name `shipchat`. The package is optional (`shipchat[keyring]`)."""

import importlib
import os
from typing import Any

from agent.errors import ErrorKind, error

SERVICE = "shipchat"
MODEL_KEY = "anthropic-api-key"

NO_KEYRING = ErrorKind(
    "E-5014",
    "There is no keyring to keep {what} in: {reason}.",
    "Install one (pip install 'shipchat[keyring]' and your desktop's keyring), or set {variable} in the environment.",
)


def kept(name: str) -> str | None:
    """The secret of this name; None where there is none, no keyring, or it does not open."""
    try:
        keyring, errors = _keyring()
    except ImportError:
        return None
    try:
        secret = keyring.get_password(SERVICE, name)
    except errors.KeyringError:
        return None
    return secret if isinstance(secret, str) else None


def keep(name: str, secret: str, *, what: str, variable: str) -> None:
    """Put a secret into the keyring.

    Raises:
        ShipchatError: E-5014 where there is no keyring or it refuses; nothing is written anywhere else.
    """
    try:
        keyring, errors = _keyring()
    except ImportError as fault:
        raise error(NO_KEYRING, what=what, reason="the package keyring is not installed", variable=variable) from fault
    try:
        keyring.set_password(SERVICE, name, secret)
    except errors.KeyringError as fault:
        reason = str(fault).rstrip(".") or type(fault).__name__
        raise error(NO_KEYRING, what=what, reason=reason, variable=variable) from fault


def _keyring() -> tuple[Any, Any]:
    return importlib.import_module("keyring"), importlib.import_module("keyring.errors")


UPS_CREDENTIALS = {"client-id": "SHIPCHAT_UPS_CLIENT_ID", "client-secret": "SHIPCHAT_UPS_CLIENT_SECRET"}
"""Parts of a client's credentials, and the variables that go before the keyring."""

NO_UPS_CREDENTIALS = ErrorKind(
    "E-5017",
    "There are no UPS credentials for {environment}, so nothing can be shipped.",
    "`shipchat setup` asks for them and checks them; without them, practise: SHIPCHAT_UPS_ENVIRONMENT=simulator.",
)


def require_ups_credentials(environment: str) -> None:
    """Refuse at the start of a session what would be refused after its first sentence.

    Raises:
        ShipchatError: E-5017 outside of practice where client id or secret are neither in the environment nor kept.
    """
    if environment == "simulator":
        return
    for part, variable in UPS_CREDENTIALS.items():
        if not os.environ.get(variable) and not kept(f"ups-{environment}-{part}"):
            raise error(NO_UPS_CREDENTIALS, environment=environment)
