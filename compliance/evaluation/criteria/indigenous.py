"""Indigenous workers: whether they are as many, of every hundred, as the people around the mine."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from compliance.evaluation.canonical import settle
from compliance.evaluation.criteria.employment import OF_RETURNS, Returns, weighted
from compliance.evaluation.criteria.measurement import Measurement, measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.facts import Facts, Row, fact_table, from_year
from compliance.evaluation.framework import Indicator
from compliance.evaluation.words import code, gettext_noop

RATIO = code("ratio", gettext_noop("times the share of the census"))
CENSUS_BARE_WORD = code(
    "census-bare-word", gettext_noop("what a census says of indigenous people is a bare word, and decides nothing")
)
CENSUS_SHARES_DIFFER = code(
    "census-shares-differ", gettext_noop("one census has several shares for areas around the mine; the highest counts")
)
NO_CENSUS_SHARE = code(
    "no-census-share", gettext_noop("nobody says what a census counted of indigenous people around the mine")
)
NO_INDIGENOUS_FIGURE = code(
    "no-indigenous-figure", gettext_noop("nobody says how many workers say that they are indigenous")
)
NOBODY_IN_CENSUS = code(
    "nobody-in-census", gettext_noop("in the census nobody around the mine said that they are indigenous")
)
NOBODY_WITHOUT_AUTHORITY = code(
    "nobody-without-authority",
    gettext_noop(
        "that nobody around the mine is indigenous by the census is said by no authority, and decides nothing"
    ),
)
NEWER_CENSUS_BARE_WORD = code(
    "newer-census-bare-word",
    gettext_noop("a newer census is said, as a bare word, to have a higher share; the figure may be lower"),
)


@fact_table("census-shares", record="census-share", years=from_year("census_year"))
class CensusShareFact(Row):
    """Of every hundred people of working age around the mine, how many said that they are indigenous; where is no fact."""

    census_year: int
    indigenous_percent: Decimal


@measure(
    unit=RATIO,
    divides=(
        gettext_noop("of every 100 workers, those who say that they are indigenous"),
        gettext_noop("of every 100 people of working age around the mine, those who do"),
    ),
    codes=(
        *OF_RETURNS,
        *(CENSUS_BARE_WORD, CENSUS_SHARES_DIFFER, NO_CENSUS_SHARE, NO_INDIGENOUS_FIGURE, NOBODY_IN_CENSUS),
        *(NOBODY_WITHOUT_AUTHORITY, NEWER_CENSUS_BARE_WORD),
    ),
    note=gettext_noop(
        "it rests on what people said about themselves, voluntarily; whoever said nothing does not count"
    ),
)
def indigenous_parity(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of indigenous people among the workers, by the share among the people of working age around the mine.

    Rule: (indigenous FTE ÷ total FTE, averaged over the year as for local hire) ÷ the share of the newest census of
    which more than a bare word speaks. Of several shares of that census the highest counts, so that nobody chooses an area
    in which few are indigenous.
    Unit: ratio; 1 is parity. Source: policy; people count by what they say about themselves (ILO 169 art. 1.2).
    Missing: without a census share, or where no return says how many workers are indigenous, nothing is known. Returns that
    do not say it count nobody, and leave the best case open; several shares of one census leave it open down to the lowest.
    A bare word that a newer census has a higher share opens the worst case. Where an authority says that it is 0 in the
    census, there is nothing to be compared with, and it does not apply; that 0 by somebody else leaves it unknown.
    """
    known = facts[CensusShareFact]
    decisive, newer = newest_on_paper(known), higher_by_bare_word(known)
    if nobody := nobody_in_census(facts):
        return measurement(nobody, applicable=False, reason=NOBODY_IN_CENSUS)
    highest = max((one.indigenous_percent for one in decisive), default=None)
    returns, share = Returns(facts, indicator), Share()
    for report, total, weight in returns.usable:
        people = weighted(report.indigenous_fte, weight)
        share.add(total, people)
        returns.missing |= {NO_INDIGENOUS_FIGURE} if people is None else set()
    found, used = returns.measurement(share), (*(decisive or known), *newer, *returns.reports)
    if not highest:
        without = why_unknown(known, newer)
        return measurement(used, {*found.missing, without}, found.flags)
    lowest = min(one.indigenous_percent for one in decisive)
    flags = {*found.flags, *({CENSUS_SHARES_DIFFER} if lowest < highest else ())}
    return replace(
        measurement(used, found.missing, flags | ({NEWER_CENSUS_BARE_WORD} if newer else set())),
        value=divided(found.value, highest),
        low=divided(found.low, max([highest, *(one.indigenous_percent for one in newer)])),
        high=divided(found.high, lowest),
        numerator=found.value,
        denominator=None if found.value is None else highest,
    )


def newest_on_paper(shares: Sequence[CensusShareFact]) -> list[CensusShareFact]:
    """What the newest census says of which more than a bare word speaks, area by area."""
    sure = [one for one in shares if not one.bare_word]
    newest = max((one.census_year for one in sure), default=None)
    return [one for one in sure if one.census_year == newest]


def higher_by_bare_word(shares: Sequence[CensusShareFact]) -> list[CensusShareFact]:
    """What is only said of newer censuses than the one that decides, where it is a higher share."""
    decisive = newest_on_paper(shares)
    if not decisive:
        return []
    year, highest = decisive[0].census_year, max(one.indigenous_percent for one in decisive)
    return [one for one in shares if one.bare_word and one.census_year > year and one.indigenous_percent > highest]


def nobody_in_census(facts: Facts) -> list[CensusShareFact]:
    """The shares by which an authority says that nobody around the mine is indigenous; none where anything stands against it."""
    shares = facts[CensusShareFact]
    decisive = newest_on_paper(shares)
    if any(one.indigenous_percent for one in decisive) or higher_by_bare_word(shares):
        return []
    return decisive if any(one.voice == "authority" for one in decisive) else []


def why_unknown(known: Sequence[CensusShareFact], newer: Sequence[CensusShareFact]) -> str:
    """Why there is no share of a census to compare with."""
    if not known:
        return NO_CENSUS_SHARE
    return NOBODY_WITHOUT_AUTHORITY if newest_on_paper(known) and not newer else CENSUS_BARE_WORD


def divided(percent: Decimal | None, by: Decimal) -> Decimal | None:
    """One share by another; None where the first is not known, or the other is nothing."""
    return None if percent is None or not by else settle(percent / by)
