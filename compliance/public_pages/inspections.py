"""What authorities looked at and found, and what they decided."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date, money, yes_or_no
from compliance.evaluation.criteria.inspections import InspectionFact, SanctionFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import (
    RecordRow,
    Section,
    Subject,
    Table,
    Values,
    register,
    rows_shown,
    table_of,
    table_of_facts,
)
from projects.models import Inspection, Sanction


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a visit found, in the words of the record."""

    record: str
    found: str


def describe_findings(subject: Subject) -> list[Finding] | None:
    """What the visits of the year found, where it is in words."""
    rows = subject.facts[InspectionFact]
    records = Inspection.with_withdrawn.in_bulk([row.key for row in rows])
    findings = [Finding(record=row.record, found=records[row.key].found) for row in rows]
    return [one for one in findings if one.found] or None


def findings_of(document: Document) -> dict[str, str]:
    """The words for what each visit found, by its record."""
    return {one.record: one.found for one in document.rows(Finding, "inspections")}


def show_inspections(document: Document) -> Values | None:
    """Each visit with what it was about, who was present and what it found."""
    findings = findings_of(document)
    rows = [
        RecordRow(
            row.authority,
            visit_words(row, findings.get(row.record, "")),
            row.voice,
            [yes_or_no(row.community_present), yes_or_no(row.monitor_present), outcome_words(row)],
        )
        for row in document.facts[InspectionFact]
    ]
    head = [_("Authority"), _("Community present"), _("Independent monitor present"), _("Outcome")]
    return rows_shown(head, rows)


def visit_words(row: InspectionFact, found: str) -> str:
    """What a visit was about, when it was, and what was found."""
    visit = f"{Inspection.Subject(row.subject).label}, {long_date(row.inspected_on)}"
    return f"{visit}: {found}" if found else visit


def outcome_words(row: InspectionFact) -> str:
    """What came of a visit, and since when what was found is corrected."""
    if not row.finding:
        return _("We don’t know")
    outcome = str(Inspection.Finding(row.finding).label)
    return f"{outcome}, {long_date(row.corrected_on)}" if row.corrected_on else outcome


def show_sanctions(document: Document) -> Values | None:
    """Each decision with its amount and what became of it."""
    rows = [
        RecordRow(
            row.authority,
            ", ".join([*decision_words(row), long_date(row.decided_on)]),
            row.voice,
            [amount_words(row), state_words(row), paid_words(row)],
        )
        for row in document.facts[SanctionFact]
    ]
    return rows_shown([_("Authority"), _("Fine"), _("State"), _("Paid or carried out")], rows)


def decision_words(row: SanctionFact) -> list[str]:
    """What was decided, and the number of the resolution where it is known."""
    return [str(Sanction.Decision(row.decision).label), *([row.resolution] if row.resolution else [])]


def amount_words(row: SanctionFact) -> str:
    """How much a fine is; a dash for what has no amount."""
    return money(row.amount, row.currency) if row.decision == Sanction.Decision.FINE else "–"


def state_words(row: SanctionFact) -> str:
    """Whether a decision is final."""
    return str(Sanction.State(row.state).label) if row.state else _("We don’t know")


def paid_words(row: SanctionFact) -> str:
    """Since when it is settled; that nobody says so is no word that it is not. A dash for a warning, which asks nothing."""
    if row.decision == Sanction.Decision.WARNING:
        return "–"
    return long_date(row.paid_on) if row.paid_on else _("Nobody says so")


def inspections_table(document: Document) -> Table:
    """One row a visit."""
    words = {"record": _("record"), "authority": _("authority"), "inspected_on": _("inspected on")}
    words |= {"subject": _("about"), "condition": _("condition"), "community_present": _("community present")}
    words |= {"monitor_present": _("independent monitor present"), "finding": _("outcome")}
    words |= {"corrected_on": _("corrected on"), "voice": _("who says so")}
    findings = findings_of(document)
    columns: dict[str, Callable[[InspectionFact], object]] = {
        **{heading: attrgetter(name) for name, heading in words.items()},
        _("what was found"): lambda row: findings.get(row.record, ""),
    }
    return table_of(document, columns, document.facts[InspectionFact])


def sanctions_table(document: Document) -> Table:
    """One row a decision."""
    words = {
        "record": _("record"),
        "authority": _("authority"),
        "decided_on": _("decided on"),
        "decision": _("what was decided"),
    }
    words |= {"resolution": _("resolution"), "inspection": _("inspection"), "amount": _("amount")}
    words |= {"currency": _("currency"), "state": _("state"), "paid_on": _("paid or carried out on")}
    return table_of_facts(document, SanctionFact, words | {"voice": _("who says so")})


register(
    Section(
        name="inspections",
        page="oversight",
        place=2,
        title=gettext_lazy("Inspections"),
        lead=gettext_lazy("Visits of authorities in the year, and what they found."),
        part=Finding,
        is_list=True,
        describe=describe_findings,
        show=show_inspections,
        table=inspections_table,
        template="table",
    )
)
register(
    Section(
        name="sanctions",
        page="oversight",
        place=3,
        title=gettext_lazy("Fines and other sanctions"),
        lead=gettext_lazy(
            "What authorities decided against the mine in the year. A decision may not be final; its state stands beside it."
        ),
        show=show_sanctions,
        table=sanctions_table,
        template="table",
    )
)
