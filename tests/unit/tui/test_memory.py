"""What the prompt remembers: history and waiting messages."""

from tui.model.memory import Outgoing, PromptHistory


def test_history_walks_back_to_the_oldest_and_forward_to_the_draft() -> None:
    history = PromptHistory()
    for text in ("one", "two", "two", "  "):
        history.add(text)
    assert history.older("draft") == "two"
    assert history.older("two") == "one"
    assert history.older("one") is None
    assert history.newer() == "two"
    assert history.newer() == "draft"
    assert history.newer() is None


def test_sending_ends_the_walk() -> None:
    history = PromptHistory(["one", "two"])
    assert history.older("") == "two"
    history.add("three")
    assert history.older("") == "three"


def test_what_could_be_said_comes_after_what_was_said() -> None:
    history = PromptHistory()
    history.suggest(["first", "second"])
    assert [history.older(""), history.older(""), history.older("")] == ["first", "second", None]
    history.add("mine")
    history.suggest(["other"])
    assert [history.older(""), history.older(""), history.older("")] == ["mine", "other", None]


def test_waiting_messages_go_out_in_order_and_come_back_from_the_end() -> None:
    outgoing = Outgoing()
    for text in ("first", "second", "third"):
        outgoing.add(text, begun_at=1.0)
    outgoing.cancel(outgoing.waiting[1].number)
    pulled = outgoing.pull_back()
    assert pulled is not None
    assert pulled.text == "third"
    following = outgoing.next()
    assert following is not None
    assert (following.text, following.begun_at) == ("first", 1.0)
    assert outgoing.next() is None
    assert outgoing.pull_back() is None


def test_earlier_messages_are_found_newest_first_each_once() -> None:
    history = PromptHistory(["ship Texas", "show jobs", "ship Texas", "Ship CA"])
    assert history.holding("ship") == ["Ship CA", "ship Texas"]
    assert history.holding("nothing") == []


def test_a_draft_is_put_aside_and_taken_back() -> None:
    history = PromptHistory()
    assert history.swap("half a sentence") == ""
    assert history.swap("") == "half a sentence"
    assert history.swap("") == ""


def test_each_message_is_kept_once() -> None:
    kept: list[str] = []
    history = PromptHistory(keep=kept.append)
    for text in ("one", "one", " ", "two"):
        history.add(text)
    assert kept == ["one", "two"]
