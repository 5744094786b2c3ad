"""The words for what judgement says in codes: units, what is missing, flags, voices, reasons."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

UNITS = {
    "percent": _("of 100"),
    "days": _("days"),
    "years": _("years"),
    "ratio": _("ratio"),
}

MISSING = {
    "company-word-only": _("only the company says that a promise was kept"),
    "contractors-not-included": _("a return leaves out contractors' workers"),
    "no-amount": _("a payment without an amount"),
    "no-answer": _("nobody has answered whether a promise was kept"),
    "no-approval": _("the day of approval of a study"),
    "no-assessment": _("an impact assessment"),
    "no-commitment-due": _("promises due in this year"),
    "no-conditions-due": _("conditions of the studies"),
    "no-day-of-fulfilment": _("the day on which a promise was kept"),
    "no-district-figure": _("how many workers live in the districts"),
    "no-employment-return": _("a return about workers"),
    "no-headcount": _("the number of employees or of foreigners"),
    "no-participation-plan": _("the participation plan of a study"),
    "no-payment-date": _("the day of a payment"),
    "no-payment-recorded": _("a record of whether something was paid"),
    "no-publication-date": _("the day of a report's publication"),
    "no-purpose": _("what a payment was for"),
    "no-start-recorded": _("the day on which works started"),
    "no-submission-date": _("the day on which a study was handed in"),
    "no-total": _("the number of all workers"),
    "no-women-figure": _("how many workers are women"),
    "not-published": _("a published report about this year"),
    "nothing-due": _("what was owed in this year"),
    "nothing-paid": _("a payment in this year"),
    "one-side-silent": _("the other side's amount"),
    "participation-not-recorded": _("how many participation events were held"),
    "start-not-recorded": _("the day on which works started"),
}

FLAGS = {
    "small-base": _("small base: fewer than ten"),
    "one-sided": _("only one side has stated amounts"),
    "reconciliation-case": _("the two sides differ enough to look into it"),
    "sides-differ": _("the two sides differ"),
    "other-currency": _("amounts in several currencies; the weakest counts"),
}

REASONS = {
    "phase": _("does not apply in this phase of the mine"),
    "exempt": _("a reviewer found that it does not apply"),
    "rule-not-in-force": _("the rule was not in force"),
    "only-technical-form": _("only a technical form was needed"),
    "nothing-planned": _("nothing was planned"),
    "works-not-started": _("works have not started"),
}

VOICES = {
    "company": _("Company"),
    "community": _("Community"),
    "authority": _("Public authority"),
    "monitor": _("Monitor"),
    "unknown": _("Not known"),
}


def words_for(table: Mapping[str, object], code: str) -> str:
    """The words for a code; a code without words shows as it is, with spaces."""
    return str(table.get(code, code.replace("-", " ")))
