"""Keys that come faster than they are worked off: pasted by a terminal without brackets, a scanner, a busy machine."""

from typing import Any

from textual.events import Key

from agent.events import QuestionAsked

SENTENCE = "Ship California orders over $100"


async def test_enter_never_overtakes_the_letters_before_it_nor_takes_those_after_it(open_chat: Any) -> None:
    async with open_chat() as desk:
        for letter in SENTENCE:
            desk.app.post_message(Key(letter, letter))
        desk.app.post_message(Key("enter", "\r"))
        for letter in "next":
            desk.app.post_message(Key(letter, letter))
        await desk.until(
            lambda: desk.calls("send") and desk.app.chat.prompt.text.endswith("next"), "both are worked off"
        )
        assert [call[1] for call in desk.calls("send")] == [SENTENCE]
        assert desk.app.chat.prompt.text == "next"


async def test_a_choice_is_typed_in_words_while_its_numbers_stand_above(open_chat: Any) -> None:
    asked = QuestionAsked("q1", "3 rows cannot be shipped.", ["Leave these rows out", "Give a value"])
    async with open_chat({"ship": [asked]}) as desk:
        desk.say("ship")
        await desk.until(lambda: desk.app.chat.query("QuestionBar"), "question")
        await desk.settled()
        desk.clock.seconds += 5
        await desk.type("Give a value")
        await desk.until(lambda: desk.calls("answer"), "answered")
        assert desk.calls("answer") == [("answer", "q1", "Give a value")]


async def test_a_digit_begins_an_amount_where_a_number_may_be_the_answer(open_chat: Any) -> None:
    asked = QuestionAsked("q1", "How heavy is a parcel?", ["1 lb", "2 lb", "5 lb"], True, False)
    async with open_chat({"ship": [asked]}) as desk:
        desk.say("ship")
        await desk.until(lambda: desk.app.chat.query("QuestionBar"), "question")
        await desk.settled()
        desk.clock.seconds += 5
        await desk.type("3 lb")
        await desk.until(lambda: desk.calls("answer"), "answered")
        assert desk.calls("answer") == [("answer", "q1", "3 lb")]
