"""Keys that come faster than they are worked off: pasted by a terminal without brackets, a scanner, a busy machine."""

from typing import Any

from textual.events import Key

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
