"""Which brain a session gets: by setting, and offline where nothing else is asked for."""

from agent.brain.protocol import Brain
from agent.errors import ErrorKind, error
from agent.settings import Settings

UNKNOWN_MODEL = ErrorKind("E-2312", "There is no brain called {model}.", "Use --model offline.")


def choose_brain(model: str, _settings: Settings) -> Brain:
    """The brain of a name; its module is imported only when chosen (anthropic takes a second).

    Raises:
        ShipchatError: E-2312 for a name that is none.
    """
    if model == "offline":
        from agent.brain.offline import OfflineBrain

        return OfflineBrain()
    raise error(UNKNOWN_MODEL, model=model)
