"""Rows that become payments: one flow of money with what the company and what the recipient say, apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.copying import add_many
from accounts.models import Organisation
from accounts.models.merges import called_otherwise
from accounts.services.audit import write_audits
from communities.models import Community, Disbursement, Statement
from communities.models.ledger import FIRST_YEAR
from communities.repeats import SIDES, check_repeats
from communities.statement_words import voice_of_payee
from projects.intake.headings import fold
from projects.intake.names import KnownNames, rows_by_name
from projects.intake.organisations import (
    known_organisations,
    note_unknown,
    organisations_by_name,
    refuse_shared_names,
)
from projects.intake.parsing import (
    name_of_at_most,
    one_of,
    parse_amount,
    parse_currency,
    parse_date,
    parse_year,
    shown,
    text_of_at_most,
    words_for,
)
from projects.intake.targets import ImportField, ImportTarget, Row, Scope, register
from projects.models import ImportBatch, Project, Source

Named = TypeVar("Named", Project, Community)
PURPOSES = words_for(Disbursement.Purpose.choices) | {"otros": Disbursement.Purpose.OTHER.value}
COMMUNITY_BEGINS = re.compile(r"(comunidad|community of|c\. ?c\.|cc\.? |centro poblado|c\. ?p\. |ccpp |anexo|ayllu)")
"""How communities are called, in the form of `fold`."""


class DisbursementTarget(ImportTarget):
    """One row, one payment with one or two sides; undone by withdrawing what was said: the ledger forgets nothing."""

    code = "disbursements"
    label = _("Payments")
    undoing = _(
        "The words of these rows are withdrawn: a payment of which nobody else says anything stays visible as withdrawn, and "
        "counts no longer; one of which others said something goes on counting by their words. They go on naming who paid and "
        "who was paid: an organisation that nothing else names is offered in no list, search or form any more. It cannot be "
        "taken back; whoever needs the payments again imports them again."
    )
    needs = [["payer"], ["payee"], ["year", "paid_on"], ["currency"], ["company_amount", "recipient_amount"]]
    fields = [
        ImportField(
            "payer",
            _("payer"),
            name_of_at_most(200),
            _("A company that is not known yet is added."),
            second=True,
            aliases="payer, pagador, origin name, origin, empresa, company, full company name, compania",
        ),
        ImportField(
            "payee",
            _("payee"),
            name_of_at_most(200),
            second=True,
            help=_(
                "A community of this name where there is one; else an organisation, added as “Other” if it is not known yet."
            ),
            aliases=(
                "payee, beneficiario, recipient name, recipient, receptor, comunidad, community, government entity, "
                "entidad, entidad publica"
            ),
        ),
        ImportField(
            "project",
            _("project"),
            name_of_at_most(500),
            _("Where no such project is known, the words are kept."),
            aliases="project, proyecto, project name, nombre del proyecto, mina, mine",
        ),
        ImportField(
            "stream",
            _("kind of payment"),
            text_of_at_most(120),
            second=True,
            aliases=(
                "name en, payment stream, revenue stream name, stream, tipo de pago, flujo, concepto, kind of payment"
            ),
        ),
        ImportField(
            "year",
            _("year"),
            parse_year,
            _("Where it is empty, the year of the payment."),
            aliases="year, ano, anio, ejercicio, fiscal year, periodo",
        ),
        ImportField(
            "currency",
            _("currency"),
            parse_currency,
            _("Three letters, such as PEN or USD."),
            aliases="currency, moneda, reporting currency, divisa",
        ),
        ImportField(
            "company_amount",
            _("amount paid, as the company says"),
            parse_amount,
            has_unit=True,
            aliases=(
                "payments companies reported, company amount, amount paid, monto pagado, importe pagado, amount, "
                "monto, importe"
            ),
        ),
        ImportField(
            "paid_on", _("paid on"), parse_date, aliases="paid on, fecha de pago, pagado el, payment date, fecha"
        ),
        ImportField(
            "recipient_amount",
            _("amount received, as the recipient says"),
            parse_amount,
            has_unit=True,
            aliases=(
                "payments companies, recipient amount, amount received, monto recibido, importe recibido, revenue value"
            ),
        ),
        ImportField(
            "received_on",
            _("received on"),
            parse_date,
            aliases="received on, fecha de recepcion, recibido el, receipt date",
        ),
        ImportField(
            "purpose",
            _("purpose"),
            one_of(PURPOSES, Disbursement.Purpose.labels),
            aliases="purpose, finalidad, proposito, destino",
        ),
        ImportField(
            "bank_reference",
            _("bank reference"),
            text_of_at_most(60),
            aliases="bank reference, referencia bancaria, operacion bancaria, referencia",
        ),
    ]

    def check(self, rows: Sequence[Row], scope: Scope) -> None:
        """Match projects and communities by name; look at years, unknown names and payments told of before."""
        projects = rows_by_name(names(rows, "project"), Project.objects.visible_to(scope.actor))
        communities = rows_by_name(names(rows, "payee"), Community.objects.visible_to(scope.actor))
        today, stated_on = timezone.localdate(), scope.source(None).stated_on
        for row in rows:
            row.values["matched_project"] = match(row, "project", projects)
            row.values["matched_community"] = match(row, "payee", communities)
            check_time(row, today, stated_on)
            for _side, amount, _day in SIDES:
                if row.values[amount] is not None and row.values[amount] < 0:
                    row.note(amount, "repayment")
        payees = [(row, "payee") for row in rows if not row.values["matched_community"]]
        refuse_shared_names([*((row, "payer") for row in rows), *payees])
        note_unknown_names(rows, scope)
        check_repeats(rows, scope)

    def save(self, rows: Sequence[Row], scope: Scope) -> None:
        """Flows, then what each side says, each with its own source; and the trail."""
        payers = organisations_by_name(
            names(rows, "payer"), scope, kind=Organisation.Kind.COMPANY, preferred=[Organisation.Kind.COMPANY]
        )
        payees = organisations_by_name(
            {row.values["payee"] for row in rows if not row.values["matched_community"]},
            scope,
            kind=Organisation.Kind.OTHER,
            preferred=[Organisation.Kind.AGENCY, Organisation.Kind.COMMUNITY_BODY],
        )
        sources = scope.add_sources(rows)
        flows = add_many(flow(row, source, payers, payees) for row, source in zip(rows, sources, strict=True))
        said = [
            (one, row, side, amount, day)
            for one, row in zip(flows, rows, strict=True)
            for side, amount, day in SIDES
            if row.values[amount] is not None
        ]
        voices = add_many(side_source(scope, row, one, side) for one, row, side, _a, _d in said)
        add_many(
            Statement(
                disbursement=one, side=side, amount=row.values[amount], occurred_on=row.values[day], source=source
            )
            for (one, row, side, amount, day), source in zip(said, voices, strict=True)
        )
        write_audits(actor=scope.actor, verb="imported", records=flows, reason=str(scope.batch))
        scope.concerned.update((one.project_id, one.year) for one in flows if one.project_id)

    def takes_two_to_undo(self, batch: ImportBatch) -> bool:
        """Whether it put anything into the ledger."""
        return Statement.objects.filter(source__import_row__batch=batch).exists()

    def undo(self, rows: Sequence[int], scope: Scope, reason: str) -> set[int]:
        """Withdraw every statement of these rows that still stands; what people said since stays."""
        batch = scope.batch
        sources = list(Source.objects.filter(import_row__in=rows).values_list("pk", flat=True))
        flows = Disbursement.objects.filter(source__in=sources).select_related("payer", "payee", "community").in_bulk()
        standing = Statement.objects.standing().filter(disbursement__in=list(flows))
        own = standing.filter(source__in=sources).order_by("pk")
        source = scope.source(
            None,
            voice=Source.Voice.MONITOR,
            organisation_id=batch.organisation_id,
            stated_on=timezone.localdate(),
            reference=str(batch)[:300],
        )
        source.save()
        add_many(
            Statement(
                disbursement_id=one.disbursement_id,
                side=one.side,
                amount=one.amount,
                occurred_on=one.occurred_on,
                withdrawn=True,
                supersedes=one,
                reason=reason,
                source=source,
            )
            for one in own
        )
        touched = [flows[key] for key in sorted({one.disbursement_id for one in own})]
        write_audits(actor=scope.actor, verb="undone", records=touched, reason=reason)
        scope.concerned.update((one.project_id, one.year) for one in touched if one.project_id)
        return set()

    def said_by_others(self, batch: ImportBatch) -> int:
        """Standing statements about its payments."""
        return Statement.objects.standing().filter(disbursement__source__import_row__batch=batch).count()

    def still_named(self, organisations: Collection[int]) -> set[int]:
        """Payers and payees of payments of which anything stands."""
        told = Disbursement.objects.standing().filter(Q(payer__in=organisations) | Q(payee__in=organisations))
        return {key for pair in told.values_list("payer", "payee") for key in pair if key}


def names(rows: Iterable[Row], code: str) -> set[str]:
    """What the rows call somebody or something."""
    return {row.values[code] for row in rows if row.values[code]}


def match(row: Row, code: str, known: Mapping[str, list[Named]]) -> Named | None:
    """The record of that name, nothing where there is none; two of one name are for the person to decide."""
    name = row.values[code]
    found = known.get(fold(name), []) if name else []
    if len(found) > 1:
        row.refuse(code, "ambiguous_name", value=shown(name))
    return found[0] if len(found) == 1 else None


def check_time(row: Row, today: date, stated_on: date | None) -> None:
    """Take the year from the date where it is empty; refuse times that cannot be, or that contradict each other.

    Nobody said before it happened that money moved.
    """
    said = row.values
    if said["year"] is None and said["paid_on"]:
        said["year"] = said["paid_on"].year
    year = said["year"]
    if year is not None and not FIRST_YEAR <= year <= today.year + 1:
        row.refuse("year", "year_out_of_range", first=FIRST_YEAR, last=today.year + 1)
    for _side, amount, day in SIDES:
        if said[day] and said[day] > today:
            row.refuse(day, "future_date")
        elif said[day] and said[amount] and stated_on and said[day] > stated_on:
            row.refuse(day, "said_before_it_happened", day=stated_on.isoformat())
        elif said[day] and year is not None and abs(said[day].year - year) > 1:
            row.refuse("", "year_and_date_differ", year=year, day=said[day].isoformat())


def note_unknown_names(rows: Sequence[Row], scope: Scope) -> None:
    """Say which payers, payees and projects nobody knows yet, and which known name is close; nothing is refused."""
    organisations = known_organisations(scope)
    communities = known(scope, "communities", Community.objects.visible_to(scope.actor))
    projects = known(scope, "projects", Project.objects.visible_to(scope.actor))
    for row in rows:
        note_unknown(row, "payer", "will_be_added", scope, organisations)
        note_unknown(row, "payee", "agency_will_be_added", scope, communities, organisations)
        doubt_community(row, communities, organisations)
        note_unknown(row, "project", "no_such_project", scope, projects)


def doubt_community(row: Row, *among: KnownNames) -> None:
    """A payee called like a community, and not on record, is hardly the organisation that it would be added as."""
    name = row.values["payee"]
    if name and COMMUNITY_BEGINS.match(fold(name)) and not any(name in known for known in among):
        row.doubt("payee", "looks_like_a_community", value=shown(name))


def known(scope: Scope, code: str, records: QuerySet[Project] | QuerySet[Community]) -> KnownNames:
    """All that records are called which the person may see; read once a pass."""
    if code not in scope.memory:
        otherwise = (those.order_by().values_list("called", flat=True) for those in called_otherwise(records))
        scope.memory[code] = KnownNames(chain(*otherwise, records.order_by().values_list("name", flat=True)))
    found: KnownNames = scope.memory[code]
    return found


def flow(row: Row, source: int, payers: Mapping[str, Organisation], payees: Mapping[str, Organisation]) -> Disbursement:
    """An unsaved flow of money."""
    said = row.values
    community, project = said["matched_community"], said["matched_project"]
    return Disbursement(
        project=project,
        project_as_reported="" if project else said["project"] or "",
        payer=payers[fold(said["payer"])],
        community=community,
        payee=None if community else payees[fold(said["payee"])],
        stream=said["stream"] or "",
        purpose=said["purpose"] or "",
        year=said["year"],
        currency=said["currency"],
        bank_reference=said["bank_reference"] or "",
        source_id=source,
    )


def side_source(scope: Scope, row: Row, one: Disbursement, side: str) -> Source:
    """Who speaks on that side: the payer as the company, or the payee."""
    if side == Statement.Side.COMPANY:
        return scope.source(row, voice=Source.Voice.COMPANY, organisation=one.payer)
    return scope.source(row, voice=voice_of_payee(one.payee), organisation=one.payee)


register(DisbursementTarget())
