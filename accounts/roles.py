"""Who may do what: the one table of permissions, read by the code and by the tests.

A verb that is not listed for a role is denied. On which rows a verb may be done is the other question,
answered by each model's `visible_to`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody does for an organisation."""

    MONITOR = "monitor", _("Monitor (NGO)")
    REVIEWER = "reviewer", _("Reviewer (regulator)")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor (reads everything, changes nothing)")
    OPERATOR = "operator", _("Operator (a company's own reports and replies)")


PERMISSIONS: dict[str, frozenset[str]] = {
    "record.view": frozenset(Role),
    "record.enter": frozenset({Role.MONITOR, Role.OPERATOR}),
    "record.enter_for_others": frozenset({Role.MONITOR}),
    "record.verify": frozenset({Role.REVIEWER}),
    "organisation.add": frozenset({Role.MONITOR, Role.ADMINISTRATOR}),
    "record.withdraw": frozenset({Role.MONITOR, Role.OPERATOR, Role.ADMINISTRATOR}),
    "record.merge": frozenset({Role.ADMINISTRATOR}),
    "import.view": frozenset({Role.MONITOR, Role.ADMINISTRATOR, Role.AUDITOR}),
    "import.run": frozenset({Role.MONITOR}),
    "scorecard.view": frozenset(Role),
    "scorecard.request": frozenset({Role.MONITOR, Role.REVIEWER, Role.ADMINISTRATOR}),
    "scorecard.reply": frozenset({Role.OPERATOR}),
    "review.decide": frozenset({Role.REVIEWER}),
    "answer.view": frozenset(Role) - {Role.OPERATOR},
    "answer.give": frozenset({Role.REVIEWER}),
    "publication.publish": frozenset({Role.REVIEWER}),
    "small_numbers.open": frozenset({Role.REVIEWER, Role.AUDITOR}),
    "people.view": frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
    "people.manage": frozenset({Role.ADMINISTRATOR}),
    "proposal.view": frozenset({Role.MONITOR, Role.REVIEWER, Role.ADMINISTRATOR, Role.OPERATOR}),
    "publication.take_down": frozenset({Role.REVIEWER, Role.ADMINISTRATOR}),
    "role.decide": frozenset({Role.ADMINISTRATOR, Role.REVIEWER}),
    "audit.view": frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
}

HELD_AT: dict[str, frozenset[str]] = {
    Role.MONITOR: frozenset({"ngo", "community_body", "agency", "other"}),
    Role.REVIEWER: frozenset({"regulator", "agency"}),
    Role.ADMINISTRATOR: frozenset({"ngo", "regulator", "agency", "other"}),
    Role.AUDITOR: frozenset({"ngo", "regulator", "agency", "community_body", "other"}),
    Role.OPERATOR: frozenset({"company"}),
}
"""At which kinds of organisation (`Organisation.Kind`) a role is held: a company's people speak for their company alone."""
MADE_BY_ADMINISTRATORS = HELD_AT[Role.REVIEWER]
"""Kinds of organisation that administrators alone list, or make of one that is listed: their people may review."""

SECOND_FACTOR_ROLES = frozenset(Role) - {Role.OPERATOR}
"""Who works for Minka's side, and must show a second factor."""
SEES_ALL_PROJECTS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
