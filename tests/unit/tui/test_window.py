"""A transcript of any length shows a bounded slice of it."""

from hypothesis import given
from hypothesis import strategies as st

from tui.model.window import STEP, WINDOW, Window

moves = st.lists(st.sampled_from(["grow", "follow", "earlier", "later", "end"]), max_size=200)


@given(moves)
def test_the_slice_stays_bounded_and_inside(steps: list[str]) -> None:
    window = Window()
    for step in steps:
        match step:
            case "grow":
                window.grow(window.total + 7, follow=False)
            case "follow":
                window.grow(window.total + 7, follow=True)
                assert window.end == window.total
            case "earlier":
                window.earlier()
            case "later":
                window.later()
            case "end":
                window.to_end()
        assert 0 <= window.start <= window.end <= window.total
        assert window.end - window.start <= WINDOW


def test_a_reader_further_up_is_not_moved_and_hears_how_many_are_new() -> None:
    window = Window()
    window.grow(500, follow=True)
    window.earlier()
    before = (window.start, window.end)
    window.grow(512, follow=False)
    assert (window.start, window.end) == before
    assert window.later_count == 12 + STEP
    window.to_end()
    assert window.later_count == 0
    assert window.earlier_count == 512 - WINDOW
