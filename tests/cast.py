"""The cast of the tests: one person of each role, a stranger, and mines with a record of every kind.

What a test does not say is unremarkable. Everything is entered by the services, as the people themselves would.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import ProtectedError
from PIL import Image

from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from accounts.services.appointments import ask_for_role, confirm_role
from accounts.services.proposals import confirm, propose
from communities.models import Agreement, Commitment, Community, Disbursement, Influence, Obligation, Statement
from communities.services.ledger import Said, record_disbursement
from communities.services.ledger_requests import ask_to_correct, ask_to_withdraw
from compliance.models import Answer, Exemption, Publication, Review, Scorecard, ScorecardHead
from compliance.public_pages.trees import shipped
from compliance.services.answers import give_answers, subject_of
from compliance.services.openings import open_line
from compliance.services.production import produce_scorecards
from compliance.services.publications import approve_scorecard, publish_scorecard
from compliance.services.reviews import decide_indicator, outcomes_of, standing_of
from compliance.services.takedowns import TAKEDOWN
from projects.kinds import KINDS_OF_RECORD
from projects.models import (
    Area,
    AssessmentCondition,
    Disclosure,
    EmploymentReturn,
    Erasure,
    Evidence,
    ExpectedCount,
    ImpactAssessment,
    Mineral,
    OwnershipStake,
    PhasePeriod,
    Project,
    ProjectAssignment,
    Source,
)
from projects.services.cleaning import cleaned_pdf
from projects.services.erasures import ERASURE
from projects.services.evidence import keep_evidence
from projects.services.records import enter_record
from tests.kinds import kinds_with_files

YEAR = 2025
PASSWORD = "a long enough secret"
PDF = cleaned_pdf(
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
"""Already as it is kept."""
COMPANY, RECIPIENT = Statement.Side.COMPANY, Statement.Side.RECIPIENT


@dataclass
class Cast:
    """Who plays in the tests; `stranger` is the monitor of another organisation, `nobody` has no role."""

    monitor: User
    colleague: User
    stranger: User
    reviewer: User
    second_reviewer: User
    administrator: User
    second_administrator: User
    auditor: User
    operator: User
    nobody: User
    ngo: Organisation
    other_ngo: Organisation
    regulator: Organisation
    company: Organisation
    other_company: Organisation

    def __getitem__(self, name: str) -> User:
        """A person by the name of their part."""
        person: User = getattr(self, name)
        return person


def person(name: str, organisation: Organisation | None = None, role: str = "", password: str | None = None) -> User:
    """Somebody with at most one role."""
    user = User.objects.create_user(
        f"{name}@example.org", password, full_name=name.replace("_", " ").title(), language="en"
    )
    if organisation:
        appoint(user, organisation, role)
    return user


def appoint(user: User, organisation: Organisation, role: str, **days: Any) -> Membership:
    """Give a role as two people would who have nothing to do with the test, or as the tests' administrators."""
    first, second = (
        User.objects.filter(email=f"{name}@example.org").first() or person(name)
        for name in ("administrator", "second_administrator")
    )
    return Membership.objects.create(
        user=user, organisation=organisation, role=role, granted_by=first, confirmed_by=second, **days
    )


def given_role(cast: Cast, user: User, organisation: Organisation, role: str) -> Membership:
    """A role that one administrator asked for and the other confirmed."""
    asked = ask_for_role(actor=cast.administrator, user=user, organisation=organisation, role=role)
    return confirm_role(actor=cast.second_administrator, asked=asked)


def first_administrator(name: str, organisation: Organisation, password: str | None = None) -> User:
    """One of the two whom the command on the server appoints."""
    user = person(name, password=password)
    Membership.objects.create(user=user, organisation=organisation, role=Role.ADMINISTRATOR)
    return user


def gather_cast(password: str | None = None) -> Cast:
    """Everybody, with their organisations; the regulator is Peru's."""
    kind = Organisation.Kind
    ngo = Organisation.objects.create(name="Ojo Abierto", kind=kind.NGO, country="PE")
    other_ngo = Organisation.objects.create(name="Otra Mirada", kind=kind.NGO, country="CL")
    regulator = Organisation.objects.create(name="Ministerio", kind=kind.REGULATOR, country="PE")
    platform = Organisation.objects.create(name="Minka", kind=kind.OTHER)
    company = Organisation.objects.create(name="Minera Sami", kind=kind.COMPANY, country="PE")
    other_company = Organisation.objects.create(name="Minera Ajena", kind=kind.COMPANY, country="CL")
    administrator = first_administrator("administrator", platform, password)
    second_administrator = first_administrator("second_administrator", platform, password)
    return Cast(
        monitor=person("monitor", ngo, Role.MONITOR, password),
        colleague=person("colleague", ngo, Role.MONITOR, password),
        stranger=person("stranger", other_ngo, Role.MONITOR, password),
        reviewer=person("reviewer", regulator, Role.REVIEWER, password),
        second_reviewer=person("second_reviewer", regulator, Role.REVIEWER, password),
        administrator=administrator,
        second_administrator=second_administrator,
        auditor=person("auditor", platform, Role.AUDITOR, password),
        operator=person("operator", company, Role.OPERATOR, password),
        nobody=person("nobody", password=password),
        ngo=ngo,
        other_ngo=other_ngo,
        regulator=regulator,
        company=company,
        other_company=other_company,
    )


def source(voice: str = Source.Voice.MONITOR, **fields: Any) -> Source:
    """Provenance that nobody would look at twice, open to everybody who sees the record."""
    return Source(voice=voice, **({"reference": "Field notes 12", "audience": Source.Audience.PUBLIC} | fields))


def says(
    side: str,
    amount: str | int | Decimal,
    day: date | None = None,
    *,
    voice: str = "",
    files: Sequence[Evidence] = (),
    **fields: Any,
) -> Said:
    """What one side says of a payment, in a published document that the side itself wrote, no earlier than the day of the payment."""
    usual = {
        "voice": voice or (Source.Voice.COMMUNITY if side == RECIPIENT else Source.Voice.MONITOR),
        "audience": Source.Audience.PUBLIC,
        "known_by": Source.Way.PUBLIC,
        "speaker": f"the {side}’s office",
        "stated_on": max(day or date.min, date(2025, 7, 1)),
        "reference": "Field notes 12",
    }
    return Said(side, Decimal(amount), day, Source(**(usual | fields)), files)


def evidence(actor: User, name: str = "receipt.pdf", content: bytes = PDF) -> Evidence:
    """A kept file."""
    return keep_evidence(actor=actor, upload=SimpleUploadedFile(name, content))


def picture(kind: str = "JPEG", **options: Any) -> bytes:
    """A small photo."""
    out = io.BytesIO()
    Image.new("RGB", (12, 8), "brown").save(out, kind, **options)
    return out.getvalue()


def enter(actor: User, record: Any, *, files: Sequence[Evidence] = (), **related: Any) -> Any:
    """Enter one record as the person."""
    enter_record(actor=actor, record=record, source=source(), evidence=files, related=related)
    return record


def mine(actor: User, name: str, *, country: str = "PE", operator: Organisation | None = None) -> Project:
    """A project that the person's organisation follows."""
    return enter(actor, Project(name=name, country=country, operator=operator))  # type: ignore[no-any-return]


def digs(project: Project, *codes: str) -> None:
    """Say what a mine is there for."""
    project.minerals.set(Mineral.objects.filter(pk__in=codes))


def lies_in(project: Project, *codes: str) -> None:
    """Say in which districts of Peru a mine lies."""
    project.areas.set(Area.objects.filter(country="PE", code__in=codes))


def neighbour(actor: User, name: str, *, district: str = "030501") -> Community:
    """A community."""
    area = Area.objects.get(country="PE", code=district)
    return enter(actor, Community(name=name, kind="campesina", district=area))  # type: ignore[no-any-return]


def employment(
    actor: User,
    project: Project,
    year: int = YEAR,
    *,
    district: int = 80,
    women: int = 40,
    employer: Organisation | None = None,
) -> EmploymentReturn:
    """The operator's return of one year: 200 workers, and how many of them live in the districts."""
    given = EmploymentReturn(
        project=project,
        employer=employer or project.operator,
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        contractors_included=True,
        total_fte=Decimal(200),
        district_fte=Decimal(district),
        province_fte=Decimal(100),
        region_fte=Decimal(120),
        national_fte=Decimal(190),
        women_fte=Decimal(women),
        staff_headcount=100,
        foreign_headcount=5,
    )
    return enter(actor, given)  # type: ignore[no-any-return]


def obligation(
    actor: User, project: Project, community: Community, due_on: date, agreement: Agreement | None = None
) -> Obligation:
    """A sum that the operator owes a community, by an agreement or for a fund."""
    owed = Obligation(
        project=project,
        agreement=agreement,
        basis="agreement" if agreement else "fund",
        payer=project.operator,
        community=community,
        amount=Decimal(1000),
        currency="PEN",
        due_on=due_on,
    )
    return enter(actor, owed)  # type: ignore[no-any-return]


def payment(
    actor: User,
    obligation: Obligation,
    *,
    paid: str | None = "1000",
    received: str | None = "1000",
    files: Sequence[Evidence] = (),
    voice: str = Source.Voice.MONITOR,
    **fields: Any,
) -> Disbursement:
    """A payment of what is owed, five days early, with what each side says; None where it says nothing."""
    day = obligation.due_on - timedelta(days=5)
    said = [
        says(side, amount, day, voice=of_side, files=files if side == COMPANY or paid is None else ())
        for side, amount, of_side in ((COMPANY, paid, voice), (RECIPIENT, received, ""))
        if amount is not None
    ]
    usual: dict[str, Any] = {
        "project": obligation.project,
        "obligation": obligation,
        "payer": obligation.payer,
        "community": obligation.community,
        "payee": obligation.recipient,
        "year": obligation.due_on.year,
        "currency": obligation.currency,
        "purpose": "health",
    }
    return record_disbursement(actor=actor, disbursement=Disbursement(**(usual | fields)), said=said)


def seen(flow: Disbursement, side: str) -> int | None:
    """What somebody who looks now sees standing."""
    return flow.statements.standing().filter(side=side).values_list("pk", flat=True).first()


@dataclass
class Mine:
    """A project with one record of every kind, a payment with a file, the community it concerns, and lists of the rest."""

    project: Project
    community: Community
    records: dict[str, Any]
    disbursement: Disbursement
    evidence: Evidence
    lists: list[ExpectedCount]

    def keys_of(self, code: str) -> set[int]:
        """The keys of its records of a kind."""
        return {self.records[code].pk, *(row.pk for row in self.lists if code == "expected")}

    @property
    def obligation(self) -> Obligation:
        """What is owed."""
        obligation: Obligation = self.records["obligations"]
        return obligation

    @property
    def agreement(self) -> Agreement:
        """What was signed."""
        agreement: Agreement = self.records["agreements"]
        return agreement


def open_mine(actor: User, operator: Organisation, name: str = "Puka Sami", *, country: str = "PE") -> Mine:
    """Enter a mine and a record of every kind, good throughout."""
    project = mine(actor, name, country=country, operator=operator)
    community = neighbour(actor, f"Ayllu {name}")
    study = enter(
        actor,
        ImpactAssessment(
            project=project,
            instrument="EIA-d",
            component="first pit",
            submitted_on=date(2018, 1, 10),
            approved_on=date(2019, 3, 1),
            works_started_on=date(2020, 2, 1),
            participation_planned=4,
            participation_held=4,
        ),
    )
    agreement = enter(
        actor,
        Agreement(project=project, title="Framework agreement", signed_on=date(2020, 1, 15)),
        communities=[community],
    )
    records = {
        "phases": enter(actor, PhasePeriod(project=project, phase="operation", starts_on=date(2021, 1, 1))),
        "stakes": enter(
            actor,
            OwnershipStake(project=project, owner=operator, share_percent=Decimal(60), starts_on=date(2020, 1, 1)),
        ),
        "assessments": study,
        "conditions": enter(
            actor,
            AssessmentCondition(
                assessment=study, description="Dust screens", due_on=date(YEAR, 5, 1), fulfilled_on=date(YEAR, 4, 1)
            ),
        ),
        "employment": employment(actor, project),
        "disclosures": enter(
            actor,
            Disclosure(
                project=project, title="Yearly report", period_end=date(YEAR, 12, 31), published_on=date(YEAR + 1, 3, 1)
            ),
        ),
        "communities": community,
        "influence": enter(
            actor, Influence(project=project, community=community, degree="direct", recognition="recognised")
        ),
        "agreements": agreement,
        "commitments": enter(
            actor,
            Commitment(
                agreement=agreement,
                description="A school roof",
                community=community,
                due_on=date(YEAR, 8, 1),
                community_says="fulfilled",
                community_known_by="public",
                community_speaker="the assembly",
                community_said_on=date(YEAR, 7, 27),
                confirmed_on=date(YEAR, 7, 20),
            ),
        ),
        "obligations": obligation(actor, project, community, date(YEAR, 6, 30), agreement),
        "exemptions": enter(
            actor,
            Exemption(
                project=project,
                year=YEAR,
                indicator="L04",
                reason="No foreigner is employed there.",
                requested_by=actor,
            ),
        ),
    }
    for code, file in kinds_with_files().items():
        records[code] = typed_record(actor, project, code, file.typed(project, operator, YEAR))
    lists = [listed(actor, project, of) for of in ("assessments", "conditions", "obligations", "commitments")]
    paper = evidence(actor)
    return Mine(project, community, records, payment(actor, records["obligations"], files=[paper]), paper, lists)


def listed(actor: User, project: Project, of: str, number: int = 1, year: int = YEAR, **size: Any) -> ExpectedCount:
    """Enter what a document says that there must be in a year: one record, of one sum of 1,000 soles."""
    if of == "obligations":
        size = {"amount": Decimal(1000), "currency": "PEN"} | size
    first, last = date(year, 1, 1), date(year, 12, 31)
    return enter(  # type: ignore[no-any-return]
        actor,
        ExpectedCount(
            project=project, of=of, period_start=first, period_end=last, number=number, document="Yearly list", **size
        ),
    )


def typed_record(actor: User, project: Project, code: str, typed: dict[str, Any]) -> Any:
    """Enter what a person types into the form of a kind."""
    form = KINDS_OF_RECORD[code].form(typed, actor=actor, project=project)
    assert form.is_valid(), form.errors
    return enter(actor, form.save(commit=False), **form.related)


def make_room(record: Any) -> Any:
    """Let the same record be entered once more: delete it where nothing needs it; else a name or a year becomes another one."""
    if hasattr(record, "name"):
        record.name = f"{record.name} two"
        return record
    key = record.pk
    try:
        with transaction.atomic():
            record.delete()
    except ProtectedError:
        record.pk = key
        if hasattr(record, "year"):
            record.year -= 1
        if hasattr(record, "component"):
            record.component += " two"
    return record


def follow(project: Project, organisation: Organisation) -> None:
    """Let an organisation's monitors see a project."""
    ProjectAssignment.objects.create(project=project, organisation=organisation)


def produced(project: Project, year: int = YEAR) -> Scorecard:
    """The scorecard that stands now, computed from the facts as they are."""
    produce_scorecards({(project.pk, year)})
    return ScorecardHead.objects.select_related("scorecard").get(project=project, year=year).scorecard


def open_all(reviewer: User, card: Scorecard) -> None:
    """Open every line of a scorecard."""
    for code in outcomes_of(card):
        open_line(actor=reviewer, scorecard=card, indicator=code)


def accept_all(reviewer: User, card: Scorecard) -> None:
    """Open everything, and accept what has no decision yet."""
    open_all(reviewer, card)
    for code in standing_of(card).undecided:
        decide_indicator(actor=reviewer, scorecard=card, indicator=code, action=Review.Action.ACCEPT)


def published(cast: Cast, card: Scorecard, reason: str = "") -> Publication:
    """Take a scorecard all the way: decided and approved by one, published by the other."""
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    return publish_scorecard(actor=cast.second_reviewer, scorecard=card, correction_reason=reason)


def take_down(
    cast: Cast, publication: Publication, reason: str = "It names a person who asked not to be named."
) -> None:
    """Let two people take a publication down."""
    proposal = propose(actor=cast.administrator, kind=TAKEDOWN, record=publication, reason=reason)
    confirm(actor=cast.second_administrator, proposal=proposal)


def answered(reviewer: User, project: Project, name: str = "irma-1-1", **answers: str) -> Answer:
    """Answer what a framework asks about a mine, by the codes of its questions; the first of these answers."""
    kept = give_answers(
        actor=reviewer,
        tree=shipped()[name].tree,
        subject=subject_of("mine", project),
        given={code.replace("_", "."): answer for code, answer in answers.items()} or {"c1.1": "80"},
        seen=Answer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
        given_on=date(YEAR, 6, 30),
        source=source(),
        reason="The audit report was read again.",
    )
    return kept[0]


def second_person() -> User:
    """An administrator who gave nobody a role: the second person for everybody but the other administrators."""
    email = "second_person@example.org"
    platform, _new = Organisation.objects.get_or_create(name="Minka", defaults={"kind": Organisation.Kind.OTHER})
    return User.objects.filter(email=email).first() or person("second_person", platform, Role.ADMINISTRATOR)


def withdraw_payment(actor: User, flow: Disbursement, reason: str = "Entered twice.") -> None:
    """Let two people withdraw a payment: the person asks, another one confirms."""
    confirm(actor=second_person(), proposal=ask_to_withdraw(actor=actor, disbursement=flow, reason=reason))


def corrected(actor: User, flow: Disbursement, said: Said, reason: str = "Read again.") -> Statement:
    """Let two people correct what a side says: the person asks, another one confirms."""
    proposal = ask_to_correct(actor=actor, disbursement=flow, said=said, seen=seen(flow, said.side), reason=reason)
    confirm(actor=second_person(), proposal=proposal)
    return Statement.objects.get(proposal=proposal)


def erase(cast: Cast, where: Source, reason: str = "Somebody named in it asked for it.") -> Erasure:
    """Let two people erase the personal data of a source."""
    proposal = propose(actor=cast.administrator, kind=ERASURE, record=where, reason=reason)
    confirm(actor=cast.second_administrator, proposal=proposal)
    return Erasure.objects.get(proposal=proposal)
