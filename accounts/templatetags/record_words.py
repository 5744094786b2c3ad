"""Words that record pages need: what a value is, and what somebody did."""

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from accounts.audience import is_of_minkas_side, moment_told, who_did_it
from accounts.models import Organisation, User

register = template.Library()

VERBS = {
    "entered": _("entered it"),
    "imported": _("imported it"),
    "amended": _("changed it"),
    "verified": _("verified it"),
    "verification_taken_back": _("took its verification back"),
    "stated": _("added what a side says"),
    "corrected": _("corrected it"),
    "withdrawn": _("withdrew it"),
    "restored": _("took back the withdrawal"),
    "merged": _("merged it into another"),
    "merged_here": _("merged another into it"),
    "merge_undone": _("undid a merge"),
    "undone": _("undid the import"),
    "undone in part": _("undid the import in part"),
    "answered": _("answered a question of a framework"),
    "accept": _("accepted it"),
    "query": _("asked about it"),
    "reply": _("replied"),
    "override": _("overrode the score"),
    "approve": _("approved it"),
    "return": _("returned it"),
    "reopen": _("opened it again"),
    "keep": _("left it as published"),
    "rules": _("chose other rules"),
    "publish": _("published it"),
    "uploaded": _("handed in the file"),
    "read": _("read the file"),
    "checked": _("checked the rows"),
    "mapped": _("said what the columns mean"),
    "confirmed": _("confirmed the import"),
    "dropped": _("left the import"),
    "refused": _("refused the file"),
    "undo requested": _("asked to undo the import"),
    "undo refused": _("could not undo the import"),
    "assigned": _("let an organisation follow it"),
    "unassigned": _("ended that an organisation follows it"),
    "invited": _("added a person"),
    "invited_again": _("sent the invitation again"),
    "invitation_accepted": _("chose a password by the invitation"),
    "proposed": _("asked a second person to confirm it"),
    "seconded": _("confirmed it as the second person"),
    "proposal_refused": _("refused what was asked for"),
    "erased": _("erased personal data"),
    "taken_down": _("took the publication down"),
    "framework_loaded": _("loaded new rules on the server"),
    "role_asked": _("asked to give a role"),
    "role_refused": _("refused to give a role"),
    "role_given": _("gave a role"),
    "role_ended": _("ended a role"),
    "deactivated": _("deactivated the account"),
    "reactivated": _("reactivated the account"),
    "second_factor_reset": _("reset the second factor"),
    "token_made": _("made a token for a program"),
    "token_revoked": _("revoked a token for a program"),
    "signed_out_everywhere": _("signed somebody out everywhere"),
    "signed_in": _("signed in"),
    "password_refused": _("refused a wrong password"),
    "code_refused": _("refused a wrong code of the second factor"),
    "unknown_account": _("refused a sign-in to an account that nobody has"),
    "tried_again": _("let the work run again"),
}
"""Every verb that a service writes, in words."""


@register.filter
def is_day(value: Any) -> bool:
    """Whether a value is a date."""
    return isinstance(value, date)


@register.filter
def is_decimal(value: Any) -> bool:
    """Whether a value is a sum, a share or a count with decimals; years are whole numbers and stay as they are."""
    return isinstance(value, Decimal)


@register.simple_tag(takes_context=True)
def who(context: template.Context, person: User | None, at: datetime, organisation: Organisation | None = None) -> str:
    """Who did something, as whoever reads the page is told it."""
    return who_did_it(context["user"], person, at, organisation)


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime) -> str:
    """When something was done, as whoever reads the page is told it."""
    return moment_told(context["user"], at)


@register.filter
def reads_names(viewer: User) -> bool:
    """Whether somebody is told the names of people of Minka's side."""
    return is_of_minkas_side(viewer)


@register.filter
def audit_verb(verb: str) -> Any:
    """What somebody did, in words."""
    return VERBS.get(verb, verb)


def verbs_in_words(text: str) -> list[str]:
    """The verbs whose words have the text in them, whatever its capitals and accents."""
    return [verb for verb, words in VERBS.items() if folded(text) in folded(str(words))]


def folded(text: str) -> str:
    """Without capitals and accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
