"""Every production reads its own examples; the chart takes overlapping spans and never skips in silence."""

import pytest

from agent.understanding.chart import SKIP, Grammar, Span, parse
from agent.understanding.grammar import grammar
from tests.unit.understanding.demo import derivations

EXAMPLES = sorted({(r.result, r.build.__name__, example) for r in grammar().rules for example in r.examples})


@pytest.mark.parametrize(("result", "name", "example"), EXAMPLES)
def test_a_production_reads_its_example(result: str, name: str, example: str) -> None:
    found = [one for one in derivations(example, result) if name in one.rules]
    assert any(not one.skipped for one in found)


def _toy() -> Grammar:
    toy = Grammar()
    toy.rule("S", "A", "B")(lambda _, a, b: (a, b))
    return toy


def test_overlapping_spans_are_read_in_every_way_and_the_cheaper_first() -> None:
    spans = [Span("A", 0, 1, "short", 1.0), Span("A", 0, 2, "long", 1.0), Span("B", 1, 3, "wide", 3.0)]
    spans.append(Span("B", 2, 3, "narrow", 1.0))
    found = parse(spans, 3, _toy(), None, "S", 10.0)
    assert [one.value for one in found][:2] == [("long", "narrow"), ("short", "wide")]


def test_a_word_of_meaning_is_left_out_at_a_price_and_remembered() -> None:
    spans = [Span("A", 0, 1, "a", 1.0), Span("B", 2, 3, "b", 1.0)]
    (found,) = parse(spans, 3, _toy(), None, "S", 1.0)
    assert found.skipped == {1}
    assert found.cost == 2.0 + SKIP


def test_a_filler_is_passed_over_for_almost_nothing() -> None:
    spans = [Span("A", 0, 1, "a", 1.0), Span("Filler", 1, 2, "please", 0.01), Span("B", 2, 3, "b", 1.0)]
    (found,) = parse(spans, 3, _toy(), None, "S", 1.0)
    assert not found.skipped
    assert found.cost == pytest.approx(2.01)


@pytest.mark.parametrize("category", ["Except", "Not", "Stays", "Unless"])
def test_a_word_that_inverts_is_never_left_out(category: str) -> None:
    spans = [Span("A", 0, 1, "a", 1.0), Span(category, 1, 2, "x", 0.5), Span("B", 2, 3, "b", 1.0)]
    assert parse(spans, 3, _toy(), None, "S", 1.0) == []
