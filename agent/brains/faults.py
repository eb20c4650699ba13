"""What can go wrong with a model, in the one error form. Nothing here buys or loses anything."""

from agent.errors import ErrorKind, ShipchatError

NO_KEY = ErrorKind(
    "E-5510",
    "{model} needs a key, and {variable} is not set.",
    "Set {variable} (for a local gateway without keys: to any text), or use --model offline.",
)
BAD_KEY = ErrorKind("E-5511", "The key of {model} was not accepted: {reason}.", "Correct it, or use --model offline.")
NOT_ALLOWED = ErrorKind(
    "E-5512", "This key may not use {model}: {reason}.", "Choose another model with --model, or another key."
)
NO_CREDIT = ErrorKind("E-5513", "The account of this key cannot pay: {reason}.", "Top it up, or use --model offline.")
OVERLOADED = ErrorKind("E-4401", "{model} is overloaded.", "Say it again in a moment, or use --model offline.")
RATE_LIMITED = ErrorKind(
    "E-4402", "Too many requests to {model} for this key{wait}.", "Say it again later, or use --model offline."
)
NOT_REACHED = ErrorKind(
    "E-4403", "{host} cannot be reached: {reason}.", "Check the network and the base URL, or use --model offline."
)
BROKE_OFF = ErrorKind(
    "E-4404", "The answer from {model} was cut off: {reason}.", "Say it again; nothing was done with the broken part."
)
TOO_SLOW = ErrorKind(
    "E-4405", "{model} said nothing for {seconds} s.", "Say it again, or allow more in its setting timeout_s."
)
SERVICE_FAILED = ErrorKind("E-4406", "{host} failed ({status}): {reason}.", "Say it again, or use --model offline.")
NO_SUCH_MODEL = ErrorKind("E-4407", "{host} has no model {model}: {reason}.", "Name another one with --model.")
NOT_UNDERSTOOD = ErrorKind(
    "E-4408", "{host} did not accept the request ({status}): {reason}.", "Check the model and the base URL."
)
DECLINED = ErrorKind("E-2350", "{model} declined to answer{why}.", "Say it differently, or use --model offline.")
CUT_OFF = ErrorKind(
    "E-2351",
    "The answer was longer than {limit} tokens and was cut; calls in it were not made.",
    "Ask for less at once, or raise its setting max_tokens.",
)
TOO_MANY_ROUNDS = ErrorKind(
    "E-2352", "{model} called tools {rounds} times without coming to an end.", "Say it in smaller steps."
)
THREE_ATTEMPTS = ErrorKind(
    "E-2353",
    "{attempts} attempts were refused, the last with {code}.",
    "Fix the data, give a value, leave the rows out, or drop it: say which.",
)
TOO_LONG = ErrorKind(
    "E-2354", "This is more than {model} can read at once, even with earlier turns summarised.", "Start a new chat."
)
UNKNOWN_STOP = ErrorKind("E-2355", "{model} ended its answer for an unknown reason ({reason}).", "Say it again.")


class AskAgain(Exception):
    """A request that may be sent again. Carries the refusal in case it may not, and what was already heard."""

    def __init__(self, refusal: ShipchatError, wait_s: float | None = None) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal
        self.wait_s = wait_s
        """Seconds that the service asked to wait, when it said so."""


class ContextFull(Exception):
    """The conversation is longer than the model's window."""
