"""Whether a message only asks. A question is answered; it never proposes, previews or buys."""

import re
from typing import Final

_FILLER = (
    r"(?:(?:so|ok|okay|and|but|hey|hi|hello|well|also|um|sorry|wait|just|actually|"
    r"on\s+(?:reflection|second\s+thoughts?)|quick\s+question)[,:!.\s-]+)*"
)
_SUBJECT = (
    r"(?:i|we|you|he|she|it|they|this|that|these|those|there|the|my|our|your|their|any|all|every\w*|each|some|no|none"
    r"|both|most|anything|nothing|something|anyone)"
)
_BE = (
    r"(?:is|are|was|were|am|isn['’]?t|aren['’]?t|wasn['’]?t|weren['’]?t|did|didn['’]?t|does|doesn['’]?t|has|hasn['’]?t)"
)
_AUXILIARY = rf"(?:{_BE}|do|have|haven['’]?t|had|should|shall|can|could|will|would|might|must)"
_CONDITION = (
    r"not|no|an?|in|on|at|from|to|over|under|above|below|between|before|after|since|more|less|most|least|empty|blank|set"
    r"|paid|sent|gone|true|false|yes|\w+ed|\w+er"
)
_ADVERB = r"(?:still|else|all|exactly|yet|now|actually|really|then)"
_WH = r"(?:what(?:['’]?s)?|which|who(?:['’]?s)?|whom|whose|when|where|why|how(?:['’]?s)?)"
_ASKING: Final = re.compile(
    rf"^{_FILLER}(?:"
    rf"{_BE}\s+{_SUBJECT}\b|(?:did|does)(?:n['’]?t)?\s+\w"
    # `is texas going by ground`; `is over 5 lb, ground` and `was paid: ground` are conditions.
    rf"|(?:is|are|was|were|has)\s+(?!(?:{_CONDITION})\b)\w[^,:;]*[^,:;?]$"
    # "do all of Texas by ground" tells.
    r"|do\s+(?:i|we|you|they|these|those|the|my|our|their|any|anyone)\b"
    rf"|(?:should|shall)\s+{_SUBJECT}\b"
    # "can you ship", "could we ship" ask politely for something to be done.
    r"|(?:can|could|will|would|might|must)\s+(?!you\b|we\b|i\b)" + _SUBJECT + r"\b"
    rf"|(?:what|which|who|whom|whose|when|where|why|how)\s+(?!about\b)(?:{_ADVERB}\s+)*"
    rf"(?:{_AUXILIARY}|many|much|often|long|far|soon)\b"
    # `whats still not shipped`, with or without the apostrophe.
    r"|(?:what|who|where|when|why|how)['’]?s\s+(?!about\b)"
    # `who gets ground`; "who ordered mugs gets ground" tells.
    r"|who\s+(?!.+\s(?:go|goes|gets?|ships|must)\b)\w"
    # `isnt Texas by ground`; `isn't paid` is a condition.
    r"|(?:isn|aren|wasn|weren|doesn|shouldn|couldn|wouldn)['’]?t\s+(?!(?:you|we|i|paid|sent|gone|\w+ed)\b)\w"
    r")",
    re.IGNORECASE,
)
_HAVE: Final = re.compile(
    rf"^{_FILLER}(?:have|haven['’]?t|had)\s+{_SUBJECT}\b.*\b(?:yet|already|ever)\b", re.IGNORECASE
)
_WITH_MARK: Final = re.compile(rf"^{_FILLER}(?:{_WH}|{_AUXILIARY})\b", re.IGNORECASE)
_POLITE: Final = re.compile(
    rf"^{_FILLER}(?:(?:can|could|will|would|might)\s+(?:you|we|i)\b|(?:what|how)\s+about\b|(?:would|do)\s+you\s+mind\b|please\b)"
    r"|\bplease\s*\?+$|[,\s](?:ok(?:ay)?|right|alright|yes|will\s+you|can\s+you|would\s+you|could\s+you)\s*\?+$",
    re.IGNORECASE,
)
_TELLING: Final = re.compile(
    rf"^{_FILLER}(?:what|which|who)(?:['’]?s|\s+(?:is|was|are|were|has|have))\b.*\b(?:go|goes|gets|ships)\b[^?]*$",
    re.IGNORECASE,
)
"""`what was ordered on the 14th goes ground`."""
_COMMAND: Final = re.compile(
    r"\b(?:ship|send|mail|dispatch|void|cancel|retry|resume|make|switch|use|leave|only|skip|exclude|hold|label)\b",
    re.IGNORECASE,
)
_DENIED: Final = re.compile(
    r"\b(?:don['’]?t|do\s+not|never|no\s+need\s+to|without)\s+(?:\w+\s+)?(?:ship|send|mail|dispatch|label)\b",
    re.IGNORECASE,
)
"""`don't send anything` beside a question is no command."""
_ANEW: Final = re.compile(
    rf"^{_FILLER}(?:no[,\s]+)?(?:please\s+)?(?:ship|send|mail|dispatch|void|cancel|retry|resume|make|switch|use|leave|skip"
    r"|exclude|hold|drop|add|put|take|remove|show|list|count|undo)\s+\w",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"(?<=[.!?;])(?<!\b[Cc]o\.)(?<!\b[Ii]nc\.)(?<!\b[Ll]td\.)\s+")


def only_asks(message: str) -> bool:
    """Whether a message holds a question and no command: `did they all go by ground?`, `should I ship everything?`.

    Requests that are put as questions are commands: `can you ship the Texas orders?`, `ship them by ground, ok?`.
    """
    sentences = [sentence for sentence in _SENTENCE.split(message.strip()) if sentence]
    asked = [sentence for sentence in sentences if _asks(sentence)]
    return bool(asked) and not any(
        _COMMAND.search(_DENIED.sub(" ", sentence)) for sentence in sentences if sentence not in asked
    )


def begins_anew(answer: str) -> bool:
    """Whether what was typed while a question is open begins like a command or a question of its own."""
    return _ANEW.match(answer.strip()) is not None or only_asks(answer)


def _asks(sentence: str) -> bool:
    if _POLITE.search(sentence) or _TELLING.match(sentence):
        return False
    if _ASKING.match(sentence) or _HAVE.match(sentence):
        return True
    # `ship everything by ground?` asks, too; elsewhere the mark may belong to a column (`Paid?`).
    marked = re.search(r"\w\s*\?+[\"'”)]*$", sentence) is not None
    return marked and (_WITH_MARK.match(sentence) is not None or _COMMAND.search(sentence) is not None)
