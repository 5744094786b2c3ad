"""Ownership: how much of a mine is traced to its last owners."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compliance.evaluation.canonical import ZERO, added
from compliance.evaluation.criteria.measurement import Measurement, measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.facts import PUBLIC_BODIES, Facts, Row, YearRule, column, fact_table, reference
from compliance.evaluation.framework import HUNDRED, Indicator
from compliance.evaluation.owners import MINE, Chain, DirectShare, chain_of
from compliance.evaluation.words import code, gettext_noop

OWNERS = "owners"
"""Who holds which share of the mine."""
NAMED_FROM = code("named_from", gettext_noop("share from which an owner must be named"))

NO_OWNERS = code("no-owners", gettext_noop("nobody says who owns the mine"))
LAST_OWNERS_UNKNOWN = code("last-owners-unknown", gettext_noop("nobody knows the last owner of a part"))
OWNERS_TOLD_ONLY = code(
    "owners-told-only", gettext_noop("of a part only the company says who owns it, without a paper")
)
CIRCLE_OF_OWNERS = code("circle-of-owners", gettext_noop("companies of the chain own each other"))
MORE_THAN_ALL = code("more-than-all", gettext_noop("more than all of a company is said to be held"))
SMALL_OWNERS = code("small-owners", gettext_noop("named owners below the share of the law do not count"))

WITH_OWNERS = frozenset({"company", "other"})
"""Kinds of organisations behind which there are others."""


def at_the_end_of_the_year(first: str, until: str) -> YearRule:
    """Every year on whose last day the row lasts; `until` is the first day on which it does not."""
    return YearRule(
        (first, until),
        lambda years, year: (years[0] or year) <= year and (years[1] is None or years[1] > year),
        opens=False,
        reaches_on=True,
    )


LASTING = at_the_end_of_the_year("starts_on__year", "ends_on__year")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedRow(Row):
    """A share that an owner holds directly on the last day of the year."""

    owner: str = column("owner__name")
    owner_key: str = reference("owner", "organisation")
    owner_kind: str = column("owner__kind")
    owner_country: str = column("owner__country")
    state_owned: bool = column("owner__state_owned")
    listed_on: str = column("owner__listed_on")
    """the exchange on which the owner's own shares are traded; empty: on none, as far as known"""
    share_percent: Decimal
    starts_on: date

    @property
    def is_public(self) -> bool:
        """Whether the owner is a State, a State's company, or listed on an exchange: the rule asks for nobody behind it."""
        return self.state_owned or self.owner_kind in PUBLIC_BODIES or bool(self.listed_on)

    @property
    def is_last(self) -> bool:
        """Whether nobody asks who is behind the owner: public, or people, communities and their like."""
        return self.is_public or self.owner_kind not in WITH_OWNERS


@fact_table("stakes", record="stake", years=LASTING, looked_at=OWNERS)
class StakeFact(OwnedRow):
    """A share of the mine; of a partner in a joint venture also what others pay for, as far as anybody says it."""

    carried_percent: Decimal | None = added(None)
    """how much of the mine the owner holds while others pay its costs"""
    carried_by: str | None = column("carried_by__name", default=None, added=True)
    carried_until: date | None = added(None)


@fact_table("holdings", record="holding", years=LASTING)
class HoldingFact(OwnedRow):
    """A share of a company in the chain of the mine's owners."""

    company: str = column("company__name")
    company_key: str = reference("company", "organisation")


@measure(
    parameters=(NAMED_FROM,),
    codes=(NO_OWNERS, LAST_OWNERS_UNKNOWN, OWNERS_TOLD_ONLY, CIRCLE_OF_OWNERS, MORE_THAN_ALL, SMALL_OWNERS),
)
def traced_equity(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the mine that is traced to a State, to a listed company, or to named owners.

    Rule: direct shares are multiplied along the chain of the last day of the period, and end at a State, a State's
    company or a listed one, else at people, communities and their like, who count from the share of the law on.
    Unit: percent of the mine. Source: EITI Standard 2023, requirement 2.5; D.Leg. 1372 article 4 for the share.
    Missing: what nobody knows, what goes round in a circle and what the company alone says without a paper do not count,
    and raise the best case; without any owner on record all is unknown.
    """
    rows = (*facts[StakeFact], *facts[HoldingFact])
    if not facts[StakeFact]:
        return measurement((), {NO_OWNERS})
    least = indicator.parameter(NAMED_FROM, facts.period_end)
    told, shown = told_and_shown(facts[StakeFact], facts[HoldingFact])
    figure, as_told = (counted(chain, rows, least) for chain in (shown, told))
    missing = {LAST_OWNERS_UNKNOWN} if told.untraced else set()
    missing |= {OWNERS_TOLD_ONLY} if any(row.bare_word for row in rows) else set()
    flags = {CIRCLE_OF_OWNERS} if told.circles else set()
    flags |= {MORE_THAN_ALL} if told.exceeded else set()
    flags |= {SMALL_OWNERS} if figure < shown.traced else set()
    most = HUNDRED if told.untraced else max(figure, as_told)
    return measurement(rows, missing, flags, value=figure, low=min(figure, as_told), high=most)


def told_and_shown(stakes: Collection[StakeFact], holdings: Collection[HoldingFact]) -> tuple[Chain, Chain]:
    """The chain of all that is said, and that without bare words, each up to the first public owner of each branch."""
    rows = (*stakes, *holdings)
    public = {row.owner_key for row in rows if row.is_public}
    last = {row.owner_key for row in rows if row.is_last}
    shares: list[tuple[OwnedRow, DirectShare]] = [(row, share_of_mine(row)) for row in stakes]
    shares += [(row, share_of_company(row)) for row in holdings if row.company_key not in public]
    return (
        chain_of((share for _row, share in shares), last),
        chain_of((share for row, share in shares if not row.bare_word), last),
    )


def only_behind_the_mine(facts: Facts) -> Facts:
    """The facts without holdings of companies in which no share of the mine ends on the last day of the period."""
    return facts.with_rows(HoldingFact, behind(facts[StakeFact], facts[HoldingFact]))


def behind(stakes: Iterable[StakeFact], holdings: Collection[HoldingFact]) -> list[HoldingFact]:
    """The holdings that are reached from shares of the mine."""
    reached = {row.owner_key for row in stakes}
    while new := {row.owner_key for row in holdings if row.company_key in reached} - reached:
        reached |= new
    return [row for row in holdings if row.company_key in reached]


def share_of_mine(row: StakeFact) -> DirectShare:
    """As the chain reads it."""
    return DirectShare(of=MINE, owner=row.owner_key, percent=row.share_percent)


def share_of_company(row: HoldingFact) -> DirectShare:
    """As the chain reads it."""
    return DirectShare(of=row.company_key, owner=row.owner_key, percent=row.share_percent)


def counted(chain: Chain, rows: tuple[OwnedRow, ...], least: Decimal | None) -> Decimal:
    """What ends at public owners, and at others who hold enough to be named."""
    public = {row.owner_key for row in rows if row.is_public}
    return sum((held for key, held in chain.last.items() if key in public or held >= (least or ZERO)), ZERO)
