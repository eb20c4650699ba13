"""The door of the interpreter: one message, one sheet, one conversation -> what to do."""

from agent.brain.language.actions import Ask, AskError, Interpretation, SayError
from agent.brain.language.facts import SheetFacts
from agent.brain.language.reading import read
from agent.brain.language.resolving import Resolver
from agent.brain.language.scanner import Lexeme, scan
from agent.brain.language.settling import Token, settle
from agent.brain.language.shipping import read_command, request, singular
from agent.brain.language.spelling import correct, nearest
from agent.brain.protocol import Conversation

_ROUNDS = 6


def interpret(text: str, sheet: SheetFacts, conversation: Conversation) -> Interpretation:
    """What a message means over this sheet.

    Pure: the same message, sheet and conversation give the same interpretation. An open question is an `Ask`; once
    `conversation.answers` holds its answer, the same message is interpreted again and goes further.
    """
    ignored: list[str] = []
    try:
        return Interpretation((_ship(text, sheet, conversation, ignored),), tuple(ignored))
    except AskError as fault:
        return Interpretation((fault.ask,), tuple(ignored))
    except SayError as fault:
        return Interpretation((fault.say,), tuple(ignored))


def _ship(text, sheet, conversation, ignored):
    resolver = Resolver(sheet, conversation.today, conversation.answers)
    text, tokens = understand(text, resolver, ignored)
    elements = singular(read(tokens, resolver))
    command = read_command(elements, resolver)
    if not command.selection.named:
        raise AskError(Ask("Which orders?", ("all orders",), "words", True))
    return request(command, resolver, ignored)


def understand(text: str, resolver: Resolver, ignored: list[str]) -> tuple[str, list[Token]]:
    """The tokens of a message, with typing errors corrected and vague and unknown words asked about."""
    for _ in range(_ROUNDS):
        lexemes = scan(text, resolver.facts, resolver.today, resolver.answers)
        corrected = _corrected(text, lexemes, resolver, ignored)
        if corrected is not None:
            text = corrected
            continue
        tokens = settle(text, lexemes, resolver.today)
        replaced = _settled_words(text, tokens, resolver, ignored)
        if replaced is None:
            return text, tokens
        text = replaced
    raise AskError(Ask("I do not understand that. Say it in other words, please.", (), "words", True))


def _corrected(text: str, lexemes: list[Lexeme], resolver: Resolver, ignored: list[str]) -> str | None:
    for lexeme in lexemes:
        if "UNKNOWN" not in lexeme.kinds:
            continue
        found = correct(lexeme.text, resolver.facts)
        if found is not None:
            ignored.append(f"read {found.said!r} as {found.meant!r}")
            meant = found.meant.title() if lexeme.text[:1].isupper() else found.meant
            return text[: lexeme.start] + meant + text[lexeme.end :]
    return None


def _settled_words(text: str, tokens: list[Token], resolver: Resolver, ignored: list[str]) -> str | None:
    """Words that were explained by the person, put into the message; None when there is nothing to explain."""
    for index, token in enumerate(tokens):
        if token.kind == "VAGUE":
            question = f'What do you mean by "{token.text}"?'
            options = ("over 10 lb", "over $100", "placed in the last 7 days")
            return _replaced(text, token, resolver.ask(question, options, "words", free_text=True))
        if token.kind == "UNKNOWN" and not (
            index and tokens[index - 1].kind in ("BE", "CMP", "NOT") and "COLUMN" in [t.kind for t in tokens[:index]]
        ):
            near = nearest(token.text, resolver.facts)
            leave = f'leave "{token.text}" out'
            question = f'I do not know "{token.text}" here. What do you mean?'
            answer = resolver.ask(question, (*near, leave), "value", free_text=True)
            if answer.casefold() == leave.casefold():
                ignored.append(token.text)
                return _replaced(text, token, "")
            return _replaced(text, token, answer)
    return None


def _replaced(text: str, token: Token, words: str) -> str:
    return f"{text[: token.start]}{words}{text[token.end :]}"
