"""What authorities looked at and found, and what they decided."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date, money, yes_or_no
from compliance.evaluation.criteria.inspections import InspectionFact, InspectionFindingFact, SanctionFact
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
    words_in_public,
)
from projects.models import Inspection, InspectionFinding, Sanction


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a visit found, or one finding of it, in the words of the record."""

    record: str
    found: str


def describe_findings(subject: Subject) -> list[Finding] | None:
    """What the visits of the year found, where it is in words, and each finding; of sources that are not confidential."""
    rows = subject.facts[InspectionFact]
    visits: Any = Inspection.with_withdrawn.select_related("source").in_bulk([row.key for row in rows])
    said = [Finding(record=row.record, found=words_in_public(visits[row.key], visits[row.key].found)) for row in rows]
    findings = subject.facts[InspectionFindingFact]
    known: Any = InspectionFinding.with_withdrawn.select_related("source").in_bulk([row.key for row in findings])
    said += [
        Finding(record=row.record, found=words_in_public(known[row.key], known[row.key].found)) for row in findings
    ]
    return [one for one in said if one.found] or None


def findings_of(document: Document) -> dict[str, str]:
    """The words for what each visit found, and for each finding, by its record."""
    return {one.record: one.found for one in document.rows(Finding, "inspections")}


def findings_by_visit(document: Document) -> Mapping[str, Sequence[tuple[InspectionFindingFact, str]]]:
    """The findings of each visit, by its record, each with its words; "" where they are not public."""
    words, found = findings_of(document), defaultdict[str, list[tuple[InspectionFindingFact, str]]](list)
    for row in document.facts[InspectionFindingFact]:
        found[row.inspection].append((row, words.get(row.record, "")))
    return found


def show_inspections(document: Document) -> Values | None:
    """Each visit with what it was about, who was present and what it found; each finding stands below it."""
    words, findings = findings_of(document), findings_by_visit(document)
    rows = [
        RecordRow(
            row.authority,
            visit_words(row, words.get(row.record, "")),
            row.voice,
            [yes_or_no(row.community_present), yes_or_no(row.monitor_present), outcome_words(row)],
            steps=[(finding_words(row, found, said), found.voice) for found, said in findings[row.record]],
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


def finding_words(visit: InspectionFact, found: InspectionFindingFact, said: str) -> str:
    """What one finding of a visit is, by when it was to be corrected, and what is known of that."""
    what = f"“{said}”" if said else _("The words of this finding are not public")
    by = _("to be corrected by %(day)s") % {"day": long_date(found.correct_by)} if found.correct_by else ""
    return f"{'; '.join(filter(None, [what, by]))}. {corrected_words(visit, found)}"


def corrected_words(visit: InspectionFact, found: InspectionFindingFact) -> str:
    """When a finding was corrected, or that nobody says so; of a visit whose outcome says so, that it has no day of its own."""
    if found.corrected_on:
        return _("Corrected on %(day)s") % {"day": long_date(found.corrected_on)}
    if visit.finding == Inspection.Finding.CORRECTED:
        return _("No day is on record on which this finding was corrected")
    return _("Nobody says that it was corrected")


def show_sanctions(document: Document) -> Values | None:
    """Each decision with its amount and what became of it."""
    rows = [
        RecordRow(
            row.authority,
            ", ".join([*decision_words(row), long_date(row.decided_on)]),
            row.voice,
            [amount_words(row), state_words(row), ". ".join(settled_words(row)) or "–"],
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
    """Whether a decision is final, when it was appealed, and when that was decided."""
    state = str(Sanction.State(row.state).label) if row.state else _("We don’t know")
    if row.state == Sanction.State.DECIDED:
        state = _("Decided") if row.appealed_on else _("Decided; nobody says whether it was appealed since")
    appealed = [_("appealed on %(day)s") % {"day": long_date(row.appealed_on)}] if row.appealed_on else []
    if row.appeal_decided_on:
        appealed.append(_("appeal decided on %(day)s") % {"day": long_date(row.appeal_decided_on)})
    return "; ".join([state, *appealed])


def settled_words(row: SanctionFact) -> list[str]:
    """By when it was to be carried out, and when it was paid or carried out; that nobody says so is no word that it was not.

    Nothing of a warning, which asks nothing, and of what was annulled before anybody says that it was settled.
    """
    if row.decision == Sanction.Decision.WARNING or (row.state == Sanction.State.ANNULLED and not row.paid_on):
        return []
    is_fine = row.decision == Sanction.Decision.FINE
    by = [_("To be carried out by %(day)s") % {"day": long_date(row.carry_out_by)}] if row.carry_out_by else []
    if row.paid_on:
        words = _("Paid on %(day)s") if is_fine else _("Carried out on %(day)s")
        return [*by, words % {"day": long_date(row.paid_on)}]
    return [*by, _("Nobody says that it was paid") if is_fine else _("Nobody says that it was carried out")]


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


def findings_table(document: Document) -> Table:
    """One row a finding of a visit."""
    words = {"record": _("record"), "inspection": _("inspection"), "condition": _("condition")}
    words |= {"correct_by": _("to be corrected by"), "corrected_on": _("corrected on"), "voice": _("who says so")}
    said = findings_of(document)
    columns: dict[str, Callable[[InspectionFindingFact], object]] = {
        **{heading: attrgetter(name) for name, heading in words.items()},
        _("what was found"): lambda row: said.get(row.record),
    }
    return table_of(document, columns, document.facts[InspectionFindingFact])


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
    words |= {"carry_out_by": _("to be carried out by"), "appealed_on": _("appealed on")}
    words |= {"appeal_decided_on": _("appeal decided on"), "voice": _("who says so")}
    return table_of_facts(document, SanctionFact, words)


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
        name="inspection-findings",
        page="oversight",
        place=2,
        title=gettext_lazy("Findings of inspections"),
        show=lambda document: None,
        table=findings_table,
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
