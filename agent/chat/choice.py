"""Which brain a session gets: by setting, and offline where nothing else is asked for."""

from difflib import get_close_matches
from pathlib import Path

from agent.brains.protocol import Brain
from agent.errors import ErrorKind, error
from agent.settings import Settings

UNKNOWN_MODEL = ErrorKind(
    "E-2312",
    "There is no model called {model!r}.",
    "Use offline, claude, one of your settings, a model id, or recorded:FILE{hint}.",
)
_RECORDED = "recorded:"


def choose_brain(model: str, settings: Settings) -> Brain:
    """The brain of a name, with a recorder beside it where one is set; its module is imported only when chosen.

    `offline`, `claude` (the model of the settings), a name of the setting `models`, `recorded:FILE`; anything else is a
    model id of Anthropic's.

    Raises:
        ShipchatError: E-2312 for an unknown name, E-2340 and E-441x for recordings.
    """
    brain = _brain(model.strip(), settings)
    if settings.record is None:
        return brain
    from agent.brains.recording import Recorder, RecordingBrain

    return RecordingBrain(brain, Recorder.create(settings.record, brain.name))


def _brain(model: str, settings: Settings) -> Brain:
    if model == "offline":
        from agent.understanding.brain import OfflineBrain

        return OfflineBrain()
    if model.startswith(_RECORDED):
        from agent.brains.recorded import RecordedBrain

        return RecordedBrain.read(Path(model.removeprefix(_RECORDED)).expanduser())
    if model in settings.models:
        from agent.brains.claude import ClaudeBrain

        own = settings.models[model]
        return ClaudeBrain(own.model, settings, own=own)
    near = get_close_matches(model.casefold(), ["offline", "claude", "recorded", *settings.models], n=1, cutoff=0.8)
    if (near and model != "claude") or not model or any(letter.isspace() for letter in model):
        # A slip in "offline" must not become a request to a model of that name.
        raise error(UNKNOWN_MODEL, model=model, hint=f"; did you mean {near[0]}?" if near else "")
    from agent.brains.claude import ClaudeBrain

    return ClaudeBrain(settings.claude.model if model == "claude" else model, settings)
