"""Complaints about the environment: one by one where everybody may read them, of all others only how many there are."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import days, long_date, number
from compliance.evaluation.criteria.complaints import ComplaintFact
from compliance.evaluation.criteria.inspections import InspectionFact
from compliance.evaluation.facts import ConditionFact
from compliance.public_pages.document import Document
from compliance.public_pages.reports import studies_of_conditions
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of
from compliance.words import SPEAKERS
from projects.models import ComplaintStep, EnvironmentalComplaint


def one_by_one(document: Document) -> list[ComplaintFact]:
    """Each complaint that has a row of its own, the newest first."""
    rows = [(row.received_on, row.record, row) for row in document.facts[ComplaintFact] if row.received_on]
    return [row for _day, _record, row in sorted(rows, reverse=True)]


def counted(document: Document) -> list[ComplaintFact]:
    """The one row of all others."""
    return [row for row in document.facts[ComplaintFact] if row.complaints]


def subject_words(row: ComplaintFact) -> str:
    """What was complained of."""
    return str(EnvironmentalComplaint.Subject(row.subject).label)


def show_complaints(document: Document) -> Values | None:
    """Each complaint with what became of it, how long it has been open, and the inspection that followed."""
    conditions, inspections = conditions_in_words(document), inspections_in_words(document)
    rows = []
    for row in one_by_one(document):
        received = {"authority": row.authority, "day": long_date(row.received_on)}
        about = [_("received by %(authority)s on %(day)s") % received]
        about += [conditions.get(row.condition, _("about a condition of a study"))] if row.condition else []
        followed = inspections.get(row.inspection, _("One of another year")) if row.inspection else _("None on record")
        texts = [state_with_day(row), open_words(document, row), followed]
        rows.append(RecordRow(subject_words(row), ", ".join(about), row.voice, texts))
    return rows_shown(
        [_("Complaint about"), _("What became of it"), _("Days open"), _("Inspection that followed")], rows
    )


def conditions_in_words(document: Document) -> dict[str, str]:
    """By its record which condition one concerns, of those that the document knows."""
    studies, found = studies_of_conditions(document), {}
    for one in document.facts[ConditionFact]:
        said = {"study": studies[one.record] or _("a study"), "day": long_date(one.falls_due)}
        found[one.record] = _("about the condition of %(study)s that was due on %(day)s") % said
    return found


def inspections_in_words(document: Document) -> dict[str, str]:
    """By its record who inspected and when, of those that the document knows."""
    return {one.record: f"{one.authority}, {long_date(one.inspected_on)}" for one in document.facts[InspectionFact]}


def state_words(row: ComplaintFact) -> str:
    """What became of a complaint; where it is said to be resolved, by whose word, and who tells so."""
    if row.state == "received":
        return _("Received; nothing more is on record")
    if row.state != "resolved":
        state = str(ComplaintStep.State(row.state).label)
        return state if row.state_voice == "authority" else as_told_by(row, state)
    if row.resolved_by_word_of == "company":
        return _("Only the company says that it is resolved")
    if row.resolved_by_word_of == "complainant":
        said = _("Resolved, says whoever complained")
        return said if row.state_voice == "community" else as_told_by(row, said)
    said = _("Resolved, says the authority; whoever complained has not said so")
    return said if row.state_voice == "authority" else as_told_by(row, said)


def as_told_by(row: ComplaintFact, said: str) -> str:
    """What is said, with the source that tells it."""
    if row.state_voice not in SPEAKERS:
        return f"{said} ({_('nobody knows whose word this is')})"
    teller = _("as %(who)s tells it") % {"who": SPEAKERS[row.state_voice]}
    return f"{said} ({teller})"


def state_with_day(row: ComplaintFact) -> str:
    """What became of it, and on which day."""
    return f"{state_words(row)}, {long_date(row.state_since)}" if row.state_since else state_words(row)


def days_open(document: Document, row: ComplaintFact) -> int:
    """How many days one was open, up to the day of the document."""
    until = row.closed_on or document.as_of
    return (until - (row.received_on or until)).days


def open_words(document: Document, row: ComplaintFact) -> str:
    """How long it was open, or has been open."""
    time = days(days_open(document, row))
    return time if row.closed_on else _("%(time)s, and still open") % {"time": time}


def show_counts(document: Document) -> Values | None:
    """How many others there are at least; few are not said to be there."""
    rows = [RecordRow(_("All of the year together"), "", "monitor", [count_words(row)]) for row in counted(document)]
    return rows_shown([_("Other complaints"), _("How many")], rows)


def count_words(row: ComplaintFact) -> str:
    """How many at the least."""
    return _("at least %(number)s") % {"number": number(row.complaints)}


def complaints_table(document: Document) -> Table:
    """One row a complaint."""
    return table_of(
        document,
        {
            _("record"): lambda row: row.record,
            _("about"): subject_words,
            _("authority"): lambda row: row.authority,
            _("received on"): lambda row: row.received_on,
            _("state"): state_words,
            _("since"): lambda row: row.state_since,
            _("days open"): lambda row: days_open(document, row),
            _("condition"): lambda row: row.condition,
            _("inspection"): lambda row: row.inspection,
            _("who says so"): lambda row: row.voice,
        },
        one_by_one(document),
    )


def counts_table(document: Document) -> Table:
    """One row, where there are ten or more."""
    return table_of(document, {_("at least"): lambda row: row.complaints}, counted(document))


register(
    Section(
        name="environmental-complaints",
        page="oversight",
        place=5,
        title=gettext_lazy("Complaints about the environment"),
        lead=gettext_lazy(
            "Complaints that an authority received and of which everybody may read, with what became of each."
        ),
        show=show_complaints,
        table=complaints_table,
        template="table",
    )
)
register(
    Section(
        name="other-complaints",
        page="oversight",
        place=6,
        title=gettext_lazy("Other complaints about the environment"),
        lead=gettext_lazy(
            "Complaints received in the year that are not listed one by one, so that nobody learns who complained."
            " Fewer than ten are not told."
        ),
        show=show_counts,
        table=counts_table,
        template="table",
    )
)
