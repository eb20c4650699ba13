"""Keys that come faster than they are worked off: pasted by a terminal without brackets, a scanner, a busy machine."""

from typing import Any

from textual.events import Key

from agent.events import QuestionAsked

SENTENCE = "Ship California orders over $100"


async def test_enter_never_overtakes_the_letters_before_it_nor_takes_those_after_it(open_chat: Any) -> None:
    async with open_chat() as session_view:
        for letter in SENTENCE:
            session_view.app.post_message(Key(letter, letter))
        session_view.app.post_message(Key("enter", "\r"))
        for letter in "next":
            session_view.app.post_message(Key(letter, letter))
        await session_view.until(
            lambda: session_view.calls("send") and session_view.app.chat.prompt.text.endswith("next"),
            "both are worked off",
        )
        assert [call[1] for call in session_view.calls("send")] == [SENTENCE]
        assert session_view.app.chat.prompt.text == "next"


async def test_a_choice_is_typed_in_words_while_its_numbers_stand_above(open_chat: Any) -> None:
    asked = QuestionAsked("q1", "3 rows cannot be shipped.", ["Leave these rows out", "Give a value"])
    async with open_chat({"ship": [asked]}) as session_view:
        session_view.say("ship")
        await session_view.until(lambda: session_view.app.chat.query("QuestionBar"), "question")
        await session_view.settled()
        session_view.clock.seconds += 5
        await session_view.type("Give a value")
        await session_view.until(lambda: session_view.calls("answer"), "answered")
        assert session_view.calls("answer") == [("answer", "q1", "Give a value")]


async def test_a_digit_begins_an_amount_where_a_number_may_be_the_answer(open_chat: Any) -> None:
    asked = QuestionAsked("q1", "How heavy is a parcel?", ["1 lb", "2 lb", "5 lb"], True, False)
    async with open_chat({"ship": [asked]}) as session_view:
        session_view.say("ship")
        await session_view.until(lambda: session_view.app.chat.query("QuestionBar"), "question")
        await session_view.settled()
        session_view.clock.seconds += 5
        await session_view.type("3 lb")
        await session_view.until(lambda: session_view.calls("answer"), "answered")
        assert session_view.calls("answer") == [("answer", "q1", "3 lb")]
