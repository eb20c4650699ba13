"""Whatever stops a turn, the next request is one that the Messages API takes."""

from hypothesis import given
from hypothesis import strategies as st

from agent.brains.history import History, answer_block

NOTE = "(stopped)"


def call(number: int) -> dict:
    return {"type": "tool_use", "id": f"toolu_{number}", "name": "count_rows", "input": {}}


def problems(messages: list[dict]) -> list[str]:
    """Where roles do not alternate or calls and answers do not belong together."""
    found, open_calls = [], []
    for number, message in enumerate(messages):
        blocks = message["content"]
        if message["role"] != ("user", "assistant")[number % 2]:
            found.append(f"{number}: role")
        if not blocks or any(block["type"] == "text" and not block["text"].strip() for block in blocks):
            found.append(f"{number}: empty")
        if [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"] != open_calls:
            found.append(f"{number}: answers")
        open_calls = [block["id"] for block in blocks if block["type"] == "tool_use"]
    return found


@given(
    st.lists(
        st.lists(st.tuples(st.text(max_size=3), st.integers(0, 3), st.integers(0, 3)), max_size=4),
        min_size=1,
        max_size=4,
    )
)
def test_every_closed_history_can_be_sent(turns):
    """A turn is a list of replies: text, number of calls, how many of them were answered before it stopped."""
    history, numbers = History(), iter(range(1000))
    for replies in turns:
        history.open("words")
        for text, wanted, answered in replies:
            calls = [call(next(numbers)) for _ in range(wanted)]
            history.add_reply([{"type": "text", "text": text}, *calls])
            history.add_answers([answer_block(c["id"], "{}", refused=False) for c in calls[:answered]])
            if answered < wanted or not wanted:
                break
        history.close(NOTE)
        assert problems(history.messages()) == []
        assert history.messages()[-1]["role"] == "assistant"


def test_requests_do_not_mark_the_history_itself():
    history = History()
    history.open("one")
    assert history.messages()[0]["content"][-1]["cache_control"] == {"type": "ephemeral"}
    assert "cache_control" not in history.turns[0][0]["content"][0]


def test_a_summary_takes_the_place_of_earlier_turns_only():
    history = History()
    for words in ("first", "second"):
        history.open(words)
        history.add_reply([{"type": "text", "text": f"about {words}"}])
    history.open("third")
    assert history.earlier_in_words(10_000).splitlines() == [
        "person: first",
        "shipchat: about first",
        "person: second",
        "shipchat: about second",
    ]
    assert history.earlier_in_words(6) == "…second"
    history.replace_earlier("In short.")
    assert [block["text"] for block in history.messages()[0]["content"]] == ["In short.", "third"]
    assert not history.has_earlier
