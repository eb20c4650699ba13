"""Polite frames around a command, cut off before it is read: `I was wondering whether we could`, `many thanks`.

Frames are sequences of words of courtesy only; a frame with a word that is a header or a value of the open sheet stays,
and is read or asked about like everything else.
"""

# ruff: noqa: E501 - a pattern is read as one line

import re
from functools import partial
from typing import Final

from agent.understanding.sheet import Sheet
from agent.understanding.tokens import keys, stem

_VERY: Final = r"(?:(?:most|very|really|so|ever so|ever|extremely|truly|just|greatly|much|deeply|awfully|terribly) )*"
_GLAD: Final = (
    r"(?:grateful|thankful|obliged|glad|happy|pleased|delighted|appreciative|indebted|wonderful|lovely|great|nice"
    r"|good|fantastic|helpful|amazing|perfect|brilliant|super|kind|appreciated)"
)
_YOU: Final = r"(?:you|we|i|someone|somebody|anyone|anybody|one of you|the team)"
_CAN: Final = r"(?:could|can|would|might|may|will|were to|are able to|were able to)"
_PLEASE: Final = r"(?:(?:please|kindly|possibly|perhaps|just|maybe|then|all|also) )*"
_HANDLE: Final = (
    r"(?:(?:be able to|be so kind as to|be so good as to|be so kind to|be kind enough to|be good enough to"
    r"|find (?:the |some )?(?:time|a moment) to|take (?:the time|a moment) to|manage to|see (?:your|our) way to|go ahead and"
    r"|be persuaded to|help (?:me|us) (?:to )?|make sure (?:that )?|see to it that|see that|ensure (?:that )?"
    r"|arrange (?:for|the shipping of|shipping for|shipment of|the dispatch of|to have)|take care of|look after"
    r"|be generous and let|let(?! (?:me|us) (?:know|see|have))|have|get)\b ?)*"
)
_PASSIVE: Final = (
    r"(?=.*\b(?:could|can|might|may|would)(?: \w+ly| please| also| perhaps)? (?:be|go|get|travel|leave|have)\b"
    r"|.*\b(?:went|were (?:shipped|sent|mailed|dispatched)|travel+ed)\b)"
)
_DO: Final = rf"{_PLEASE}{_HANDLE}{_PLEASE}"
_MINUTE: Final = r"(?:an? |the |some |any |your |free |spare |quiet |next |few |couple of )*(?:minutes?|moments?|seconds?|time|chance|opportunity)"
_TROUBLE: Final = (
    r"(?:trouble|bother|hassle|inconvenience|imposition|work|nuisance|burden|to ask|of a bother|of an imposition)"
)

_OPENINGS: Final = (
    r"(?:may|might|could|can) (?:i|we) (?:please |just |perhaps )*(?:ask|know|enquire|inquire|find out)(?: you)?(?=,? (?:how|what|which|whether|if|who|when|where|(?:the )?(?:number|total|count|sum|amount) of)\b)",
    r"(?:would|do|could|can) you (?:happen to |perhaps )?(?:know|tell me|tell us|say)(?=,? (?:how|what|which|whether|if|who|when|where)\b)",
    rf"(?:i|we)(?: would| should| will| am| are|['’]d|['’]ll|['’]m|['’]re)? (?:also )?(?:be |feel )?{_VERY}{_GLAD} (?:to you )?if (?:{_YOU} {_CAN} {_DO}|{_PASSIVE})",
    rf"(?:i|we) (?:would |should |do |['’]d )?{_VERY}(?:appreciate|like|love) it {_VERY}if (?:{_YOU} {_CAN} {_DO}|{_PASSIVE})",
    rf"(?:i|we)['’]d {_VERY}(?:appreciate|like|love) it {_VERY}if (?:{_YOU} {_CAN} {_DO}|{_PASSIVE})",
    rf"(?:it|that|this)(?: would|['’]d| will) (?:be|mean) {_VERY}(?:{_GLAD}|a lot|a great deal|much|the world|a (?:great |big |huge )?help)"
    rf"(?: (?:to|for) (?:me|us)| of you)*,? if (?:{_YOU} {_CAN} {_DO}|{_PASSIVE})",
    rf"(?:would|could|might|will|can) it (?:at all )?be (?:at all |perhaps )?possible (?:for (?:you|us) )?(?:to|that) {_DO}",
    rf"(?:would|could|might|will|is) it (?:be )?(?:all right|alright|ok|okay|fine) (?:for (?:you|us) )?to {_DO}",
    rf"is it (?:at all )?possible (?:for (?:you|us) )?to {_DO}",
    rf"(?:i|we) (?:was |were |am |are |do |did )?(?:just |only |also )?(?:wonder(?:ing|ed)?|hop(?:e|ing|ed)|thinking) (?:if|whether|that) "
    rf"(?:perhaps |maybe )?(?:{_YOU} {_CAN} {_DO}|{_PASSIVE})",
    rf"(?:could|might|may|can) (?:i|we) {_PLEASE}(?:ask|trouble|request|beg|bother|persuade)(?: of)?(?: you)? (?:to|that|for) {_DO}",
    rf"(?:i|we)(?: would| should|['’]d)? (?:like|want|wish|have) to (?:kindly |politely )?(?:ask|request|beg)(?: you)?(?: to| that| for)? {_DO}",
    rf"(?:i|we)(?: would|['’]d) (?:very much )?like (?:you )?to {_DO}",
    rf"(?:would|could|will|can|might|may) {_YOU} {_PLEASE}(?:mind (?:terribly |awfully |very much |at all )?|do (?:me|us) (?:the (?:great )?(?:kindness|favou?r|honou?r|courtesy) of"
    rf"|a (?:big |small )?favou?r and)\b ?)?{_DO}",
    rf"(?:i|we)(?: would|['’]d) {_VERY}(?:love|like|be {_GLAD}) for (?=.*\bto (?:go|be|travel|ship|leave|get)\b)",
    rf"do you (?:think|suppose|reckon) (?:that )?(?:perhaps |maybe )?{_YOU} {_CAN} {_DO}",
    rf"(?:is there )?any chance (?:that )?{_YOU} {_CAN} {_DO}",
    rf"(?:perhaps|maybe) {_YOU} {_CAN} {_DO}",
    rf"(?:do )?please (?:do )?(?:be (?:an? (?:angel|dear|darling|star|love|saint)|so kind|so good|kind enough|good enough) (?:and|as to|to) )?{_DO}",
    r"be (?:an? (?:angel|dear|darling|star|love|saint)|so kind|so good|kind enough|good enough) (?:and|as to|to) ",
    r"(?:i|we) (?:don['’]?t|do not|really don['’]?t|hate to|would hate to)(?: (?:want|mean|wish|like))?(?: to)? (?:be an? (?:nuisance|bother|pain|burden)|bother|trouble|impose|disturb|rush|pester|nag)(?: you| anyone)?,? but ",
)
_ASIDES: Final = (
    rf"if (?:it|that|this)(?: is|['’]s|['’]d be| would be|(?: is|['’]s)? not| isn['’]?t| wouldn['’]?t be| won['’]?t be| doesn['’]?t cause)? (?:at all )?(?:too |very |any |that |not |no )*(?:much |big )*"
    rf"(?:of )?(?:an? )?(?:{_TROUBLE}|possible|okay|ok|alright|all right|convenient|fine|feasible|doable)(?: (?:with|for|to|by) (?:you|everyone|everybody|all|ask))?(?: at all)?",
    rf"if (?:you|we|anyone) (?:can|could) spare {_MINUTE}|(?:when|whenever|if) there(?: is|['’]s) {_MINUTE}|(?:when|where|if|whenever) convenient|if (?:it|that) suits(?: you)?",
    r"if at all possible|if possible|if you please|if (?:i|we) may(?: ask| say so)?|if (?:you|we) (?:can|could|would|will|may)(?: manage(?: it)?| be so (?:kind|good))?"
    r"|if you(?: would|['’]d)? be so (?:kind|good)|if you (?:wouldn['’]?t|don['’]?t|do not|would not) mind|if time (?:permits|allows)|if you like",
    rf"(?:when|whenever|once|if|as soon as) (?:you|we) (?:next )?(?:have|get|find|can find|can spare|had) (?:{_MINUTE}|(?:a)?round to (?:it|this|that))(?: for (?:it|this|that)| today)?",
    r"(?:when|whenever|as soon as|once) (?:it|time|this) (?:suits|permits|allows|is convenient|['’]s convenient)(?: (?:for )?you)?",
    r"(?:when|whenever) you(?:['’]re| are) (?:free|ready|able|at it)|whenever you can|as and when you can|as soon as (?:you can|possible)|at your (?:earliest |own )?(?:convenience|leisure|pace)",
    r"at some point(?: today| this week)?|sometime today|no (?:rush|hurry|pressure)(?: at all| whatsoever)?|there is no (?:rush|hurry)|take your time",
    r"(?:i['’]?m |i am |so |very |really |terribly )*(?:sorry|apologies|my apologies|excuse me|pardon me|forgive me)(?: (?:to|for|about) (?:(?:be )?(?:bother(?:ing)?|troubl(?:e|ing)|disturb(?:ing)?|interrupt(?:ing)?|ask(?:ing)?)(?: you)?(?: again)?|(?:the |any |all the )?(?:trouble|bother|inconvenience|short notice|late notice|disturbance|interruption|rush)|this|that))?(?:,? but)?",
)
_SALUTE: Final = (
    r"(?:a )?(?:very )?good (?:morning|afternoon|evening|day)(?: to you| to (?:you )?all| everyone| everybody| all| team| there)?",
    r"(?:hello|hi|hey|dear|greetings)(?: there| again| all| team| everyone| everybody| colleagues?| friends?| sir or madam| sir| madam| folks)*",
    r"(?:i )?(?:do )?(?:hope|trust|hoping) (?:that )?(?:this (?:isn['’]?t|is not) (?:a |too much of a |too much )?(?:bother|trouble)|(?:you|all|everyone|everybody|things|everything|this|your)"
    r"(?: is| are|['’]re| all| week| day| morning| weekend| finds?| message| had| have| started| been| going| doing| having| keeping| you| a| an| lovely| nice| good| great| well| fine| okay| wonderful| with| and| yours| the| family)+)",
)
_CLOSINGS: Final = (
    r"(?:and )?(?:please and )?(?:many|much|a thousand|with many|so many)? ?(?:thanks?|thank you|thank u|cheers|ta|thx)(?: you)?(?: (?:so|very|ever|indeed|much|kindly|again|awfully|in advance|a lot|a million|a bunch|a ton"
    r"|for (?:all )?(?:your|the|taking|everything|doing)(?: (?:the )?(?:help|kind help|time|trouble|patience|understanding|assistance|kindness|support|effort|care|attention|this|that|great|good|hard|work)| in| this matter)*|for (?:this|that|it)|everyone|everybody|all|team|guys))*",
    r"(?:much|most|greatly|very much|deeply) (?:obliged|appreciated)|(?:i|we) (?:really |do |very much |would |truly |greatly )*appreciate (?:it|this|that|your (?:help|time|kindness|assistance|patience|support|effort))(?: (?:very|so) much| a lot)?",
    r"(?:your help|it|this|that)(?: is|['’]s| would be|['’]d be| will be) (?:much|greatly|very much|really|truly|most) appreciated",
    r"(?:well done|(?:good|great|nice|lovely) (?:job|work))(?: (?:(?:on|with|in|at) (?:the|your|our|that) \w+|everyone|everybody|team|all|today))*",
    r"take care|all the best|have an? (?:lovely|nice|great|good|wonderful|pleasant|fine) (?:day|weekend|evening|afternoon|one|week)(?: everyone| all)?|you(?:['’]re| are) (?:a |an |the )?(?:star|lifesaver|life saver|angel|legend|best|treasure|gem|dear)|bless you|yours (?:sincerely|truly|faithfully)|sincerely(?: yours)?",
    r"(?:with )?(?:my |our )?(?:(?:very )?(?:best|kind|warm|kindest|warmest|many) )?(?:regards|wishes|greetings)(?: from [\w ]+?)?",
    r"(?:would|will|could) you(?: please| kindly)?(?=\s*\?)|please(?=\s*[.?!]*$)|if you please",
)
_EDGE: Final = r"(?:^|(?<=[.!?,;:–-])|(?<=\n))"
_OPEN: Final = re.compile(
    rf"{_EDGE}\s*(?:(?:so|and|but|well|now|ok|okay|also|then|please|perhaps),? )*(?:{'|'.join(_OPENINGS)})",
    re.IGNORECASE,
)
_ASIDE: Final = re.compile(rf"(?:,?\s*|\(\s*)(?<![\w'’])(?:{'|'.join(_ASIDES)})(?![\w'’])\s*[,)]?", re.IGNORECASE)
_GREETING: Final = re.compile(
    rf"{_EDGE}\s*(?:and )?(?:{'|'.join(_SALUTE)})(?![\w'’])\s*(?:[,.!:;–-]+|$)?", re.IGNORECASE
)
_CLOSING: Final = re.compile(
    rf"(?:{_EDGE}|(?<=\w))[\s,]*(?<![\w'’])(?:{'|'.join(_CLOSINGS)})(?![\w'’])\s*(?:[,.!;)]+|(?=\?)|$)", re.IGNORECASE
)
_SIGNED: Final = re.compile(
    r"(?:regards|wishes|greetings|sincerely|truly|faithfully|thanks|thank you|cheers)[,.!\s–-]+([A-Z]\w*(?: [A-Z]\w*)?)\s*\.?\s*$"
)
_URGENT: Final = re.compile(
    r",\s*(?:(?:it|they|this|that)(?:['’]s|['’]re| is| are)|is|are)(?: all)? (?:very |quite |really )*urgent\s*(?=[.!]*$)",
    re.IGNORECASE,
)
"""`Ellen Wu by next day, is urgent.`"""
_SHOWN: Final = re.compile(r"(?<=\?)\s*please show(?: me| us)?\s*[.!]*$", re.IGNORECASE)
_ASKED: Final = " please "
_MIGHT: Final = re.compile(
    rf"{_EDGE}\s*(?:(?:and|but|so|then|also|actually|now|perhaps|maybe),? )*(?P<verb>might|may|could|can)"
    r" (?!you\b|we\b|i\b|someone\b|somebody\b)(?=[^.!?]*\b(?:go|travel|leave|be (?:sent|shipped|mailed)|get)\b)",
    re.IGNORECASE,
)
_KIND: Final = re.compile(
    r"\b(?:please|kindly|if you|mind|grateful|appreciate\w*|thank you|thanks|on second thoughts?|bother|trouble)\b",
    re.IGNORECASE,
)
"""Who asks so kindly whether orders could go does not want to know it: `could the gifts go by ground, please?`."""
_STEPS: Final = (
    (_GREETING, " "), (_CLOSING, " "), (_OPEN, _ASKED), (_ASIDE, " "), (_OPEN, _ASKED), (_CLOSING, " "), (_URGENT, ""), (_SHOWN, ""),
)  # fmt: skip
"""In this order: an aside may stand inside an opening, and an opening behind an aside."""


def without_courtesy(text: str, sheet: Sheet) -> str:
    """The message without its polite frames; `please` stands for those that asked for something."""
    signed = _SIGNED.search(text)
    if signed is not None and not _named(signed[1], sheet):
        text = text[: signed.start(1)].rstrip(" ,–-")
    before, kind = text, _KIND.search(text) is not None
    for pattern, instead in _STEPS:
        text = pattern.sub(partial(_cut, instead, sheet), text)
    might = _MIGHT.search(text)
    if might is not None and (kind or might["verb"].casefold() == "might") and not _named(might[0], sheet):
        text = f"{text[: might.start()]}{_ASKED}{text[might.end() :]}"
        text = re.sub(r"\s*\?+\s*$", "", text)
    if text != before and re.search(r"(?:^|[,;.!])\W*please\b", text):
        text = re.sub(r"\s*\?+\s*$", "", text)  # what was asked for so is no question
    text = re.sub(r"\bplease(?:[\s,.!]+(?:please|to)\b)+", "please", text, flags=re.IGNORECASE)
    text = re.sub(r"\s+([,.!?;])", r"\1", re.sub(r"([.!?])(?:\s*[.,!;])+", r"\1", text))
    text = re.sub(r"^[\s,.!;–-]+", "", re.sub(r"\s{2,}", " ", text))
    return text.strip() if re.search(r"\w", text) else ""


def _cut(instead: str, sheet: Sheet, found: re.Match[str]) -> str:
    """What takes the place of a frame: a full stop in it still ends a sentence."""
    frame = found[0]
    if _named(frame, sheet):
        return frame
    ends = re.search(r"[.!;]\s*$", frame)
    return f"{instead}{ends[0].strip()} " if ends else instead


def _named(frame: str, sheet: Sheet) -> bool:
    """Whether a word of a frame is a whole header or a value of this sheet, or looks like one."""
    words = [stem(word) for word in keys(frame)]
    return any((word,) in sheet.values for word in words if len(word) > 2) or any(
        min(cost for _, cost in sheet.headers[(word,)]) < 1 for word in words if (word,) in sheet.headers
    )
