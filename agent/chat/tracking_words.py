"""Questions about parcels on their way: “where are my packages?”, “what is late?”. Whole messages only.

A question about rows of the sheet (“which orders are late?”) has other words and goes to the brain.
"""

import re

from agent.understanding.tokens import straight

_NOUN = r"(?:packages|parcels|shipments|boxes)"
_PARCELS = rf"(?:(?:all\s+)?(?:of\s+)?(?:my|the|our)\s+|all\s+)?{_NOUN}"
_WHICH = rf"(?:which|what)\s+(?:of\s+)?{_PARCELS}"
_LATE_WORDS = r"(?:running\s+)?(?:late|delayed|overdue)"
_LATE = rf"\s+(?:is|are)\s+{_LATE_WORDS}"
_NOT = r"\s+(?:have\s+not|haven't|are\s+not|aren't)\s+(?:yet\s+)?"
_TROUBLE = r"(?:a\s+problem|problems|trouble|an\s+exception|exceptions)"
_END = r"(?:\s+(?:now|so\s+far|today|yet|please))*\s*[?.!]*"
_QUESTIONS = (
    ("all", rf"(?:please\s+)?track\s+(?:{_PARCELS}|them|everything)"),
    ("all", rf"(?:so\s+)?where\s+are\s+{_PARCELS}"),
    ("all", rf"how\s+are\s+{_PARCELS}\s+doing"),
    ("open", rf"{_WHICH}\s+are\s+(?:still\s+)?(?:on\s+(?:the|their)\s+way|in\s+transit|under\s+way)"),
    ("open", rf"{_WHICH}{_NOT}(?:arrived|been\s+delivered|delivered)"),
    ("late", rf"(?:what|{_WHICH}){_LATE}"),
    (
        "late",
        rf"(?:is|are)\s+(?:anything|any\s+{_NOUN}|any\s+of\s+{_PARCELS})\s+(?:running\s+)?(?:late|delayed|overdue)",
    ),
    ("trouble", rf"{_WHICH}\s+(?:have|has|are\s+in)\s+{_TROUBLE}"),
    ("delivered", rf"{_WHICH}\s+(?:were|are|have\s+been|got)\s+delivered"),
    ("delivered", rf"{_WHICH}\s+(?:have\s+)?arrived"),
)
_READERS = tuple((show, re.compile(question + _END, re.IGNORECASE)) for show, question in _QUESTIONS)
_END_OF_DAY = re.compile(
    r"(?:please )?(?:(?:show|give|print|make)(?: me)? )?(?:the |an? |today'?s )?"
    r"(?:end[- ]of[- ](?:the[- ])?day(?: (?:summary|report|manifest))?"
    r"|(?:day|daily|day's|today's) summary|summary of (?:the day|today))(?: please)?|sum up the day",
    re.IGNORECASE,
)


def asked_parcels(message: str) -> str | None:
    """Which parcels are asked for (one of `agent.tracking.parcel.SHOWN`); None for any other message."""
    said = straight(message)
    return next((show for show, question in _READERS if question.fullmatch(said)), None)


def asks_for_the_day(text: str) -> bool:
    """Whether a message asks for the day added up: `end of day`."""
    said = straight(text).rstrip(".!?")
    return _END_OF_DAY.fullmatch(said) is not None
