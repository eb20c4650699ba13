"""Claude in a cloud: what a model at Amazon Bedrock or Google Vertex AI needs, looked at before it is asked.

Credentials are found by the cloud's own chain (variables, profiles, the machine's role), never in our settings.
"""

import os
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from agent.errors import ErrorKind, error
from agent.model_settings import OwnModel

NO_CREDENTIALS = ErrorKind(
    "E-5514", "{cloud} was not asked: no valid credentials ({reason}).", "{sign_in}, or use --model offline."
)
NO_CLOUD_PACKAGE = ErrorKind(
    "E-5515",
    "{model} is a model at {cloud}, and the package for it is not installed ({package}).",
    "Install it (pip install 'shipchat[{extra}]'), or use --model offline.",
)
NO_PLACE = ErrorKind(
    "E-5516",
    "{model} is a model at {cloud}, and its {field} is not set.",
    "Set {field} in its settings, or {variable} in the environment.",
)


@dataclass(frozen=True, slots=True)
class Cloud:
    """A cloud that offers Claude."""

    name: str
    extra: str
    packages: tuple[str, ...]
    """Modules that its extra brings."""
    region_variables: tuple[str, ...]
    """Where its own programs look for a region."""
    sign_in: str
    """What a person does about credentials that are missing or expired."""


PROJECT_VARIABLE = "ANTHROPIC_VERTEX_PROJECT_ID"
CLOUDS = {
    "bedrock": Cloud(
        "Amazon Bedrock",
        "bedrock",
        ("boto3", "botocore"),
        ("AWS_REGION", "AWS_DEFAULT_REGION"),
        "Sign in (aws sso login), or set AWS_PROFILE or the keys of an account",
    ),
    "vertex": Cloud(
        "Google Vertex AI",
        "vertex",
        ("google.auth", "requests"),
        ("CLOUD_ML_REGION",),
        "Sign in (gcloud auth application-default login), or set GOOGLE_APPLICATION_CREDENTIALS",
    ),
}
"""By the kind of a model."""


def place_of(own: OwnModel) -> tuple[str, str | None]:
    """Region and project of a model in a cloud, from its settings or where the cloud's own programs look for them.

    Raises:
        ShipchatError: E-5515 where the cloud's package is missing, E-5516 where region or project is.
    """
    cloud = CLOUDS[own.kind]
    for package in cloud.packages:
        if not _installed(package):
            raise error(NO_CLOUD_PACKAGE, model=own.model, cloud=cloud.name, package=package, extra=cloud.extra)
    region = own.region or next((os.environ[name] for name in cloud.region_variables if os.environ.get(name)), None)
    if region is None and own.kind == "bedrock":
        region = _region_of_profile()
    if not region:
        raise _unset(own, cloud, "region", cloud.region_variables[0])
    project = own.project or os.environ.get(PROJECT_VARIABLE)
    if own.kind == "vertex" and not project:
        raise _unset(own, cloud, "project", PROJECT_VARIABLE)
    return region, project


def _unset(own: OwnModel, cloud: Cloud, field: str, variable: str) -> Exception:
    return error(NO_PLACE, model=own.model, cloud=cloud.name, field=field, variable=variable)


def _installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        # The package around it is not there either.
        return False


def _region_of_profile() -> str | None:
    """What the person's AWS profile says; None where it says nothing or does not exist."""
    faults = import_module("botocore.exceptions")
    try:
        found = import_module("boto3").Session().region_name
    except faults.BotoCoreError:
        return None
    return found if isinstance(found, str) else None
