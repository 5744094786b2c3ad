"""Lines over the months of a year: a gap breaks the line, what is beyond a limit is crossed, nothing is drawn for nothing."""

from decimal import Decimal

from accounts.design.plots import BOTTOM, Plot, Trace, lines, marks, place, plot

HALF = Decimal("0.5")


def drawn(*months: str | None, voice: str = "company", least: Decimal | None = None) -> Plot:
    """Amounts from January on, of which half a milligram is allowed."""
    return Plot("Copper", [Trace(voice, [None if one is None else Decimal(one) for one in months])], least, HALF)


def test_a_month_that_was_not_measured_breaks_the_line() -> None:
    assert [len(one.split()) for one in lines(drawn("0.1", "0.2", None, "0.3", None, "0.1", "0.2", "0.3"))] == [2, 3]


def test_each_side_has_its_mark_and_what_is_beyond_a_limit_a_cross() -> None:
    assert [code for code, _x, _y in marks(drawn("0.5", "0.51"))] == ["p", "x"]
    assert [code for code, _x, _y in marks(drawn("0.5", "0.1", voice="community", least=Decimal("0.2")))] == ["v", "x"]


def test_the_highest_amount_has_a_place_and_zero_stands_on_the_line() -> None:
    [(_code, x, y), (_other, _x, bottom)] = marks(drawn(None, "5", "0"))
    assert (x, bottom) == (place(1), f"{BOTTOM}.0")
    assert 0 < float(y) < BOTTOM


def test_what_is_drawn_says_its_label_and_the_limit() -> None:
    svg = plot(drawn("0.1"))
    assert 'aria-label="Copper"' in svg
    assert ">0.5</text>" in svg
    assert "polyline" not in svg
    assert "<use" not in plot(drawn(None))
