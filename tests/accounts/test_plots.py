"""Lines over the months of a year and over years: a gap breaks the line, what is beyond is crossed, nothing is drawn for nothing."""

import re
from decimal import Decimal

from accounts.design.plots import (
    BOTTOM,
    Lane,
    Plot,
    Span,
    Trace,
    YearLimit,
    YearsPlot,
    lines,
    marks,
    place,
    plot,
    years_plot,
)

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


def over_years(*spans: Span, limits: tuple[YearLimit, ...] = (), lanes: int = 1) -> YearsPlot:
    """Years from 2021 to 2025 of some sides that measured alike."""
    years = range(2021, 2026)
    return YearsPlot(
        "Copper", years, [Lane("company", spans)] * lanes, limits, set(years) - {one.year for one in spans}
    )


def span(year: int, worst: str | None = "0.4", *, beyond: bool = False) -> Span:
    """A year from a tenth of its worst on, with half of it as mean."""
    if worst is None:
        return Span(year, None, None, None, None, beyond)
    amount = Decimal(worst)
    return Span(year, amount / 10, amount, amount, amount / 2, beyond)


def test_a_year_without_a_test_is_hatched_and_breaks_the_line() -> None:
    svg = years_plot(over_years(span(2021), span(2022), span(2024)))
    assert svg.count("url(#k-h)") == 2
    assert svg.count("<polyline") == 1
    assert svg.count("<use") == 3


def test_of_a_year_that_nobody_can_tell_there_is_a_question_mark_and_no_stroke() -> None:
    svg = years_plot(over_years(span(2021, None), span(2022), span(2023, beyond=True)))
    assert re.findall(r"#k-(\w)", svg.replace("#k-h", "")) == ["q", "p", "x"]
    assert svg.count('<path class="trace"') == 2


def test_a_limit_is_drawn_over_its_own_years() -> None:
    limits = (YearLimit(2021, None, HALF), YearLimit(2022, None, HALF), YearLimit(2024, None, HALF * 2))
    drawn = over_years(*(span(year) for year in range(2021, 2026)), limits=limits)
    svg = years_plot(drawn)
    assert re.findall(r'class="target" d="M([\d.]+) [\d.]+h([\d.]+)"', svg) == [("12.0", "126.4"), ("201.6", "63.2")]
    assert [one for one in re.findall(r">([\d.]+)</text>", svg) if "." in one or len(one) < 4] == ["0.5", "1"]


def test_each_part_of_a_year_is_drawn_by_itself_and_the_line_of_means_breaks_there() -> None:
    limits = (YearLimit(2021, None, HALF), YearLimit(2022, None, HALF), YearLimit(2022, None, HALF / 2))
    spans = [span(2021), span(2022, "0.2"), span(2022, beyond=True), span(2023), span(2024)]
    svg = years_plot(over_years(*spans, limits=limits))
    assert [len(one.split()) for one in re.findall(r'points="([^"]*)"', svg)] == [2]
    assert svg.count('<path class="trace"') == len(spans)
    assert re.findall(r"#k-(\w)", svg.replace("#k-h", "")) == ["p", "p", "x", "p", "p"]
    assert re.findall(r'class="target" d="M([\d.]+) [\d.]+h([\d.]+)"', svg) == [("12.0", "126.4"), ("75.2", "63.2")]


def test_a_limit_is_hidden_by_no_other_of_the_year() -> None:
    limits = (YearLimit(2021, None, HALF / 2), YearLimit(2021, None, HALF), YearLimit(2022, None, HALF / 2))
    svg = years_plot(over_years(span(2021), limits=limits))
    assert sorted(re.findall(r">(0\.\d+)</text>", svg)) == ["0.25", "0.5"]


def test_many_years_stay_within_the_drawing_and_not_every_one_is_named() -> None:
    years = range(2001, 2026)
    drawn = YearsPlot("Copper", years, [Lane("company", [span(year) for year in years])] * 2, (), ())
    svg = years_plot(drawn)
    places = [float(one) for one in re.findall(r"translate\(([\d.]+) ", svg)]
    assert 12 < min(places) < max(places) < 328
    assert len(re.findall(r">\d{4}</text>", svg)) < len(years)
