"""An invented record of any size: every fact table, the same rows for the same seed, written by bulk_create."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connections, models, transaction
from django.utils import timezone

from accounts.models import Membership, Organisation, Proposal, User
from accounts.models.waiting import Decision
from accounts.roles import Role
from communities.models import Agreement, Commitment, Community, Disbursement, Influence, Obligation, Statement
from communities.services.ledger_requests import CORRECTION
from compliance.models import Exemption
from projects.models import (
    Area,
    AssessmentCondition,
    Disclosure,
    EmploymentReturn,
    Evidence,
    ImpactAssessment,
    OwnershipStake,
    PhasePeriod,
    Project,
    ProjectAssignment,
    Source,
)

SEED = 20_250_101
YEARS = (2024, 2025)
AT_ONCE = 250
INSTALMENTS = 7
OPENED_ON = date(2015, 1, 1)
UNKNOWN_SHARE = 0.1
PURPOSES = [*Disbursement.Purpose.values, ""]


@dataclass(frozen=True)
class Cast:
    """Who looks at the pages."""

    monitor: User
    reviewer: User
    second_reviewer: User
    administrator: User
    ngo: Organisation
    file: Evidence


def gather_cast() -> Cast:
    """People and organisations that the record needs once."""
    kind = Organisation.Kind
    ngo = Organisation.objects.create(name="Bench watch", kind=kind.NGO, country="PE")
    regulator = Organisation.objects.create(name="Bench ministry", kind=kind.REGULATOR, country="PE")
    platform = Organisation.objects.create(name="Bench platform", kind=kind.OTHER)

    def person(name: str, role: str, where: Organisation, givers: Sequence[User | None]) -> User:
        user = User.objects.create_user(f"{name}@bench.example", full_name=name.title(), language="en")
        first, second = givers
        Membership.objects.create(
            user=user,
            organisation=where,
            role=role,
            starts_on=date(2020, 1, 1),
            granted_by=first,
            confirmed_by=second,
        )
        return user

    givers = [person(name, Role.ADMINISTRATOR, platform, (None, None)) for name in ("giver", "second_giver")]
    monitor = person("monitor", Role.MONITOR, ngo, givers)
    file = Evidence.objects.create(
        name="slip.pdf", media_type="application/pdf", size=62_000, sha256="ab" * 32, uploaded_by=monitor
    )
    return Cast(
        monitor=monitor,
        reviewer=person("reviewer", Role.REVIEWER, regulator, givers),
        second_reviewer=person("second", Role.REVIEWER, regulator, givers),
        administrator=person("administrator", Role.ADMINISTRATOR, platform, givers),
        ngo=ngo,
        file=file,
    )


@dataclass
class Rows:
    """Rows of a number of projects, in the order in which they refer to each other."""

    organisations: list[Organisation] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    communities: list[Community] = field(default_factory=list)
    first: list[models.Model] = field(default_factory=list)
    """refer to projects and communities"""
    second: list[models.Model] = field(default_factory=list)
    """refer to the first"""
    third: list[models.Model] = field(default_factory=list)
    fourth: list[models.Model] = field(default_factory=list)
    fifth: list[models.Model] = field(default_factory=list)

    def store(self, cast: Cast) -> int:
        """Write them, each with the source that it brings; returns how many rows of record they are."""
        count = 0
        for rows in vars(self).values():
            if rows is self.fifth:
                agree_on(self.fifth, cast)
            count += store(rows)
        ProjectAssignment.objects.bulk_create(
            ProjectAssignment(project=project, organisation=cast.ngo) for project in self.projects
        )
        files = Source.evidence.through
        files._default_manager.bulk_create(
            files(source_id=row.source_id, evidence_id=cast.file.pk)
            for row in self.third
            if isinstance(row, Disbursement) and row.purpose == "health"
        )
        return count


def agree_on(corrections: Sequence[Any], cast: Cast) -> None:
    """Let two people have agreed on each correction, whose statement and source are written."""
    proposals = [
        Proposal(
            kind=CORRECTION,
            content_type=ContentType.objects.get_for_model(Statement),
            object_id=str(one.supersedes.pk),
            label="Bench",
            details={
                "amount": str(one.amount),
                "occurred_on": one.occurred_on.isoformat() if one.occurred_on else None,
                "source": one.source.pk,
            },
            reason=one.reason,
            asked_by=cast.monitor,
            asked_for=cast.ngo,
        )
        for one in corrections
    ]
    keys = [one.pk for one in Proposal.objects.bulk_create(proposals, batch_size=2000)]
    decided = {"state": Decision.CONFIRMED, "decided_by": cast.reviewer, "decided_at": timezone.now()}
    Proposal.objects.filter(pk__in=keys).update(**decided)
    for one, proposal in zip(corrections, proposals, strict=True):
        one.proposal = proposal


def store(rows: Sequence[models.Model]) -> int:
    """Write rows of any kinds, with their sources."""
    sources = {id(source): source for row in rows if (source := row.__dict__["_state"].fields_cache.get("source"))}
    Source.objects.bulk_create([source for source in sources.values() if source.pk is None], batch_size=2000)
    kinds: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        kinds.setdefault(type(row), []).append(row)
    for kind, of_kind in kinds.items():
        kind._default_manager.bulk_create(of_kind, batch_size=2000)
    return len(rows)


def generate(cast: Cast, numbers: Iterable[int]) -> int:
    """The record of these projects over the years, in steps that keep memory bounded; returns its number of rows."""
    districts = list(Area.objects.districts().order_by("code"))
    count = 0
    listed = list(numbers)
    for start in range(0, len(listed), AT_ONCE):
        rows = Rows()
        for number in listed[start : start + AT_ONCE]:
            Mine(number, districts[number % len(districts)], cast).add_to(rows)
        with transaction.atomic():
            count += rows.store(cast)
    analyze()
    return count


def analyze() -> None:
    """What PostgreSQL's own housekeeping would do within a minute."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET client_min_messages = error")  # tables of the catalogue are not ours to analyse
        cursor.execute("ANALYZE")


class Mine:
    """One invented mine; its number alone decides what is recorded of it."""

    def __init__(self, number: int, district: Area, cast: Cast) -> None:
        self.number = number
        self.district = district
        self.cast = cast
        self.dice = random.Random(SEED + number)  # noqa: S311 - invented figures

    def unknown(self) -> bool:
        """Whether nobody knows this one."""
        return self.dice.random() < UNKNOWN_SHARE

    def source(self, voice: str = Source.Voice.MONITOR) -> Source:
        """Provenance of one record."""
        return Source(voice=voice, reference="Report", entered_by=self.cast.monitor, entered_for=self.cast.ngo)

    def of(self, project: Project, voice: str = Source.Voice.MONITOR) -> dict[str, Any]:
        """The columns that most records have: whose they are, and who says so."""
        return {"project": project, "source": self.source(voice)}

    def add_to(self, rows: Rows) -> None:
        """Make everything that is recorded of this mine."""
        name = f"Mine {self.number:06}"
        company = Organisation(name=f"Company {self.number:06}", kind=Organisation.Kind.COMPANY, country="PE")
        contractor = Organisation(name=f"Contractor {self.number:06}", kind=Organisation.Kind.COMPANY, country="PE")
        project = Project(
            name=name,
            slug=f"mine-{self.number:06}",
            country="PE",
            operator=company,
            source=self.source(),
            investment_amount=Decimal(self.dice.randint(1, 5000) * 1_000_000),
            investment_currency="USD",
        )
        neighbours = [
            Community(
                name=f"Ayllu {self.number:06} {letter}",
                slug=f"ayllu-{self.number:06}-{letter}".lower(),
                kind=Community.Kind.CAMPESINA,
                district=self.district,
                languages="Quechua, Spanish",
                source=self.source(),
            )
            for letter in "AB"
        ]
        agreement = Agreement(title=f"Agreement of {name}", signed_on=date(2020, 1, 15), **self.of(project))
        rows.organisations += [company, contractor]
        rows.projects.append(project)
        rows.communities += neighbours
        rows.first += [agreement, *self.standing_facts(project, company, neighbours)]
        study = self.study(project)
        rows.first.append(study)
        for year in YEARS:
            rows.first += self.returns(project, [company, contractor], year)
            rows.first += self.disclosures(project, year)
            rows.second += self.conditions(study, year)
            rows.second += self.commitments(agreement, neighbours, year)
            for owed in self.obligations(project, agreement, company, neighbours, year):
                rows.second.append(owed)
                flow = self.payment(owed)
                if flow is None:
                    continue
                rows.third.append(flow)
                for said, correction in self.statements(flow, owed):
                    rows.fourth.append(said)
                    rows.fifth += [correction] if correction else []
        if self.number % 5 == 0:
            approver = None if self.number % 2 else self.cast.reviewer
            people = {"requested_by": self.cast.monitor, "approved_by": approver}
            nothing = "Nothing was promised to anybody here."
            rows.first.append(Exemption(year=YEARS[-1], indicator="P03", reason=nothing, **people, **self.of(project)))

    def standing_facts(
        self, project: Project, company: Organisation, neighbours: Sequence[Community]
    ) -> list[models.Model]:
        """The phase, the owners and the influence, which last for years."""
        return [
            PhasePeriod(phase="operation", starts_on=OPENED_ON, **self.of(project)),
            OwnershipStake(owner=company, share_percent=Decimal(60), starts_on=OPENED_ON, **self.of(project)),
            *(
                Influence(community=community, degree="direct", recognition="recognised", **self.of(project))
                for community in neighbours
            ),
        ]

    def study(self, project: Project) -> ImpactAssessment:
        """The study that had to precede the works."""
        approved = date(2013, 1, 1) + timedelta(days=self.dice.randint(0, 600))
        return ImpactAssessment(
            **self.of(project, Source.Voice.AUTHORITY),
            **{"instrument": "EIA-d", "component": "pit", "submitted_on": date(2012, 1, 1)},
            approved_on=None if self.unknown() else approved,
            works_started_on=approved + timedelta(days=self.dice.randint(-30, 900)),
            participation_planned=4,
            participation_held=None if self.unknown() else self.dice.randint(2, 4),
        )

    def conditions(self, study: ImpactAssessment, year: int) -> list[models.Model]:
        """What the study's approval asks for in one year."""
        made: list[models.Model] = []
        for due in (date(year, month, 28) for month in (3, 8, 12)):
            done = None if self.unknown() else due + timedelta(days=self.dice.randint(-40, 60))
            known = {"due_on": due, "fulfilled_on": done, "source": self.source(Source.Voice.AUTHORITY)}
            made.append(AssessmentCondition(assessment=study, description="Water the road", **known))
        return made

    def returns(self, project: Project, employers: Sequence[Organisation], year: int) -> list[models.Model]:
        """Each employer's two half years."""
        made: list[models.Model] = []
        for employer in employers:
            for start, end in ((date(year, 1, 1), date(year, 6, 30)), (date(year, 7, 1), date(year, 12, 31))):
                total = self.dice.randint(100, 2000)
                district = self.dice.randint(10, 60) * total // 200
                staff = self.dice.randint(50, 500)
                made.append(
                    EmploymentReturn(
                        **self.of(project, Source.Voice.COMPANY),
                        **{
                            "employer": employer,
                            "period_start": start,
                            "period_end": end,
                            "contractors_included": True,
                        },
                        total_fte=Decimal(total),
                        district_fte=None if self.unknown() else Decimal(district),
                        province_fte=Decimal(district + total // 10),
                        region_fte=Decimal(district + total // 5),
                        national_fte=Decimal(total * 9 // 10 + 1),
                        women_fte=Decimal(total // 6),
                        staff_headcount=staff,
                        foreign_headcount=self.dice.randint(0, staff // 4),
                    )
                )
        return made

    def disclosures(self, project: Project, year: int) -> list[models.Model]:
        """The yearly report."""
        published = date(year + 1, 1, 1) + timedelta(days=self.dice.randint(30, 500))
        known = self.of(project, Source.Voice.COMPANY)
        return [Disclosure(title="Yearly report", period_end=date(year, 12, 31), published_on=published, **known)]

    def commitments(self, agreement: Agreement, neighbours: Sequence[Community], year: int) -> list[models.Model]:
        """What was promised for one year, and what became of it."""
        made: list[models.Model] = []
        for number, month in enumerate((2, 7, 11)):
            due, says = date(year, month, 15), self.dice.choice(["fulfilled", "fulfilled", "not_fulfilled", ""])
            made.append(
                Commitment(
                    agreement=agreement,
                    description="A school",
                    community=neighbours[number % len(neighbours)],
                    due_on=due,
                    company_says_fulfilled_on=None if self.unknown() else due,
                    community_says=says,
                    confirmed_on=due + timedelta(days=self.dice.randint(-60, 40)) if says == "fulfilled" else None,
                    source=self.source(Source.Voice.COMMUNITY),
                )
            )
        return made

    def obligations(
        self, project: Project, agreement: Agreement, payer: Organisation, neighbours: Sequence[Community], year: int
    ) -> list[Obligation]:
        """Instalments, mostly in soles."""
        return [
            Obligation(
                **self.of(project),
                **{"agreement": agreement, "basis": Obligation.Basis.AGREEMENT, "payer": payer},
                community=neighbours[number % len(neighbours)],
                amount=Decimal(self.dice.randint(50, 900) * 1000),
                currency="USD" if number == 0 else "PEN",
                due_on=date(year, 1 + number, 28),
            )
            for number in range(INSTALMENTS)
        ]

    def payment(self, owed: Obligation) -> Disbursement | None:
        """The flow that settles an instalment, unless nobody knows of one."""
        if self.unknown():
            return None
        return Disbursement(
            **self.of(owed.project, Source.Voice.COMPANY),
            **{"obligation": owed, "payer": owed.payer, "community": owed.community, "currency": owed.currency},
            year=owed.due_on.year,
            purpose=self.dice.choice(PURPOSES),
        )

    def statements(self, flow: Disbursement, owed: Obligation) -> Iterable[tuple[Statement, Statement | None]]:
        """What each side says, sometimes corrected."""
        paid = owed.amount if self.dice.random() < 0.8 else owed.amount / 2
        paid_on = owed.due_on + timedelta(days=self.dice.randint(-20, 90))
        for side, amount in ((Statement.Side.COMPANY, paid), (Statement.Side.RECIPIENT, paid)):
            if side == Statement.Side.RECIPIENT and self.dice.random() < 0.3:
                continue
            when = None if self.unknown() else paid_on
            source = flow.source if side == Statement.Side.COMPANY else self.source(Source.Voice.COMMUNITY)
            said: dict[str, Any] = {"disbursement": flow, "side": side, "occurred_on": when, "source": source}
            first = Statement(amount=amount, **said)
            corrected = None
            if self.dice.random() < 0.05:
                corrected = Statement(amount=amount * 9 / 10, supersedes=first, reason="Counted again.", **said)
            yield first, corrected
