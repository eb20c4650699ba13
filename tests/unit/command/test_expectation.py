"""An expectation is any subset of keys, by value; `~` starts a regular expression."""

from agent.scripts.expectation import differences


def test_a_subset_that_fits_has_no_differences() -> None:
    assert (
        differences({"status": "preview", "rows": {"failed": 0}}, {"status": "preview", "rows": {"failed": 0, "x": 1}})
        == []
    )
    assert differences({"text": "~ship(ped)?"}, {"text": "5 shipped"}) == []
    assert differences({"excluded": {"why": [2, 3]}}, {"excluded": {"why": [2, 3]}}) == []


def test_differences_name_the_place() -> None:
    assert differences({"rows": {"failed": 0}}, {"rows": {"failed": 2}}) == ["rows.failed: expected 0, got 2"]
    assert differences({"question": {"text": "~weigh"}}, {"question": {"text": "Which service?"}}) == [
        "question.text: expected a match of 'weigh', got 'Which service?'"
    ]
    assert differences({"nothing": 1}, {}) == ["nothing: expected 1, got nothing"]
    assert differences({"row_numbers": [1, 2]}, {"row_numbers": [1]}) == ["row_numbers: expected [1, 2], got [1]"]
