"""Answers put into the message that they are about, which is then read again."""

import re
from typing import Final

from agent.understanding.context import Context
from agent.understanding.lookups import LookupNeededError
from agent.understanding.resolve import GO_ON, NOT_IN_WORDS, TAKEN_BACK
from agent.understanding.rules_ship import WHICH_ORDERS
from agent.understanding.situation import Situation
from agent.understanding.spans import annotate
from agent.understanding.tokens import cut
from agent.understanding.unread import LEAVE, LEAVES, ONLY_SAID, WHAT_MEANT

_NAMING: Final = frozenset(
    "Column ColumnBy Value Id IdRange City State Country Region Lane Place Period Ago Age Amount Range Service "  # noqa: SIM905
    "Superlative Comparison Empty Unshipped Overdue First Top Random EveryOther".split()
)
"""Categories of words that name something of the sheet."""
_VERB: Final = re.compile(r"^(?:please )?(?:ship|send)\s+", re.IGNORECASE)


def replaced(text: str, situation: Situation) -> str:
    """The message with words replaced by what the person said they mean; an answer that names nothing is none."""
    lead, tail = WHAT_MEANT, '"?'
    which = situation.answers.get(WHICH_ORDERS.question)
    if which is not None and which.casefold() != WHICH_ORDERS.choices[0] and _tells(which, situation):
        text = f"{text.rstrip(' .!')}, {_VERB.sub('', which)}"
    for question, answer in situation.answers.items():
        only = ONLY_SAID.match(answer)
        if only is not None and only["said"] in text:
            text = only["said"]
        if question.endswith(NOT_IN_WORDS) and answer.casefold() == GO_ON:
            text = _put(text, question.removesuffix(NOT_IN_WORDS).strip('"'), "")
        if question == TAKEN_BACK:
            text = answer
        if question.startswith(lead) and question.endswith(tail):
            said = question.removeprefix(lead).removesuffix(tail)
            if answer.casefold() == LEAVE.format(said=said).casefold():
                text = _put(text, said, " ", 1)
                continue
            chosen = answer.startswith(LEAVES) or ";" in answer
            if said in text and not chosen and _tells(answer, situation):
                text = answer if _VERB.match(answer) else _put(text, said, answer)
    return text


def _put(text: str, said: str, instead: str, most: int = 0) -> str:
    """Other words in the place of what was said: of whole words, never of letters inside another one."""
    return re.sub(rf"(?<!\w){re.escape(said)}(?!\w)", lambda _: instead, text, count=most)


def _tells(answer: str, situation: Situation) -> bool:
    """Whether words name something of the sheet: put into a message, others would only widen it."""
    context = Context(situation.sheet, situation.today, text=answer)
    try:
        spans = annotate(cut(answer), context, answer)
    except LookupNeededError:
        return True
    nouns = {(span.start, span.end) for span in spans if span.category == "Noun"}
    return any(span.category in _NAMING and (span.start, span.end) not in nouns for span in spans)
