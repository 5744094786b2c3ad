"""What closing is planned to cost beside what is secured, whether the mine is at work, and what is left to do after it."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date, money
from compliance.evaluation.criteria.closure import ClosureRequirementFact
from compliance.evaluation.criteria.closure_plans import ClosurePlanFact, OperationStateFact, RemainingDutyFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of_facts
from projects.models import ClosurePlan, OperationState, RemainingDuty


def show_plans(document: Document) -> Values | None:
    """Each plan, the newest first, with its cost and periods; beside the newest what guarantee is required for the year."""
    rows: list[RecordRow] = []
    for row in sorted(document.facts[ClosurePlanFact], key=lambda one: one.approved_on, reverse=True):
        years = [year_words(year) for year in (row.operation_until, row.closure_until, row.post_closure_until)]
        texts = [cost_words(row), "–" if rows else required_words(document, row.currency), *years]
        rows.append(RecordRow(str(ClosurePlan.Instrument(row.instrument).label), approval_words(row), row.voice, texts))
    required = _("Guarantee required for %(year)s") % {"year": document.year}
    head = [_("Plan"), _("Estimated cost"), required]
    return rows_shown([*head, _("Operation until"), _("Final closure until"), _("Post-closure until")], rows)


def approval_words(row: ClosurePlanFact) -> str:
    """By whom it was approved, on which day, and by which resolution."""
    day = long_date(row.approved_on)
    if row.approved_by:
        said = _("Approved by %(authority)s on %(day)s") % {"authority": row.approved_by, "day": day}
    else:
        said = _("Approved on %(day)s; we don’t know by whom") % {"day": day}
    return f"{said}, {row.resolution}" if row.resolution else said


def cost_words(row: ClosurePlanFact) -> str:
    """What closing costs by the estimate, and the year of its prices."""
    if row.cost is None:
        return _("We don’t know")
    cost = money(row.cost, row.currency)
    return (
        cost if row.prices_of is None else _("%(cost)s, in prices of %(year)s") % {"cost": cost, "year": row.prices_of}
    )


def required_words(document: Document, currency: str) -> str:
    """What guarantee is required for the year, where it is in the currency of the cost beside it."""
    amounts = {(row.amount, row.currency) for row in document.facts[ClosureRequirementFact]}
    if any(other != currency for _amount, other in amounts):
        return _("In another currency, see below")
    return ", ".join(money(amount, currency) for amount, _currency in amounts if amount is not None) or _(
        "We don’t know"
    )


def year_words(year: int | None) -> str:
    """A year without marks between its digits, or that nobody knows it."""
    return _("We don’t know") if year is None else str(year)


def show_states(document: Document) -> Values | None:
    """Whether it was at work in the year, from when until when, and by whose act."""
    rows = []
    for row in sorted(document.facts[OperationStateFact], key=lambda one: one.starts_on):
        until = long_date(row.ends_on) if row.ends_on else _("No end is on record")
        reason = str(OperationState.Reason(row.reason).label) if row.reason else _("Nobody says it")
        name = state_words(row, document.as_of)
        rows.append(RecordRow(name, act_words(row), row.voice, [long_date(row.starts_on), until, reason]))
    return rows_shown([_("State of the mine"), _("From"), _("Until"), _("Reason")], rows)


def state_words(row: OperationStateFact, on: date) -> str:
    """The state by an act; without one what it is said to be on a day, or to have been where the state has ended by then."""
    if row.by_act:
        return str(OperationState.State(row.state).label)
    if row.ends_on and row.ends_on <= on:
        ended = {
            "operating": _("Said to have been operating"),
            "suspended": _("Said to have been suspended"),
            "abandoned": _("Said to have been abandoned"),
            "closed": _("Said to have been closed"),
        }
        return ended[row.state]
    said = {
        "operating": _("Said to be operating"),
        "suspended": _("Said to be suspended"),
        "abandoned": _("Said to be abandoned"),
        "closed": _("Said to be closed"),
    }
    return said[row.state]


def act_words(row: OperationStateFact) -> str:
    """Whose act says so, that an act is named and no paper shows it, or that none is on record."""
    if row.authority is None:
        return _("No act of an authority is on record")
    if row.by_act:
        words = _("By an act of %(authority)s: %(act)s")
    else:
        words = _("An act of %(authority)s is named, and no paper shows it: %(act)s")
    return words % {"authority": row.authority, "act": row.act}


def show_duties(document: Document) -> Values | None:
    """Each duty that is left, as it was said last."""
    newest = {row.title: row for row in sorted(document.facts[RemainingDutyFact], key=lambda one: one.said_on)}
    rows = [
        RecordRow(
            row.title,
            ", ".join(
                [str(RemainingDuty.Subject(row.subject).label), _("said on %(day)s") % {"day": long_date(row.said_on)}]
            ),
            row.voice,
            [end_words(row), row.responsible or _("Nobody is named")],
        )
        for _title, row in sorted(newest.items())
    ]
    return rows_shown([_("What is left to do"), _("Until"), _("Who answers for it")], rows)


def end_words(row: RemainingDutyFact) -> str:
    """The last year of a duty, or that it has none."""
    return _("Without end") if row.without_end else year_words(row.until)


def plans_table(document: Document) -> Table:
    """One row a plan or update."""
    words = {"record": _("record"), "instrument": _("what it is"), "approved_on": _("approved on")}
    words |= {"approved_by": _("approved by"), "resolution": _("resolution"), "cost": _("estimated cost")}
    words |= {"currency": _("currency"), "prices_of": _("prices of"), "operation_until": _("operation until")}
    words |= {"closure_until": _("final closure until"), "post_closure_until": _("post-closure until")}
    return table_of_facts(document, ClosurePlanFact, words | {"voice": _("who says so")})


def states_table(document: Document) -> Table:
    """One row a state."""
    words = {"record": _("record"), "state": _("state"), "starts_on": _("from"), "ends_on": _("until")}
    words |= {"reason": _("reason"), "authority": _("authority"), "act": _("act"), "by_act": _("by an act")}
    return table_of_facts(document, OperationStateFact, words | {"voice": _("who says so")})


def duties_table(document: Document) -> Table:
    """One row a duty and day on which somebody said it."""
    words = {"record": _("record"), "title": _("what is left to do"), "subject": _("about"), "said_on": _("said on")}
    words |= {"until": _("last year"), "without_end": _("without end"), "responsible": _("who answers for it")}
    return table_of_facts(document, RemainingDutyFact, words | {"voice": _("who says so")})


register(
    Section(
        name="closure-plans",
        page="closure",
        title=gettext_lazy("Closure plan and its cost"),
        lead=gettext_lazy("The newest plan stands first. The guarantee may be required for a part of the cost only."),
        show=show_plans,
        table=plans_table,
        template="table",
    )
)
register(
    Section(
        name="operation-states",
        page="closure",
        place=3,
        title=gettext_lazy("Whether the mine was at work"),
        lead=gettext_lazy("By the act of an authority where there is one, else as somebody says. No rule judges it."),
        show=show_states,
        table=states_table,
        template="table",
    )
)
register(
    Section(
        name="remaining-duties",
        page="closure",
        place=4,
        title=gettext_lazy("What is left to do after closure"),
        lead=gettext_lazy("Until when, and who answers for it, as plans and acts say."),
        show=show_duties,
        table=duties_table,
        template="table",
    )
)
