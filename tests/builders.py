"""Small records for tests that need a database: people, a project, and facts about it, entered through the services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from communities.models import Agreement, Commitment, Community, Disbursement, Influence, Obligation, Statement
from communities.services.ledger import Said, record_disbursement
from compliance.models import Exemption
from projects.models import (
    Area,
    AssessmentCondition,
    Disclosure,
    EmploymentReturn,
    ImpactAssessment,
    PhasePeriod,
    Project,
    Source,
)
from projects.services.records import enter_record

YEAR = 2025
COMPANY, RECIPIENT = Statement.Side.COMPANY, Statement.Side.RECIPIENT


def organisation(name: str, kind: str = Organisation.Kind.COMPANY, country: str = "PE") -> Organisation:
    """One organisation, listed once."""
    return Organisation.objects.get_or_create(name=name, kind=kind, defaults={"country": country})[0]


def person(name: str, role: str = Role.MONITOR, of: Organisation | None = None) -> User:
    """Somebody with one role, in an organisation that fits it."""
    kinds = {Role.MONITOR: Organisation.Kind.NGO, Role.OPERATOR: Organisation.Kind.COMPANY}
    where = of or organisation(f"{role} house", kinds.get(Role(role), Organisation.Kind.REGULATOR))
    user = User.objects.create_user(f"{name}@tests.example", "not-a-secret-2026", full_name=name.capitalize())
    Membership.objects.create(user=user, organisation=where, role=role, starts_on=date(2020, 1, 1))
    return user


def source(voice: str = Source.Voice.MONITOR) -> Source:
    """Provenance, not yet saved."""
    return Source(voice=voice, stated_on=date(YEAR, 12, 31), reference="Report")


def project(actor: User, name: str = "Qori Pampa") -> Project:
    """A project of Peru with an operator, not yet with any fact."""
    made = Project(name=name, operator=organisation(f"Minera {name}"))
    enter_record(actor=actor, record=made, source=source())
    return made


def community(actor: User, name: str = "Wayra Pata") -> Community:
    """A community in the first district of the list."""
    district = Area.objects.districts().order_by("code").first()
    made = Community(name=name, kind=Community.Kind.CAMPESINA, district=district)
    enter_record(actor=actor, record=made, source=source())
    return made


def employment(actor: User, of: Project, year: int = YEAR, *, total: int = 200, district: int = 60) -> EmploymentReturn:
    """The operator's return of one year."""
    made = EmploymentReturn(
        project=of,
        employer=of.operator,
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        contractors_included=True,
        total_fte=Decimal(total),
        district_fte=Decimal(district),
        province_fte=Decimal(district + 20),
        region_fte=Decimal(district + 40),
        national_fte=Decimal(total - 5),
        women_fte=Decimal(total // 5),
        staff_headcount=100,
        foreign_headcount=5,
    )
    enter_record(actor=actor, record=made, source=source(Source.Voice.COMPANY))
    return made


def obligation(actor: User, of: Project, to: Community, due_on: date, amount: int = 100_000) -> Obligation:
    """A sum that the operator owes a community."""
    made = Obligation(
        project=of,
        basis=Obligation.Basis.FUND,
        payer=of.operator,
        community=to,
        amount=Decimal(amount),
        currency="PEN",
        due_on=due_on,
    )
    enter_record(actor=actor, record=made, source=source())
    return made


def payment(actor: User, owed: Obligation, *, paid: int | None = 100_000, received: int | None = None) -> Disbursement:
    """What the sides say about a sum that was owed; None: nobody said anything."""
    said = [
        Said(side, Decimal(amount), owed.due_on)
        for side, amount in ((COMPANY, paid), (RECIPIENT, received))
        if amount is not None
    ]
    flow = Disbursement(
        project=owed.project,
        obligation=owed,
        payer=owed.payer,
        community=owed.community,
        year=owed.due_on.year,
        currency=owed.currency,
        purpose=Disbursement.Purpose.HEALTH,
    )
    return record_disbursement(actor=actor, disbursement=flow, said=said, source=source(Source.Voice.COMPANY))


def whole_project(
    actor: User, approver: User, name: str, neighbour: Community, years: Iterable[int] = (YEAR,)
) -> Project:
    """A project with at least one row in every table that judgement reads."""
    made = project(actor, name)
    first = min(years)
    near = Influence(
        project=made,
        community=neighbour,
        degree=Influence.Degree.DIRECT,
        recognition=Influence.Recognition.RECOGNISED,
    )
    enter_record(actor=actor, record=near, source=source())
    phase = PhasePeriod(project=made, phase=PhasePeriod.Phase.OPERATION, starts_on=date(2015, 1, 1))
    enter_record(actor=actor, record=phase, source=source())
    study = ImpactAssessment(
        project=made,
        instrument=ImpactAssessment.Instrument.EIA_D,
        component="pit",
        submitted_on=date(2012, 3, 1),
        approved_on=date(2013, 3, 1),
        works_started_on=date(2014, 1, 1),
        participation_planned=4,
        participation_held=4,
    )
    enter_record(actor=actor, record=study, source=source(Source.Voice.AUTHORITY))
    agreement = Agreement(project=made, title=f"Agreement of {name}", signed_on=date(2012, 1, 1))
    enter_record(actor=actor, record=agreement, source=source(), related={"communities": [neighbour]})
    for year in years:
        condition = AssessmentCondition(
            assessment=study, description="Water the road", due_on=date(year, 6, 30), fulfilled_on=date(year, 6, 1)
        )
        enter_record(actor=actor, record=condition, source=source(Source.Voice.AUTHORITY))
        employment(actor, made, year)
        payment(actor, obligation(actor, made, neighbour, date(year, 3, 31)), received=100_000)
        promise = Commitment(
            agreement=agreement,
            description="A school",
            community=neighbour,
            due_on=date(year, 9, 30),
            community_says=Commitment.Answer.FULFILLED,
            confirmed_on=date(year, 9, 1),
        )
        enter_record(actor=actor, record=promise, source=source(Source.Voice.COMMUNITY))
        report = Disclosure(
            project=made, title="Yearly report", period_end=date(year, 12, 31), published_on=date(year + 1, 4, 1)
        )
        enter_record(actor=actor, record=report, source=source(Source.Voice.COMPANY))
    exemption = Exemption(
        project=made,
        year=first,
        indicator="P03",
        reason="There is no such thing at this mine.",
        requested_by=actor,
        approved_by=approver,
    )
    enter_record(actor=actor, record=exemption, source=source())
    return made
