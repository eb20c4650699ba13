"""What the agent refuses, in the one error form: code, what is wrong, where, what to do."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One `E-####` code; `message` and `remedy` are `str.format` templates."""

    code: str
    message: str
    remedy: str


@dataclass(slots=True)
class ShipchatError(Exception):
    """A refusal that reaches a person as it is: never a stack trace."""

    code: str
    message: str
    remedy: str
    where: str | None = None
    to_model: str | None = None
    """The message for a language model, where `message` quotes cells."""

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        return f"{self.code}: {self.message}{place} {self.remedy}".rstrip()

    def as_dict(self) -> dict[str, Any]:
        """The `error` object of the command line's JSON."""
        answer: dict[str, Any] = {"code": self.code, "message": self.message, "remedy": self.remedy}
        if self.where is not None:
            answer["where"] = self.where
        return answer


def error(kind: ErrorKind, /, where: str | None = None, to_model: str | None = None, **words: object) -> ShipchatError:
    """Build an error of a registered kind; a missing word is a programming error (KeyError)."""
    return ShipchatError(kind.code, kind.message.format(**words), kind.remedy.format(**words), where, to_model)


NO_CURRENCY = ErrorKind(
    "E-4106",
    "It is not known in which currency UPS bills an account in {country}.",
    'Set it in {file}, e.g. `currency = "CHF"`.',
)
NO_REASON = ErrorKind("E-4199", "The server refused without saying why.", "Run `shipchat doctor`, then try again.")


def from_reply(reply: dict[str, Any]) -> ShipchatError:
    """The refusal that an MCP server answered (an `isError` reply arrives as its dict)."""
    return ShipchatError(
        code=str(reply.get("code", NO_REASON.code)),
        message=str(reply.get("message", NO_REASON.message)),
        remedy=str(reply.get("remedy", NO_REASON.remedy)),
        where=reply.get("where"),
    )


def is_refusal(reply: dict[str, Any]) -> bool:
    """Whether a server's reply is an error and not an answer."""
    return bool(reply.get("isError")) or ("code" in reply and "message" in reply)


NO_REASON = ErrorKind("E-4199", "The server refused without saying why.", "Run `shipchat doctor`.")
SERVER_NOT_STARTED = ErrorKind(
    "E-4101",
    "The {server} server did not start: {reason}.",
    "Run `shipchat doctor`; its log is {log}.",
)
SERVER_GONE = ErrorKind(
    "E-4102",
    "The {server} server stopped while it was asked for {tool}: {reason}.",
    "It is started again with the next request; what was in flight is looked up first.",
)
NO_SHIPPER = ErrorKind(
    "E-4103",
    "No shipper is set for {environment}.",
    "Run `shipchat setup`, or set the sender's name, address and UPS account in {file} under `shipper`.",
)
SAMPLE_ACCOUNT_SET = ErrorKind(
    "E-4107",
    "The UPS account {account} is the sample of the README: nothing is shipped on it in {environment}.",
    "Run `shipchat setup`, or set your own account number in {file} under `shipper`.",
)
SETTINGS_FAULTY = ErrorKind("E-4104", "The settings are not valid: {problems}.", "Correct them in {file}.")
UNEXPECTED = ErrorKind(
    "E-4105",
    "shipchat met an unexpected error ({kind}).",
    "What was bought is in the ledger; `shipchat jobs list` shows it. The details are in {log}: please report them.",
)
"""The agent's general registry; each subject keeps its own with its code."""
