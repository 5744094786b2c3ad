"""Mines of several partners: whether every part is told of, and how much the nation and communities own."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.measurement import Measurement, measurement
from compliance.evaluation.criteria.ownership import (
    MORE_THAN_ALL,
    NO_OWNERS,
    OWNERS_TOLD_ONLY,
    HoldingFact,
    OwnedRow,
    StakeFact,
    at_the_end_of_the_year,
    told_and_shown,
)
from compliance.evaluation.criteria.production import ProductionFact
from compliance.evaluation.criteria.purchases import PurchasesFact
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.facts import EmploymentFact, Facts, Row, column, fact_table, reaching_into_year, within_year
from compliance.evaluation.framework import HUNDRED, Indicator
from compliance.evaluation.owners import Chain
from compliance.evaluation.words import code, gettext_noop
from projects.testimony import NEVER_THE_OTHER_SIDE

ROUNDING = Decimal("0.01")
"""how far shares may be from 100 and add up to it"""
COMMUNITY = "community_body"
NOT_SAID = "not-said"

ONE_OWNER = code("one-owner", gettext_noop("one owner holds all of the mine"))
PARTNERS_UNKNOWN = code("partners-unknown", gettext_noop("nobody knows who all the partners are"))
NO_FIGURES = code("no-figures", gettext_noop("no figures of which the basis could be said are on record"))
NO_BASIS = code("no-basis", gettext_noop("of some figures nobody knows whether they are those of the whole mine"))
BASIS_BARE_WORD = code(
    "basis-bare-word", gettext_noop("what the figures are about is the company's bare word, without paper")
)
BASIS_NOT_SAID = code("basis-not-said", gettext_noop("a return does not say whether it is about the whole mine"))
BASES_DIFFER = code("bases-differ", gettext_noop("two records say otherwise what the same figures are about"))
NO_AGREED_SHARE = code(
    "no-agreed-share", gettext_noop("nobody says whether a share was agreed for the nation or communities")
)
NONE_AGREED = code("none-agreed", gettext_noop("no share was agreed for the nation or communities"))
NONE_AGREED_BARE_WORD = code(
    "none-agreed-bare-word",
    gettext_noop(
        "that no share was agreed is the word of the company or of a monitoring committee, or no paper shows it"
    ),
)
OWNERS_NOT_TRACED = code("owners-not-traced", gettext_noop("nobody knows who the last owners of a part are"))


@fact_table(
    "figure-bases",
    record="figure-basis",
    years=within_year("period_start__year", "period_end__year"),
    carried=reaching_into_year("period_start__year", "period_end__year"),
)
class FigureBasisFact(Row):
    """Whether figures of one kind about a period are those of the whole mine, or only of one partner's share."""

    of: str
    """name of the table of figures"""
    reporter: str | None = column("reporter__name", default=None)
    """whose returns they are; None: those of whoever reports"""
    period_start: date
    period_end: date
    declared: str
    """whole, share, or not-said: the return does not say"""


@fact_table("agreed-shares", record="agreed-share", years=at_the_end_of_the_year("agreed_on__year", "ends_on__year"))
class AgreedShareFact(Row):
    """The share of the mine that was agreed for the nation or communities."""

    agreed_percent: Decimal | None = None
    """0: it was agreed that there is none; None: nobody knows how much was agreed"""
    agreed_on: date
    document: str = ""
    """which document says so"""

    @property
    def shows_that_none_was_agreed(self) -> bool:
        """Whether more than the word of the company or of a monitoring committee shows on paper that no share was agreed."""
        said = self.voice not in NEVER_THE_OTHER_SIDE
        return self.agreed_percent == 0 and said and bool(self.evidence or self.opens)


Figure = EmploymentFact | PurchasesFact | ProductionFact


@measure(
    codes=(
        *(NO_OWNERS, OWNERS_TOLD_ONLY, ONE_OWNER, PARTNERS_UNKNOWN),
        *(NO_FIGURES, NO_BASIS, BASIS_BARE_WORD, BASIS_NOT_SAID, BASES_DIFFER),
    ),
)
def parts_told(facts: Facts, indicator: Indicator) -> Measurement:
    """Whether the partners' shares add up to the whole mine, and every figure says of which part of it it tells.

    Rule: the shares of the last day of the period add up to 100, give or take 0.01, and of every employment, procurement
    and production return about days of the period it is on record whether it is about the whole mine or a partner's share.
    Where one company holds all of the mine, its direct owners are the partners, or those of the one that holds all of it.
    Broken where a return is known not to say it. Not applicable where papers show a single last owner behind the mine.
    Unit: percent, the sum of the shares. Source: EITI Standard 2023, part 3; domain.md D, J01.
    Missing: a bare word about shares or figures, partners whom nobody knows, which all shares below 100 in sum mean,
    a return of which nobody knows what it is about, and a year without returns are unknown.
    """
    if not facts[StakeFact]:
        return measurement((), {NO_OWNERS})
    levels = _levels(facts)
    owned, partners = [row for rows in levels for row in rows], levels[-1]
    on_paper = all(_add_up(row for row in rows if not row.bare_word) for rows in levels)
    if on_paper and len({row.owner_key for row in partners}) == 1:
        return measurement(owned, applicable=False, reason=ONE_OWNER)
    doubts = {_doubt(*one, of, facts) for of, rows in _figures(facts).items() for one in rows} or {NO_FIGURES}
    broken = doubts & {BASIS_NOT_SAID}
    missing = doubts - {"", *broken}
    if not _add_up(partners):
        missing.add(PARTNERS_UNKNOWN)
    elif not on_paper:
        missing.add(OWNERS_TOLD_ONLY)
    passes = False if broken else None if missing else True
    value = None if passes is None else _sum(partners)
    return measurement((*owned, *facts[FigureBasisFact]), missing, broken, value=value, passes=passes)


def _levels(facts: Facts) -> list[tuple[OwnedRow, ...]]:
    """The shares of the mine, and as long as one company holds all, the shares of that one; empty where they are unknown."""
    levels: list[tuple[OwnedRow, ...]] = [facts[StakeFact]]
    passed = set[str]()
    while company := _company_of_all(levels[-1]):
        holders = (row for row in facts[HoldingFact] if row.company_key == company)
        levels.append(() if company in passed else tuple(holders))
        passed.add(company)
    return levels


def _company_of_all(rows: Collection[OwnedRow]) -> str:
    """The key of the one company that holds all and behind which there are others; empty where there is none."""
    owners = {row.owner_key for row in rows if not row.is_last}
    return owners.pop() if len({row.owner_key for row in rows}) == len(owners) == 1 and _add_up(rows) else ""


def _sum(rows: Iterable[OwnedRow]) -> Decimal:
    return sum((row.share_percent for row in rows), ZERO)


def _add_up(rows: Iterable[OwnedRow]) -> bool:
    return abs(_sum(rows) - HUNDRED) <= ROUNDING


def _figures(facts: Facts) -> dict[str, list[tuple[Figure, str]]]:
    """The returns about days of the period by their tables, each with whose it is."""
    return {
        "employment": [(one, one.employer) for one in facts[EmploymentFact]],
        "purchases": [(one, one.buyer) for one in facts[PurchasesFact]],
        "production": [(one, one.producer) for one in facts[ProductionFact]],
    }


def _doubt(figure: Figure, whose: str, of: str, facts: Facts) -> str:
    """Why it is not known of which part of the mine a return tells; empty where it is."""
    about = [
        one
        for one in facts[FigureBasisFact]
        if one.of == of
        and one.reporter in (None, whose)
        and one.period_start <= figure.period_start
        and figure.period_end <= one.period_end
    ]
    said = {one.declared for one in about if not one.bare_word}
    if not said:
        return BASIS_BARE_WORD if about else NO_BASIS
    if NOT_SAID in said:
        return BASIS_NOT_SAID
    return BASES_DIFFER if len(said) > 1 else ""


@measure(
    codes=(
        *(NO_OWNERS, OWNERS_TOLD_ONLY, OWNERS_NOT_TRACED, MORE_THAN_ALL),
        *(NO_AGREED_SHARE, NONE_AGREED, NONE_AGREED_BARE_WORD),
    ),
)
def national_equity(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the mine that the nation and communities own in the end.

    Rule: direct shares are multiplied along the chain of the last day of the period; those count that end at the State
    of the mine's country, its companies, people and civil organisations of that country, or at communities. Companies
    count by their owners, and listed ones do not. Not applicable where somebody other than the company shows on paper
    that no such share was agreed.
    Unit: percent of the mine. Source: domain.md D, J02; thresholds are policy.
    Missing: where nobody says whether a share was agreed, or who owns the mine, all is unknown; what nobody knows of the
    owners, owners without a country and bare words do not count, and raise the best case.
    """
    agreed, rows = facts[AgreedShareFact], (*facts[StakeFact], *facts[HoldingFact])
    if agreed and all(one.agreed_percent == 0 for one in agreed):
        if all(one.shows_that_none_was_agreed for one in agreed):
            return measurement(agreed, applicable=False, reason=NONE_AGREED)
        return measurement(agreed, {NONE_AGREED_BARE_WORD})
    if not agreed or not facts[StakeFact]:
        return measurement(agreed, ({NO_OWNERS} if agreed else {NO_AGREED_SHARE}))
    told, shown = told_and_shown(facts[StakeFact], facts[HoldingFact])
    as_told, figure = (_of_owners(chain, rows, facts.country) for chain in (told, shown))
    perhaps = _of_owners(shown, rows, "")
    missing = {OWNERS_NOT_TRACED} if told.untraced or perhaps else set[str]()
    missing |= {OWNERS_TOLD_ONLY} if any(row.bare_word for row in rows) else set()
    return measurement(
        (*agreed, *rows),
        missing,
        {MORE_THAN_ALL} if told.exceeded else (),
        value=figure,
        low=min(figure, as_told),
        high=max(as_told, figure + perhaps + shown.untraced),
    )


def _of_owners(chain: Chain, rows: Iterable[OwnedRow], country: str) -> Decimal:
    """What ends at owners of a country who are the nation or communities; without one, at those whose country nobody says."""
    theirs = {
        row.owner_key
        for row in rows
        if row.is_last
        and (row.state_owned or not row.listed_on)
        and (bool(country) if row.owner_kind == COMMUNITY else row.owner_country == country)
    }
    return sum((held for key, held in chain.last.items() if key in theirs), ZERO)
