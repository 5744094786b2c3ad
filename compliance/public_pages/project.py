"""The mine itself: where it is, what it digs for, who runs and owns it, and who records it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import HARD_SPACE, capitalised, country_name, long_date, number, pick_language
from compliance.evaluation.canonical import ZERO, added
from compliance.evaluation.framework import Texts
from compliance.public_pages.document import Document
from compliance.public_pages.sections import Section, Subject, Table, Values, register, table_of
from projects.models import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who runs the mine."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mineral:
    """What is dug for, and what people use it for."""

    code: str
    name: Texts
    uses: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class MinePhase:
    """Where the mine is in its life."""

    code: str
    since: date | None

    @property
    def words(self) -> str:
        """The phase, since when."""
        name = {
            "exploration": _("Exploration"),
            "development": _("Being built"),
            "operation": _("In operation"),
            "closure": _("Closing and repairing the land"),
        }.get(self.code, self.code)
        return _("%(phase)s since %(day)s") % {"phase": name, "day": long_date(self.since)} if self.since else name


@dataclass(frozen=True, slots=True, kw_only=True)
class MineArea:
    """An area that the mine lies in, with those around it, the widest first."""

    code: str
    name: str
    level: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerShare:
    """An owner's share; a rest without an owner is held by nobody knows whom."""

    owner: str
    country: str
    state_owned: bool
    share_percent: Decimal | None
    starts_on: date | None
    carried_percent: Decimal | None = added(None)
    carried_by: str | None = added(None)
    carried_until: date | None = added(None)
    owner_voice: str | None = added(None)
    """whose word it is: a voice; None in older documents"""

    @property
    def carried(self) -> str:
        """What of it others pay for; empty where nobody says so."""
        return carried_words(self.carried_percent, self.carried_by, self.carried_until)

    @property
    def share(self) -> str:
        """``66.67 %``: at most two decimals; a share too small for them stays as it is."""
        if self.share_percent is None:
            return _("Not known")
        rounded = self.share_percent.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) or self.share_percent
        return f"{number(rounded.normalize())}{HARD_SPACE}%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """The mine as it was on the last day of the year."""

    slug: str = ""
    name: str = ""
    country: str = ""
    operator: Operator | None = None
    followed_by: tuple[str, ...] = ()
    """the organisations that record it; absent in older documents"""
    reached_at: Texts = field(default_factory=dict)
    """how people reach them, of those that say it"""
    minerals: tuple[Mineral, ...] = ()
    phase: MinePhase | None = None
    areas: tuple[MineArea, ...] = ()
    stakes: tuple[OwnerShare, ...] = ()

    @property
    def closes(self) -> bool:
        """Whether it digs no more."""
        return self.phase is not None and self.phase.code == "closure"

    @property
    def phase_words(self) -> str:
        """Where it is in its life."""
        return self.phase.words if self.phase else _("We don’t know the phase")

    @property
    def mineral_words(self) -> str:
        """``Copper, gold``: a list begins with a capital and goes on without."""
        return capitalised(", ".join(pick_language(one.name).lower() for one in self.minerals))

    @property
    def owners(self) -> list[OwnerShare]:
        """Its owners, and how much is held by nobody knows whom."""
        known = [one.share_percent for one in self.stakes if one.share_percent is not None]
        rest = 100 - sum(known, ZERO)
        if not known or len(known) < len(self.stakes) or rest <= 0:
            return list(self.stakes)
        nobody = OwnerShare(owner="", country="", state_owned=False, share_percent=rest, starts_on=None)
        return [*self.stakes, nobody]


def carried_words(percent: Decimal | None, by: str | None, until: date | None) -> str:
    """How much of a share others pay for, who, and until when; empty where nobody says anything of it."""
    if percent is None and not by and until is None:
        return ""
    part = (
        _("nobody says how much") if percent is None else _("%(part)s of 100") % {"part": number(percent.normalize())}
    )
    said = [_("carried interest"), part]
    said.append(_("paid for by %(who)s") % {"who": by} if by else _("nobody says who pays for it"))
    said += [_("until %(day)s") % {"day": long_date(until)}] if until else []
    return ", ".join(said)


def mine_of(document: Document) -> Mine:
    """The mine of a document."""
    return document.one(Mine, "project")


def describe_project(subject: Subject) -> Mine:
    """The mine, its owners and its phase as they were on the last day of the year."""
    project, on = subject.project, date(subject.facts.year, 12, 31)
    phase = project.phases.filter(starts_on__lte=on).exclude(ends_on__lte=on).first()
    stakes = (
        project.stakes.filter(starts_on__lte=on)
        .exclude(ends_on__lte=on)
        .select_related("owner", "carried_by", "source")
    )
    followers = [
        one.organisation for one in project.assignments.select_related("organisation").order_by("organisation__name")
    ]
    return Mine(
        slug=project.slug,
        name=project.name,
        country=project.country,
        operator=Operator(name=project.operator.name) if project.operator else None,
        followed_by=tuple(organisation.name for organisation in followers),
        reached_at={organisation.name: organisation.contact for organisation in followers if organisation.contact},
        minerals=tuple(
            Mineral(
                code=mineral.code,
                name={"en": mineral.name_en, "es": mineral.name_es},
                uses={"en": mineral.uses_en, "es": mineral.uses_es},
            )
            for mineral in project.minerals.all()
        ),
        phase=MinePhase(code=phase.phase, since=phase.starts_on) if phase else None,
        areas=tuple(
            MineArea(code=area.code, name=area.name, level=area.level, path=tuple(area.path))
            for area in project.areas.select_related("parent__parent")
        ),
        stakes=tuple(
            OwnerShare(
                owner=stake.owner.name,
                country=stake.owner.country,
                state_owned=stake.owner.state_owned,
                share_percent=stake.share_percent,
                starts_on=stake.starts_on,
                carried_percent=stake.carried_percent,
                carried_by=stake.carried_by.name if stake.carried_by else None,
                carried_until=stake.carried_until,
                owner_voice=stake.source.voice,
            )
            for stake in stakes
        ),
    )


def keepers(document: Document) -> str:
    """Who keeps the receipts of a mine: the organisations that record it, or nobody known."""
    return _(" or ").join(name for name, _contact in recorders([document]))


def recorders(documents: Iterable[Document]) -> list[tuple[str, str]]:
    """Name and contact of each organisation that records these mines; documents sealed before they were named say none."""
    mines = [mine_of(document) for document in documents]
    contacts = {name: contact for mine in mines for name, contact in mine.reached_at.items()}
    return [(name, contacts.get(name, "")) for name in sorted({name for mine in mines for name in mine.followed_by})]


def show(document: Document) -> Values:
    """Who runs and owns it."""
    facts = document.facts
    size = Project.Stratum(facts.stratum).label if facts.stratum else ""
    return {"mine": mine_of(document), "size": size, "size_is_bare_word": facts.stratum_is_bare_word}


def owner_table(document: Document) -> Table:
    """One row an owner."""
    columns: dict[str, Callable[[OwnerShare], object]] = {
        _("owner"): lambda one: one.owner or _("unknown"),
        _("country"): lambda one: country_name(one.country),
        _("owned by a state"): lambda one: one.state_owned if one.owner else None,
        _("since"): lambda one: one.starts_on,
        _("share in percent"): lambda one: one.share_percent,
        _("carried in percent"): lambda one: one.carried_percent,
        _("paid for by"): lambda one: one.carried_by,
        _("carried until"): lambda one: one.carried_until,
        _("who says so"): lambda one: one.owner_voice,
    }
    return table_of(document, columns, mine_of(document).owners)


register(
    Section(
        name="project",
        page="owners",
        title=gettext_lazy("Owners and minerals"),
        part=Mine,
        describe=describe_project,
        show=show,
        table=owner_table,
    )
)
