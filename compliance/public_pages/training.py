"""Training: what people could learn, and how many of them finished it, which seats do not say."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date, number
from compliance.evaluation.criteria.training import TrainingFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of_facts
from compliance.public_pages.small_numbers import hidden_sentence
from projects.models import TrainingReturn

COUNTS = ("completed", "women_completed", "local_completed", "hired_completed")


def show(document: Document) -> Values | None:
    """Each return with its seats, its hours and who finished it, in the order of their periods."""
    hidden = {one.record: {*one.few, *one.withheld} for one in document.covered if one.table == "training"}
    rows = [
        RecordRow(
            row.subject,
            about_words(row),
            row.voice,
            [
                known_or_not(row.seats),
                *(count_words(row, name, hidden.get(row.record, set())) for name in COUNTS),
                known_or_not(row.hours),
            ],
        )
        for row in sorted(document.facts[TrainingFact], key=lambda one: (one.period_start, one.subject, one.key))
    ]
    finished = [_("Finished it"), _("Of these, women"), _("Of these, from the districts"), _("Of these, hired")]
    return rows_shown([_("Training"), _("Seats"), *finished, _("Hours, all together")], rows)


def about_words(row: TrainingFact) -> str:
    """What it is, who offers it, and in which period."""
    what, period = TrainingReturn.Form(row.form).label, f"{long_date(row.period_start)} – {long_date(row.period_end)}"
    return f"{what}, {row.provider}, {period}"


def known_or_not(count: Decimal | int | None) -> str:
    """A number, or that we do not know it."""
    return _("We don’t know") if count is None else number(count)


def count_words(row: TrainingFact, name: str, hidden: set[str]) -> str:
    """How many people a column counts; fewer than five are not shown."""
    return hidden_sentence() if name in hidden else known_or_not(getattr(row, name))


def table(document: Document) -> Table:
    """One row a return."""
    words = {"record": _("record"), "provider": _("company that offers it"), "form": _("what it is")}
    words |= {"subject": _("what is learnt"), "period_start": _("from"), "period_end": _("until"), "seats": _("seats")}
    words |= {"hours": _("hours attended"), "completed": _("finished it"), "women_completed": _("of these, women")}
    words |= {"local_completed": _("of these, from the districts"), "hired_completed": _("of these, hired")}
    return table_of_facts(document, TrainingFact, words | {"voice": _("who says so")})


register(
    Section(
        name="training",
        page="work",
        place=2,
        title=gettext_lazy("What people could learn"),
        lead=gettext_lazy(
            "Courses, scholarships and apprenticeships, as each company reported. A seat says that somebody could take part, "
            "not that anybody did. No rule judges it yet."
        ),
        show=show,
        table=table,
        template="table",
    )
)
