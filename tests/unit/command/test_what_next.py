"""After `-p`: a person who was not asked at a terminal is told how to go on."""

from agent.cli.headless import what_next


def test_a_plan_that_nobody_approved_names_the_way_to_approve_it() -> None:
    words = what_next("preview", "my orders.csv", dry_run=False)
    assert words is not None
    assert "Nothing was bought" in words
    assert "--yes" in words
    assert "shipchat 'my orders.csv'" in words


def test_a_dry_run_and_a_finished_batch_need_no_advice() -> None:
    assert what_next("preview", "orders.csv", dry_run=True) is None
    assert what_next("completed", "orders.csv", dry_run=False) is None


def test_a_database_url_is_not_repeated() -> None:
    words = what_next("needs_input", "postgresql://me:secret@host/shop", dry_run=False)
    assert words is not None
    assert "secret" not in words
