"""Complaints about the environment: one by one where everybody may read them, of all others only how many there are."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import days, long_date, number
from compliance.evaluation.criteria.complaints import ComplaintFact
from compliance.evaluation.criteria.inspections import InspectionFact
from compliance.public_pages.checks import record_words
from compliance.public_pages.document import Document
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of
from projects.models import ComplaintStep, EnvironmentalComplaint


def one_by_one(document: Document) -> list[ComplaintFact]:
    """Each complaint that has a row of its own, the newest first."""
    rows = [(row.received_on, row.record, row) for row in document.facts[ComplaintFact] if row.received_on]
    return [row for _day, _record, row in sorted(rows, reverse=True)]


def counted(document: Document) -> list[ComplaintFact]:
    """The others by subject and state, in the order of forms."""
    subjects, states = EnvironmentalComplaint.Subject.values, ["received", *ComplaintStep.State.values]
    rows = [row for row in document.facts[ComplaintFact] if not row.received_on]
    return sorted(rows, key=lambda row: (subjects.index(row.subject), states.index(row.state), row.record))


def subject_words(row: ComplaintFact) -> str:
    """What was complained of."""
    return str(EnvironmentalComplaint.Subject(row.subject).label)


def show_complaints(document: Document) -> Values | None:
    """Each complaint with what became of it, how long it has been open, and the inspection that followed."""
    rows = []
    for row in one_by_one(document):
        received = {"authority": row.authority, "day": long_date(row.received_on)}
        about = [_("received by %(authority)s on %(day)s") % received]
        about += [record_words(row.condition)] if row.condition else []
        texts = [state_with_day(row), open_words(document, row), inspection_words(document, row)]
        rows.append(RecordRow(subject_words(row), ", ".join(about), row.voice, texts))
    return rows_shown(
        [_("Complaint about"), _("What became of it"), _("Days open"), _("Inspection that followed")], rows
    )


def state_words(row: ComplaintFact) -> str:
    """What became of a complaint; where it is said to be resolved, by whose word."""
    if row.state == "received":
        return _("Received; nothing more is on record")
    if row.state != "resolved":
        state = str(ComplaintStep.State(row.state).label)
        return _("%(state)s, says the company") % {"state": state} if row.state_voice == "company" else state
    said = {
        "complainant": _("Resolved, says whoever complained"),
        "authority": _("Resolved, says the authority; whoever complained has not said so"),
        "company": _("Only the company says that it is resolved"),
    }
    return said[row.resolved_by_word_of]


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


def inspection_words(document: Document, row: ComplaintFact) -> str:
    """Who inspected after it and when, as far as the document knows."""
    if row.inspection is None:
        return _("None on record")
    known = {one.record: f"{one.authority}, {long_date(one.inspected_on)}" for one in document.facts[InspectionFact]}
    return known.get(row.inspection) or record_words(row.inspection)


def show_counts(document: Document) -> Values | None:
    """How many others there are of each subject and state; few are not counted."""
    rows = [
        RecordRow(subject_words(row), "", row.voice, [state_words(row), count_words(row)]) for row in counted(document)
    ]
    return rows_shown([_("Complaints about"), _("What became of them"), _("How many")], rows)


def count_words(row: ComplaintFact) -> str:
    """How many; one to nine are not told apart."""
    return _("fewer than 10") if row.complaints is None else number(row.complaints)


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
    """One row a subject, state and voice; a number below ten is not said."""
    return table_of(
        document,
        {
            _("about"): subject_words,
            _("state"): state_words,
            _("number"): lambda row: row.complaints,
            _("who says so"): lambda row: row.voice,
        },
        counted(document),
    )


register(
    Section(
        name="environmental-complaints",
        page="environment",
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
        page="environment",
        place=6,
        title=gettext_lazy("Other complaints about the environment"),
        lead=gettext_lazy(
            "Complaints received in the year that are not listed one by one, so that nobody learns who complained."
            " A number below ten is not said."
        ),
        show=show_counts,
        table=counts_table,
        template="table",
    )
)
