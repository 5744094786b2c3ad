"""The chain of owners: who is behind the owners, and how much of the mine is each one's in the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import country_name, number
from compliance.evaluation.canonical import ZERO, spell
from compliance.evaluation.criteria.ownership import (
    HoldingFact,
    OwnedRow,
    StakeFact,
    behind,
    share_of_company,
    share_of_mine,
    told_and_shown,
)
from compliance.evaluation.facts import PUBLIC_BODIES
from compliance.evaluation.gathering import Scope, fact, read_all, rows_of
from compliance.evaluation.owners import MINE, Chain, chain_of
from compliance.public_pages.document import Document
from compliance.public_pages.project import carried_words
from compliance.public_pages.sections import Section, Subject, Table, Values, register, table_of
from projects.models import Holding, OwnershipStake, Project

CENT = Decimal("0.01")
MOST_SIDE_BY_SIDE = 5
"""So many owners hang beside each other where a page is wide; the drawing of more is indented."""


@dataclass(frozen=True)
class Owner:
    """One owner as a line of the table."""

    row: OwnedRow
    direct: Decimal
    total: Decimal

    @property
    def through_others(self) -> Decimal:
        """What it holds through companies."""
        return self.total - self.direct

    @property
    def kind(self) -> str:
        """What kind of owner it is."""
        return kind_words(self.row)

    @property
    def carried(self) -> str:
        """What of its own share in the mine others pay for."""
        return carried_of(self.row)

    @property
    def percents(self) -> tuple[str, str, str]:
        """What it holds directly, through others, and in all, as people read it."""
        return short(self.direct), short(self.through_others), short(self.total)


@dataclass(frozen=True)
class Step:
    """An owner in the drawing, with those above it; an owner that is drawn already has none."""

    row: OwnedRow | None
    """None: nobody knows who holds this part"""
    share: Decimal
    """of what it is drawn at, in percent"""
    above: tuple[Step, ...] = ()
    drawn_already: bool = False

    @property
    def kind(self) -> str:
        """What kind of owner it is."""
        return kind_words(self.row) if self.row else ""

    @property
    def carried(self) -> str:
        """What of a share in the mine others pay for."""
        return carried_of(self.row)

    @property
    def percent(self) -> str:
        """Its share as people read it."""
        return short(self.share)

    @property
    def ends(self) -> int:
        """How many owners stand side by side at its end."""
        return sum(step.ends for step in self.above) or 1


@dataclass(frozen=True)
class Owners:
    """All that is known of the owners of a mine on the last day of a year."""

    stakes: tuple[StakeFact, ...]
    holdings: tuple[HoldingFact, ...]

    @cached_property
    def rows(self) -> dict[str, OwnedRow]:
        """Every owner by its key, as one of its shares names it."""
        return {row.owner_key: row for row in (*self.holdings, *self.stakes)}

    @cached_property
    def chain(self) -> Chain:
        """The chain of all that is said, also of what is behind public owners."""
        shares = [*map(share_of_mine, self.stakes), *map(share_of_company, self.holdings)]
        return chain_of(shares, {row.owner_key for row in self.rows.values() if row.is_last})

    @cached_property
    def by_company(self) -> dict[str, list[OwnedRow]]:
        """The shares of each company, and of the mine, the largest first."""
        held = defaultdict[str, list[OwnedRow]](list)
        for row in (*self.stakes, *self.holdings):
            held[row.company_key if isinstance(row, HoldingFact) else MINE].append(row)
        return {of: sorted(rows, key=lambda row: (-row.share_percent, row.owner)) for of, rows in held.items()}


def carried_of(row: OwnedRow | None) -> str:
    """What others pay for of a share in the mine; empty of other shares, and where nobody says so."""
    return carried_words(row.carried_percent, row.carried_by, row.carried_until) if isinstance(row, StakeFact) else ""


def kind_words(row: OwnedRow) -> str:
    """State-owned, listed, or what kind of owner it is."""
    if row.owner_kind in PUBLIC_BODIES:
        return _("a State")
    if row.state_owned:
        return _("company of a State")
    if row.listed_on:
        return _("listed: %(exchange)s") % {"exchange": row.listed_on}
    return {
        "community_body": _("communities"),
        "person": _("person or family"),
        "ngo": _("civil organisation"),
        "company": _("company"),
    }.get(row.owner_kind, _("other"))


def describe_owners(subject: Subject) -> list[StakeFact] | None:
    """The shares of the mine, where it is known who is behind an owner; frameworks before the sixth do not look at them."""
    facts = subject.facts
    if not facts[HoldingFact]:
        return None
    return list(facts[StakeFact] or owners_on_record(subject.project, facts.year, subject.on).stakes)


def owners_on_record(project: Project, year: int, on: date) -> Owners:
    """What is on record on a day of the owners at the end of a year; three queries."""
    scope = Scope(frozenset({(project.pk, year)}), on)
    read = read_all((StakeFact, HoldingFact), scope, {})
    stakes, holdings = (rows_of(table, year, on, found[project.pk]) for table, found in read.items())
    return Owners(stakes, tuple(behind(stakes, holdings)))  # type: ignore[arg-type]


def owners_on_day(project: Project, day: date) -> Owners:
    """What is on record of the owners on a day; five queries."""
    read = read_all((StakeFact, HoldingFact), Scope(frozenset({(project.pk, day.year)}), day), {})

    def held(table: type[OwnedRow], rows: QuerySet[Any]) -> tuple[Any, ...]:
        keys = set(rows.values_list("pk", flat=True))
        return tuple(fact(table, values) for values in read[table][project.pk] if values["id"] in keys)

    stakes = held(StakeFact, OwnershipStake.objects.in_force(day).filter(project=project))
    holdings = held(HoldingFact, Holding.objects.in_force(day).filter(company__chains__project=project))
    return Owners(stakes, tuple(behind(stakes, holdings)))


def owners_of(document: Document) -> Owners:
    """What a document says of the owners."""
    return Owners(document.rows(StakeFact, "owners"), document.facts[HoldingFact])


def show(document: Document) -> Values | None:
    """The chain, where somebody is known behind an owner."""
    owners = owners_of(document)
    return shown(owners, document.name) if owners.stakes else None


def shown(owners: Owners, mine: str) -> Values:
    """The chain as a drawing of lists, where it ends as the rule counts it, and every owner in a table."""
    names = {key: row.owner for key, row in owners.rows.items()}
    told, proven = told_and_shown(owners.stakes, owners.holdings)
    only_told = max(told.traced - proven.traced, ZERO)
    unknown = proven.untraced - only_told
    tree = list(steps(owners.by_company, MINE, set(), owners.rows))
    return {
        "tree": tree,
        "hangs": sum(step.ends for step in tree) <= MOST_SIDE_BY_SIDE,
        "known": short(proven.traced),
        "only_told": short(only_told) if only_told else "",
        "unknown": short(unknown) if unknown else "",
        "ends": ends_of(owners, proven, only_told),
        "owners": all_owners(owners, owners.chain),
        "circles": [", ".join(names[key] for key in circle) for circle in told.circles],
        "exceeded": [(names.get(key, mine), short(said)) for key, said in told.exceeded.items()],
    }


def short(percent: Decimal) -> str:
    """A share with at most two decimals; one too small for them, or too near to all, stays as it is.

    Halves go to the even side, so that what is known and what is not add up to 100 as they are read.
    """
    rounded = percent.quantize(CENT, ROUND_HALF_EVEN)
    return number((percent if rounded == ZERO or (rounded == 100 != percent) else rounded).normalize())


def steps(held: dict[str, list[OwnedRow]], of: str, drawn: set[str], rows: dict[str, OwnedRow]) -> Iterator[Step]:
    """The owners of a company or of the mine, each with those above; each company is drawn with its owners once."""
    for row in held.get(of, ()):
        again = row.owner_key in drawn and row.owner_key in held
        drawn.add(row.owner_key)
        above = () if again else tuple(steps(held, row.owner_key, drawn, rows))
        yield Step(row, row.share_percent, above, again)
    rest = 100 - sum((row.share_percent for row in held.get(of, ())), ZERO)
    if rest > 0 and not (of in rows and rows[of].is_last):
        yield Step(None, rest)


def ends_of(owners: Owners, chain: Chain, only_told: Decimal) -> list[tuple[str, str, str]]:
    """Kind and country of the last owners with what is theirs, the largest first; last what is bare word or unknown."""
    sums = defaultdict[tuple[str, str], Decimal](Decimal)
    for key, percent in chain.last.items():
        row = owners.rows[key]
        kind = _("listed on an exchange") if row.listed_on and not row.state_owned else kind_words(row)
        sums[kind, row.owner_country] += percent
    ordered = sorted(sums.items(), key=lambda one: (-one[1], one[0]))
    ends = [(kind, country_name(country), short(percent)) for (kind, country), percent in ordered]
    rest = [(_("only the company says so"), only_told), (_("We don’t know"), chain.untraced - only_told)]
    return ends + [(words, "", short(percent)) for words, percent in rest if percent]


def all_owners(owners: Owners, chain: Chain) -> list[Owner]:
    """Every owner of the chain, the largest first."""
    found = [Owner(owners.rows[key], chain.direct.get(key, ZERO), total) for key, total in chain.total.items()]
    return sorted(found, key=lambda one: (-one.total, one.row.owner))


def owners_table(document: Document) -> Table:
    """One row an owner."""
    owners = owners_of(document)
    columns: dict[str, Callable[[Owner], object]] = {
        _("owner"): lambda one: one.row.owner,
        _("country"): lambda one: country_name(one.row.owner_country),
        _("kind"): lambda one: one.kind,
        _("directly in percent"): lambda one: spell(one.direct),
        _("through others in percent"): lambda one: spell(one.through_others),
        _("in all in percent"): lambda one: spell(one.total),
    }
    return table_of(document, columns, all_owners(owners, owners.chain) if owners.stakes else [])


register(
    Section(
        name="owners",
        page="owners",
        place=1,
        title=gettext_lazy("The chain of owners"),
        lead=gettext_lazy("Who is behind the owners, up to the last one, on the last day of the year."),
        part=StakeFact,
        is_list=True,
        describe=describe_owners,
        show=show,
        table=owners_table,
        tells=("stakes", "holdings"),
    )
)
