"""Telling the record of `record.yaml` through the services, as the people of the demo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, pairwise
from typing import Any

from django.db.models import Count, Min, Model, Sum

from accounts.models import Organisation, User
from accounts.roles import Role
from accounts.services.proposals import confirm
from communities.models import (
    Agreement,
    Commitment,
    Community,
    Disbursement,
    Influence,
    Obligation,
    SharedWork,
    Statement,
)
from communities.services.ledger import Said, record_disbursement, state_side
from communities.services.ledger_requests import ask_to_correct
from communities.statement_words import voice_of_payee
from compliance.evaluation.facts import BEFORE_WORKS
from config.demo.accords import enter_accord, put_under_accord
from config.demo.closure import enter_closure
from config.demo.complaints import enter_complaints
from config.demo.identity import enter_identity, enter_organisations
from config.demo.monitoring import enter_monitoring
from config.demo.papers import keep_paper
from config.demo.people import add_organisations, read_data
from config.demo.places import enter_outlines
from config.demo.studies import enter_areas, enter_exploration, enter_meetings, enter_steps
from projects.kinds import KINDS_OF_RECORD, RecordKind
from projects.models import (
    Area,
    AssessmentCondition,
    Disclosure,
    EmploymentReturn,
    Evidence,
    ExpectedCount,
    Holding,
    ImpactAssessment,
    Inspection,
    Mineral,
    OwnershipStake,
    PhasePeriod,
    Project,
    ProjectAssignment,
    Source,
)
from projects.models.columns import columns_of
from projects.services.records import enter_record
from projects.services.verification import verify_record

Story = Mapping[str, Any]
COMPANY, RECIPIENT = Statement.Side.COMPANY, Statement.Side.RECIPIENT
Voice, State, Answer = Source.Voice, Source.State, Commitment.Answer
EMPLOYMENT_COLUMNS = (
    "contractors_included",
    *(f"{group}_fte" for group in ("total", "district", "province", "region", "national", "women")),
    *("staff_headcount", "foreign_headcount"),
)
"""As each row of `jobs` gives them."""
NOT_CERTIFYING = ("ITS", "update", "social", "human-rights")


def columns_told(model: type[Model], row: Story, **called: str) -> dict[str, Any]:
    """What a row of the data says of the columns of a record; `called` says what it calls some of them."""
    names = {column.name: called.get(column.name, column.name) for column in columns_of(model)}
    return {column: row[name] for column, name in names.items() if name in row}


class RecordTelling:
    """One telling of the record: who speaks, and what was entered so far."""

    def __init__(self, people: Mapping[str, User], organisations: Mapping[str, Organisation]) -> None:
        self.data = read_data("record.yaml")
        self.people = people
        self.monitor = people["ana"]
        self.organisations = {**organisations, **add_organisations(self.data["organisations"])}
        districts = {row["district"] for row in self.data["communities"].values()}
        districts.update(code for row in self.data["projects"] for code in row["areas"])
        self.areas = {area.code: area for area in Area.objects.filter(country="PE", code__in=districts)}
        self.minerals = Mineral.objects.in_bulk()
        self.communities: dict[str, Community] = {}
        self.minutes: dict[tuple[str, date], Evidence] = {}
        self.numbers = count(1)

    def tell(self) -> dict[str, Project]:
        """Enter everything; the projects by name."""
        for key, row in self.data["communities"].items():
            community = Community(is_demo=True, **row | {"district": self.areas[row["district"]]})
            self.enter(community, Voice.MONITOR, date(2022, 11, 15), "Visita de campo")
            self.communities[key] = community
        for row in self.data["holdings"]:
            company, owner = self.organisations[row["company"]], self.organisations[row["owner"]]
            share = Decimal(str(row["share"]))
            holding = Holding(company=company, owner=owner, share_percent=share, starts_on=row["from"])
            self.enter(holding, Voice.AUTHORITY, row["from"], "Registro de empresas")
        enter_organisations(self)
        return {row["name"]: ProjectTelling(self, row).tell() for row in self.data["projects"]}

    def colleague_of(self, actor: User) -> User:
        """Somebody else who enters for the same organisation."""
        own = actor.organisation_as(Role.MONITOR, Role.OPERATOR)
        others = (one for one in self.people.values() if one != actor)
        return next(one for one in others if one.organisation_as(Role.MONITOR, Role.OPERATOR) == own)

    def enter(
        self,
        record: Any,
        voice: str,
        stated_on: date | None,
        reference: str,
        state: str = State.REPORTED,
        *,
        actor: User | None = None,
        organisation: Organisation | None = None,
        audience: str = "",
        **more: Any,
    ) -> None:
        """Enter one record with where it comes from; the monitor does it unless told. A reviewer verifies what is verified."""
        entered_as = State.REPORTED if state == State.VERIFIED else state
        source = Source(
            voice=voice, stated_on=stated_on, reference=reference, state=entered_as, organisation=organisation
        )
        if audience or voice in (Voice.COMPANY, Voice.AUTHORITY):
            source.audience = audience or Source.Audience.PUBLIC
        enter_record(actor=actor or self.monitor, record=record, source=source, **more)
        if state == State.VERIFIED:
            note = "Cotejado con el documento (inventado)."
            verify_record(actor=self.people["julian"], record=record, revision=source.revision, note=note)

    def payee(self, key: str) -> Community | Organisation:
        """A community, or an organisation that is paid instead."""
        return self.communities.get(key) or self.organisations[key]


class ProjectTelling:
    """One project's part of the record."""

    def __init__(self, telling: RecordTelling, row: Story) -> None:
        self.telling = telling
        self.enter = telling.enter
        self.row = row
        self.operator = telling.organisations[row["operator"]]
        self.company_actor = telling.people["diego"] if row.get("entered_by_operator") else telling.monitor
        self.money_actor = telling.people[row.get("money_entered_by", "ana")]

    def tell(self) -> Project:
        """Enter the project and everything that hangs on it."""
        self.enter_project()
        self.enter_neighbours()
        for row in self.row["assessments"]:
            self.enter_assessment(row)
        enter_outlines(self)
        enter_areas(self)
        self.enter_employment()
        self.enter_agreement()
        self.enter_money()
        for row in self.row["disclosures"]:
            self.enter_disclosure(row)
        for code, rows in self.row.get("reported", {}).items():
            for row in rows:
                self.enter_reported(KINDS_OF_RECORD[code], row)
        for row in self.row.get("complaints", ()):
            enter_complaints(self, row)
        for row in self.row.get("closure", ()):
            enter_closure(self, row)
        for row in self.row.get("accords", ()):
            enter_accord(self, row)
        for row in self.row.get("under_accords", ()):
            put_under_accord(self, row)
        enter_identity(self)
        for row in self.row.get("monitoring", ()):
            enter_monitoring(self, row)
        self.enter_expected()
        return self.project

    def company_says(self, record: Any, stated_on: date, reference: str, **more: Any) -> None:
        """Enter what the company reports, by its own person where it has one in the demo."""
        said = (Voice.COMPANY, stated_on, reference)
        self.enter(record, *said, organisation=self.operator, actor=self.company_actor, **more)

    def enter_project(self) -> None:
        """The project with its phases, owners and followers."""
        telling, row = self.telling, self.row
        currency, investment = row.get("investment", ("", None))
        latitude, longitude = (Decimal(str(degrees)) for degrees in row["lies"]) if "lies" in row else (None, None)
        self.project = Project(
            operator=self.operator,
            investment_amount=investment,
            investment_currency=currency,
            latitude=latitude,
            longitude=longitude,
            is_demo=True,
            **{name: row[name] for name in ("name", "start_year") if name in row},
        )
        related = {
            "minerals": [telling.minerals[code] for code in row["minerals"]],
            "areas": [telling.areas[code] for code in row["areas"]],
        }
        self.enter(self.project, Voice.MONITOR, date(2023, 1, 20), "Ficha del proyecto", related=related)
        if follower := row.get("also_followed_by"):
            ProjectAssignment.objects.create(project=self.project, organisation=telling.organisations[follower])
        for (phase, starts_on), (_next, ends_on) in pairwise([*row["phases"], (None, None)]):
            period = PhasePeriod(project=self.project, phase=phase, starts_on=starts_on, ends_on=ends_on)
            self.enter(period, Voice.AUTHORITY, starts_on, "Registro de proyectos")
        for stake in row["stakes"]:
            owner, share = telling.organisations[stake["owner"]], Decimal(str(stake["share"]))
            days = {"starts_on": stake["from"], "ends_on": stake.get("until")}
            held = OwnershipStake(project=self.project, owner=owner, share_percent=share, **days)
            if carried := stake.get("carried"):
                held.carried_percent, held.carried_until = Decimal(carried["percent"]), carried.get("until")
                held.carried_by = telling.organisations[carried["by"]]
            if stake.get("registered"):
                self.enter(held, Voice.AUTHORITY, stake["from"], "Registro de empresas")
            else:
                self.enter(held, Voice.COMPANY, stake["from"], "Libro de accionistas", organisation=self.operator)

    def enter_neighbours(self) -> None:
        """Which communities the mine affects, as its study says or as they claim."""
        for key, near in self.row["near"].items():
            given = {"degree": Influence.Degree.DIRECT, "recognition": Influence.Recognition.RECOGNISED} | near
            community = self.telling.communities[key]
            columns = columns_told(Influence, given, starts_on="since")
            influence = Influence(project=self.project, community=community, **columns)
            if influence.recognition == Influence.Recognition.CLAIMED:
                self.enter(influence, Voice.COMMUNITY, influence.starts_on, "Acta de la asamblea", State.DISPUTED)
            else:
                study = "Área de influencia del estudio aprobado"
                self.enter(influence, Voice.AUTHORITY, influence.starts_on, study)

    def enter_assessment(self, row: Story) -> None:
        """A study with its resolution and the conditions of its approval."""
        planned, held = row.get("participation", (None, None))
        columns = columns_told(
            ImpactAssessment, row, submitted_on="submitted", approved_on="approved", works_started_on="works"
        )
        columns["not_begun_on"] = row.get("not_begun")
        if "approved_by" in row:
            columns["approved_by"] = self.telling.organisations[row["approved_by"]]
        columns["amends"] = self.project.assessments.filter(component=row["of"]).earliest("pk") if "of" in row else None
        study = ImpactAssessment(
            project=self.project, participation_planned=planned, participation_held=held, **columns
        )
        papers = []
        if study.resolution:
            lines = [self.project.name, str(study), f"Aprobado el {study.approved_on:%d/%m/%Y}"]
            papers = [self.keep(study.resolution, lines, "pdf", row["approved"])]
        reference = study.resolution or "Expediente en trámite"
        state = State.VERIFIED if papers else State.UNVERIFIED
        known = study.approved_on or study.submitted_on
        self.enter(study, Voice.AUTHORITY, known, reference, state, evidence=papers)
        for told in row.get("conditions", ()):
            self.enter_condition(study, *told)
        enter_exploration(self, study, row)
        enter_steps(self, study, row)
        enter_meetings(self, study, row)

    def enter_condition(
        self,
        study: ImpactAssessment,
        due_on: date | None,
        fulfilled_on: date | None,
        text: str,
        more: Story | None = None,
    ) -> None:
        """One condition of a study; `more` are its other columns, with what it replaces by its words."""
        columns = dict(more or {})
        if "replaces" in columns:
            known = AssessmentCondition.objects.filter(assessment__project=self.project)
            columns["replaces"] = known.get(description=columns["replaces"])
        condition = AssessmentCondition(
            assessment=study, description=text, due_on=due_on, fulfilled_on=fulfilled_on, **columns
        )
        stated_on = fulfilled_on or (study.approved_on if more else due_on)
        self.enter(condition, Voice.AUTHORITY, stated_on, "Informe de supervisión")

    def enter_employment(self) -> None:
        """Who got the jobs: one return of the operator for each year, and those of others."""
        jobs = self.row["jobs"]
        returns = [(self.operator, year, figures) for year, figures in jobs["rows"].items()]
        returns += [
            (self.telling.organisations[other["employer"]], other["year"], other["row"])
            for other in jobs.get("others", ())
        ]
        for employer, year, figures in returns:
            period = {"period_start": date(year, 1, 1), "period_end": date(year, 12, 31)}
            columns = period | dict(zip(EMPLOYMENT_COLUMNS, figures, strict=True)) | self.pay_of(year, figures)
            if employer == self.operator:
                columns |= jobs.get("told", {}).get(year, {})
            record = EmploymentReturn(project=self.project, employer=employer, **columns)
            self.company_says(record, date(year + 1, 3, 15), f"Planilla {year} de {employer}")

    def pay_of(self, year: int, figures: Sequence[Any]) -> dict[str, Any]:
        """What the employees of a return were paid; asked from the first year on for which the data says it."""
        pay = self.telling.data["pay"]
        if year < pay["since"]:
            return {}
        staff, foreign = figures[-2:]
        if None in (staff, foreign):
            return {}
        sums = {"staff_pay": staff * pay["national"] + foreign * pay["more_for_foreigners"]}
        sums["foreign_pay"] = foreign * (pay["national"] + pay["more_for_foreigners"])
        return {name: Decimal(amount) for name, amount in sums.items()} | {"pay_currency": "PEN"}

    def enter_expected(self) -> None:
        """What registers, agreement and resolutions name of the first listed year: as much as is told, and `unlisted`."""
        year = self.telling.data["listed_year"]
        if not self.row.get("lists", True):
            return
        days = (date(year, 1, 1), date(year, 12, 31))
        due = {"due_on__range": days}
        returns = EmploymentReturn.objects.filter(project=self.project, period_start=days[0])
        if returns:
            workers = returns.aggregate(sum=Sum("total_fte"))["sum"]
            self.enter_list("employment", days, returns.count(), f"Planilla electrónica {year}", people=workers)
        owed = Obligation.objects.filter(project=self.project, **due).values("currency").order_by("currency")
        for one in owed.annotate(number=Count("pk"), sum=Sum("amount")):
            sums = {"amount": one["sum"], "currency": one["currency"]}
            self.enter_list("obligations", days, one["number"], "Cronograma de pagos", **sums)
        promises = Commitment.objects.filter(agreement__project=self.project, voluntary=False, **due)
        self.enter_list("commitments", days, promises.count(), "Matriz de compromisos")
        studies = ImpactAssessment.objects.filter(project=self.project).exclude(instrument__in=NOT_CERTIFYING)
        every_one = ImpactAssessment.objects.filter(project=self.project, instrument__in=BEFORE_WORKS)
        self.enter_list("assessments", days, studies.count(), "Registro de certificaciones", studies=every_one.count())
        conditions = AssessmentCondition.objects.filter(assessment__project=self.project, due_on__lte=days[1])
        first = studies.aggregate(first=Min("approved_on"))["first"] or days[0]
        self.enter_list("conditions", (first, days[1]), conditions.count(), "Matriz ambiental")
        if works := SharedWork.objects.filter(project=self.project, planned_from__lte=days[1]).count():
            self.enter_list("shared-works", days, works, "Relación de obras acordadas")

    def enter_list(self, of: str, days: tuple[date, date], number: int, document: str, **sizes: Any) -> None:
        """How many there must be, as a document of the authority names them."""
        lacking = self.row.get("unlisted", {}).get(of, {})
        sizes |= {name: sizes[name] + Decimal(lacking[name]) for name in sizes.keys() & lacking.keys()}
        listed = ExpectedCount(
            project=self.project,
            of=of,
            period_start=days[0],
            period_end=days[1],
            number=number + lacking.get("number", 0),
            document=f"{document} (inventado)",
            **sizes,
        )
        paper = self.keep(f"{document} {days[1].year}", [str(self.project), f"Número: {listed.number}"], "pdf", days[1])
        self.enter(listed, Voice.AUTHORITY, days[1], document, evidence=[paper])

    def enter_reported(self, kind: RecordKind, row: Story) -> None:
        """What the company, or an authority that it names, reports of any other kind; organisations stand by their keys."""
        columns = columns_told(kind.model, row)
        companies = [kind.column(name) for name in kind.named if kind.column(name).related_model is Organisation]
        asked = [column.name for column in companies if column.name in row or not column.null]
        organisations = self.telling.organisations
        columns |= {name: organisations.get(row.get(name, ""), self.operator) for name in asked}
        if "condition" in row:
            conditions = AssessmentCondition.objects.filter(assessment__project=self.project)
            columns["condition"] = conditions.get(description=row["condition"])
        if "inspection" in row:
            columns["inspection"] = Inspection.objects.get(project=self.project, source__reference=row["inspection"])
        if "community" in row:
            columns["community"] = self.telling.communities[row["community"]]
        if "work" in row:
            columns["work"] = SharedWork.objects.get(project=self.project, name=row["work"])
        of_mine = {"project": self.project} if kind.project_path == "project" else {}
        record = kind.model(**of_mine, **columns)
        if "authority" in row:
            authority = organisations[row["authority"]]
            self.enter(record, Voice.AUTHORITY, row["stated"], row["document"], organisation=authority)
        else:
            papers = [self.keep(row["document"], row["paper"], "pdf", row["stated"])] if "paper" in row else []
            self.company_says(record, row["stated"], row["document"], evidence=papers)

    def enter_agreement(self) -> None:
        """The agreement with its promises, and what each side says became of them."""
        row = self.row["agreement"]
        columns = columns_told(Agreement, row, signed_on="signed", text_withheld="withheld")
        self.agreement = Agreement(project=self.project, **columns)
        lines = [self.project.name, f"Firmado el {row['signed']:%d/%m/%Y}"]
        self.agreement_papers = (
            [] if self.agreement.text_withheld else [self.keep(row["title"], lines, "pdf", row["signed"])]
        )
        self.agreement_state = State.VERIFIED if self.agreement_papers else State.UNVERIFIED
        near = {"communities": [self.telling.communities[key] for key in row["with"]]}
        said = (Voice.MONITOR, row["signed"], row["title"], self.agreement_state)
        self.enter(self.agreement, *said, evidence=self.agreement_papers, related=near)
        for promise in row["promises"]:
            self.enter_promise(promise)

    def enter_promise(self, row: Story) -> None:
        """One promise; who says what follows from the word in the data."""
        promise = Commitment(
            agreement=self.agreement,
            description=row["what"],
            clause=f"cláusula {row['clause']}" if "clause" in row else "",
            community=self.telling.communities[row["of"]] if "of" in row else None,
            **columns_told(Commitment, {name: row[name] for name in row if name in {"due", "voluntary"}}, due_on="due"),
        )
        voice, state = Voice.COMPANY, State.REPORTED
        if day := row.get("claimed") or row.get("disputed") or row.get("kept") or row.get("attested"):
            promise.company_says_fulfilled_on = day
        if "kept" in row:
            promise.community_says, promise.confirmed_on = Answer.FULFILLED, row["kept"]
            voice, state = Voice.COMMUNITY, State.VERIFIED
        if "attested" in row:
            promise.authority_says, promise.confirmed_on = Answer.FULFILLED, row["attested"]
            promise.authority_document = f"Informe de supervisión, {row['attested']:%d/%m/%Y}"
            voice, state = Voice.AUTHORITY, State.VERIFIED
        if "disputed" in row or "missed" in row:
            promise.community_says = Answer.NOT_FULFILLED
            voice, state = Voice.COMMUNITY, State.DISPUTED if "disputed" in row else State.REPORTED
        if not {"claimed", "kept", "attested", "disputed", "missed"} & row.keys():
            voice, state = Voice.UNKNOWN, State.UNVERIFIED
        papers = []
        if voice == Voice.COMMUNITY:
            promise.community_known_by, promise.community_speaker = Source.Way.ASSEMBLY, "La asamblea"
            promise.community_said_on = assembly_day(row["due"].year)
            papers = [self.minutes_of(row.get("of"), row["due"].year, promise.community_said_on)]
        said = (voice, row["due"], self.agreement.title, state)
        self.enter(promise, *said, evidence=papers, actor=self.money_actor)

    def enter_money(self) -> None:
        """What is owed on each day, and the payments that somebody has said something about."""
        money = self.row["money"]
        serial = count()
        for key, owed in money["owed"].items():
            for year, days in money["due"].items():
                if year not in owed:
                    continue
                told = money.get("paid", {}).get(key, {}).get(year, ["arrived"] * len(days))
                for day, word in zip(days, told, strict=True):
                    obligation = self.enter_obligation(key, date.fromisoformat(f"{year}-{day}"), owed)
                    number = next(serial)
                    purpose = money["purposes"][number % len(money["purposes"])] or ""
                    with_receipt = money.get("receipts") == "all" or number % 2 == 0
                    self.enter_payment(obligation, key, word, purpose, with_receipt=with_receipt)

    def enter_obligation(self, key: str, due_on: date, owed: Mapping[Any, Any]) -> Obligation:
        """One sum that falls due."""
        payee = self.telling.payee(key)
        obligation = Obligation(
            project=self.project,
            agreement=self.agreement,
            basis=self.row["money"].get("basis", Obligation.Basis.AGREEMENT),
            payer=self.operator,
            amount=Decimal(owed[due_on.year]),
            currency=owed.get("currency", self.row["money"]["currency"]),
            due_on=due_on,
            **({"community": payee} if isinstance(payee, Community) else {"recipient": payee}),
        )
        said = (
            Voice.MONITOR,
            self.agreement.signed_on,
            f"{self.agreement.title}, cronograma de pagos",
            self.agreement_state,
        )
        self.enter(obligation, *said, evidence=self.agreement_papers, actor=self.money_actor)
        return obligation

    def enter_payment(self, obligation: Obligation, key: str, word: str, purpose: str, *, with_receipt: bool) -> None:
        """One payment as the word in the data tells it: the company's side, then the recipient's."""
        told = Told.of(word, obligation)
        if told.first is None and told.arrived is None:
            return
        number = next(self.telling.numbers)
        disbursement = Disbursement(
            project=self.project,
            obligation=obligation,
            payer=obligation.payer,
            community=obligation.community,
            payee=obligation.recipient,
            stream=self.row["money"]["stream"],
            purpose=purpose,
            year=obligation.due_on.year,
            currency=obligation.currency,
            bank_reference=f"DEMO-{number:05}" if told.paid_on else "",
        )
        heard_on = meeting_after(told.received_on, obligation.due_on.year)
        minutes = [self.minutes_of(key, obligation.due_on.year, heard_on)] if told.arrived is not None else []
        if told.first is None:
            record_disbursement(
                actor=self.money_actor,
                disbursement=disbursement,
                said=[self.recipient_says(told, obligation, minutes)],
            )
            return
        actor = self.company_actor if self.row.get("entered_by_operator") else self.money_actor
        receipts = [self.receipt(obligation, told, number, actor)] if with_receipt and told.paid_on else []
        record_disbursement(
            actor=actor,
            disbursement=disbursement,
            said=[Said(COMPANY, told.first, told.paid_on, self.company_source(told, obligation, receipts), receipts)],
        )
        if told.corrected is not None:
            asked = ask_to_correct(
                actor=actor,
                disbursement=disbursement,
                said=Said(COMPANY, told.corrected, told.paid_on, self.company_source(told, obligation, receipts)),
                seen=disbursement.statements.standing().get().pk,
                reason="La retención se devolvió el mismo día; el primer reporte no la incluía.",
            )
            confirm(actor=self.telling.colleague_of(actor), proposal=asked)
        if told.arrived is not None:
            state_side(
                actor=self.money_actor,
                disbursement=disbursement,
                said=self.recipient_says(told, obligation, minutes),
                seen=None,
            )

    def company_source(self, told: Told, obligation: Obligation, receipts: Sequence[Evidence]) -> Source:
        """The company says so, with or without a receipt."""
        return Source(
            voice=Voice.COMPANY,
            organisation=obligation.payer,
            stated_on=told.paid_on or obligation.due_on,
            state=State.DISPUTED if told.disputed else State.REPORTED,
            known_by=Source.Way.BANK if receipts else Source.Way.LETTER,
            speaker="Oficina de relaciones comunitarias",
            reference="Comprobante del banco" if receipts else "Reporte de pagos de la empresa",
            audience=Source.Audience.PUBLIC,
        )

    def recipient_says(self, told: Told, obligation: Obligation, minutes: Sequence[Evidence]) -> Said:
        """What the community says, in the minutes of its assembly; any other recipient says it in a letter."""
        community = obligation.community_id is not None
        source = Source(
            voice=voice_of_payee(obligation.recipient),
            organisation=obligation.recipient,
            stated_on=meeting_after(told.received_on, obligation.due_on.year),
            state=State.DISPUTED if told.disputed else State.REPORTED,
            known_by=Source.Way.ASSEMBLY if community else Source.Way.LETTER,
            speaker="La asamblea" if community else "Tesorería",
            reference="Acta de la asamblea" if community else "Informe de tesorería",
        )
        return Said(RECIPIENT, told.known_arrived, told.received_on, source, minutes)

    def receipt(self, obligation: Obligation, told: Told, number: int, by: User) -> Evidence:
        """The bank slip of a payment."""
        day = told.paid_on or obligation.due_on
        lines = [
            f"De: {obligation.payer}",
            f"A: {obligation.payee}",
            f"Monto: {obligation.currency} {told.standing:,.2f}",
            f"Fecha: {day:%d/%m/%Y}    Operación: DEMO-{number:05}",
        ]
        return self.keep(f"Comprobante {obligation.payee} {number:05}", lines, "png", day, by)

    def minutes_of(self, payee: str | None, year: int, day: date) -> Evidence:
        """The minutes in which an assembly, or that of all neighbours, went through a year; one paper for all it said."""
        known, key = self.telling.minutes, payee or self.project.slug
        if (key, day) not in known:
            lines = [f"Asamblea del {day:%d/%m/%Y}", f"Cuentas y compromisos del año {year}", "Firmas: 43 (inventadas)"]
            of_whom = self.telling.payee(payee) if payee else f"de las comunidades de {self.project}"
            title = f"Acta {of_whom} {year if day == assembly_day(year) else day}"
            known[key, day] = self.keep(title, lines, "pdf", day)
        return known[key, day]

    def enter_disclosure(self, row: Story) -> None:
        """A report that the company published about a year."""
        columns = {"title": row["title"], "published_on": row["published"], "period_end": date(row["year"], 12, 31)}
        found = row.get("figures_found", True)
        report = Disclosure(project=self.project, publisher=self.operator, has_figures=found, **columns)
        self.company_says(report, row["published"], row["title"])

    def keep(self, title: str, lines: Sequence[str], kind: str, day: date, by: User | None = None) -> Evidence:
        """Keep a paper that says that it is invented; the monitor does it unless told."""
        return keep_paper(title=title, lines=lines, kind=kind, effective_on=day, by=by or self.telling.monitor)


@dataclass(frozen=True)
class Told:
    """What the two sides say about one payment, spelled out from one word of the data."""

    first: Decimal | None = None
    corrected: Decimal | None = None
    paid_on: date | None = None
    arrived: Decimal | None = None
    received_on: date | None = None

    @classmethod
    def of(cls, word: str, obligation: Obligation) -> Told:
        """Spell out a word such as `late 40`."""
        name, _space, figure = word.partition(" ")
        owed, due_on = obligation.amount, obligation.due_on
        part = owed * int(figure or 100) / 100 if name != "late" else owed
        paid_on = due_on + timedelta(days=int(figure)) if name == "late" else due_on - timedelta(days=due_on.day % 4)
        received_on = paid_on + timedelta(days=3)
        spelled: dict[str, Told] = {
            "arrived": cls(first=owed, paid_on=paid_on, arrived=owed, received_on=received_on),
            "claimed": cls(first=owed, paid_on=paid_on),
            "disputed": cls(first=owed, paid_on=paid_on, arrived=Decimal(0)),
            "late": cls(first=owed, paid_on=paid_on, arrived=owed, received_on=received_on),
            "partly": cls(first=part, paid_on=paid_on, arrived=part, received_on=received_on),
            "short": cls(first=owed, paid_on=paid_on, arrived=part, received_on=received_on),
            "corrected": cls(first=part, corrected=owed, paid_on=paid_on, arrived=owed, received_on=received_on),
            "received": cls(arrived=owed, received_on=received_on),
            "unpaid": cls(first=Decimal(0)),
            "unrecorded": cls(),
        }
        return spelled[name]

    @property
    def standing(self) -> Decimal:
        """What the company says in the end."""
        return self.first or Decimal(0) if self.corrected is None else self.corrected

    @property
    def known_arrived(self) -> Decimal:
        """What the recipient says, where it says something."""
        return self.arrived if self.arrived is not None else Decimal(0)

    @property
    def disputed(self) -> bool:
        """Whether the two sides say different things."""
        return self.first is not None and self.arrived is not None and self.standing != self.arrived


def meeting_after(happened_on: date | None, year: int) -> date:
    """The day of the assembly about a year; of what happened after it, of another one two weeks later."""
    usual = assembly_day(year)
    return usual if happened_on is None or happened_on <= usual else happened_on + timedelta(days=14)


def assembly_day(year: int) -> date:
    """The day on which assemblies go through the accounts of a year: the third Sunday of the next January."""
    first = date(year + 1, 1, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 14)
