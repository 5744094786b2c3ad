"""Training: what people could learn, and how many of them finished it, which seats do not say."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date
from compliance.evaluation.criteria.training import PEOPLE, TrainingFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import (
    RecordRow,
    Section,
    Subject,
    Table,
    Values,
    public_records,
    register,
    rows_shown,
    table_of,
)
from compliance.public_pages.small_numbers import cell_of_count, hidden_in, words_of_count
from projects.models import TrainingReturn


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingWords:
    """What was learnt, where everybody may read the source."""

    record: str
    subject: str


def describe_training(subject: Subject) -> list[TrainingWords] | None:
    """What was learnt, of each return whose source is public; of the others only the form is published."""
    rows = subject.facts[TrainingFact]
    records = public_records(TrainingReturn, rows)
    return [
        TrainingWords(record=row.record, subject=records[row.key].subject) for row in rows if row.key in records
    ] or None


def subjects_of(document: Document) -> dict[str, str]:
    """What was learnt, by the record; nothing where not everybody may read it."""
    return {one.record: one.subject for one in document.rows(TrainingWords, "training")}


def show(document: Document) -> Values | None:
    """Each return with its seats, its hours and who finished it, in the order of their periods."""
    subjects, hidden = subjects_of(document), hidden_in(document, "training")
    rows = [
        RecordRow(
            subjects.get(row.record) or _("Its name is not public"),
            about_words(row),
            row.voice,
            [words_of_count(row, name, hidden.get(row.record, ())) for name in ("seats", *PEOPLE, "hours")],
        )
        for row in sorted(document.facts[TrainingFact], key=lambda one: (one.period_start, one.key))
    ]
    finished = [_("Finished it"), _("Of these, women"), _("Of these, from the districts"), _("Of these, hired")]
    return rows_shown([_("Training"), _("Seats"), *finished, _("Hours, all together")], rows)


def about_words(row: TrainingFact) -> str:
    """What it is, who offers it, and in which period."""
    what, period = TrainingReturn.Form(row.form).label, f"{long_date(row.period_start)} – {long_date(row.period_end)}"
    return f"{what}, {row.provider}, {period}"


def training_table(document: Document) -> Table:
    """One row a return; what is not shown is said in words, and what nobody knows is empty."""
    subjects, hidden = subjects_of(document), hidden_in(document, "training")
    headings = {"seats": _("seats"), "completed": _("finished it"), "women_completed": _("of these, women")}
    headings |= {"local_completed": _("of these, from the districts"), "hired_completed": _("of these, hired")}
    headings |= {"hours": _("hours attended")}

    def cell(name: str, row: TrainingFact) -> object:
        return cell_of_count(row, name, hidden.get(row.record, ()))

    columns: dict[str, Callable[[TrainingFact], object]] = {
        _("record"): lambda row: row.record,
        _("company that offers it"): lambda row: row.provider,
        _("what it is"): lambda row: row.form,
        _("what is learnt"): lambda row: subjects.get(row.record),
        _("from"): lambda row: row.period_start,
        _("until"): lambda row: row.period_end,
        **{heading: partial(cell, name) for name, heading in headings.items()},
        _("who says so"): lambda row: row.voice,
    }
    return table_of(document, columns, document.facts[TrainingFact])


register(
    Section(
        name="training",
        page="work",
        place=2,
        title=gettext_lazy("What people could learn"),
        lead=gettext_lazy(
            "Courses, scholarships and apprenticeships, by whoever stands beside them. A seat says that somebody could take "
            "part, not that anybody did."
        ),
        part=TrainingWords,
        is_list=True,
        describe=describe_training,
        show=show,
        table=training_table,
        template="table",
    )
)
