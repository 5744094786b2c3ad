"""Letters by mail, about what takes two people and about signing in: promised with the change, and sent by a worker, one job a letter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.audience import who_did_it
from accounts.design.writing import long_date
from accounts.models import Invitation, Job, Membership, Proposal, RoleRequest, User
from accounts.roles import Role
from accounts.services.failures import failures_to_tell, title_of
from accounts.services.jobs import MOST_URGENT, Claim, JobKind, Promise, promise_jobs

ROLE_ASKED = "letter.role_asked"
ROLE_GIVEN = "letter.role_given"
PROPOSED = "letter.proposed"
SECOND_FACTOR_GONE = "letter.second_factor_gone"
PROGRAM_LET_IN = "letter.token_made"
NEWS_LETTER = "letter.news"
FAILURE_LETTER = "letter.failure"
GUESSES = "letter.guesses"
NEW_LINK = "letter.new_link"
INVITATION = "letter.invitation"
NOBODY = 0
"""The recipient of a letter that is promised and never sent."""
TOLD_AGAIN_AFTER = timedelta(days=1)
"""how long after a letter about a failure that lasts, or about guesses, the next one is written"""


@dataclass(frozen=True)
class News:
    """What people are told of something that was done; where others are told, `words` may name `what`, and who did it."""

    subject: Any
    words: Any


NEWS: dict[str, News] = {
    "account_shut": News(
        gettext_lazy("Minka: an account was deactivated"),
        gettext_lazy("The account of %(what)s was deactivated, and its sessions ended. Done by: %(by)s."),
    ),
    "account_opened": News(
        gettext_lazy("Minka: an account was reactivated"),
        gettext_lazy("The account of %(what)s was opened again. Done by: %(by)s."),
    ),
    "role_ended": News(
        gettext_lazy("Minka: a role was ended"),
        gettext_lazy("A role was ended: %(what)s. Done by: %(by)s."),
    ),
}
"""What every administrator and reviewer is told; nothing confidential, and nothing that not every reviewer may see."""

WARNINGS: dict[str, News] = {
    SECOND_FACTOR_GONE: News(
        gettext_lazy("Minka: your second factor was reset"),
        gettext_lazy(
            "Your second factor in Minka was reset, you were signed out everywhere, and your tokens for programs were "
            "revoked.\n\n"
            "Sign in with your password now and set up another one: until then your password alone protects your account.\n\n"
            "If you asked nobody for it, tell the administrators at once."
        ),
    ),
    PROGRAM_LET_IN: News(
        gettext_lazy("Minka: a token for programs was made"),
        gettext_lazy(
            "A token for programs was made for your account in Minka. A program that has it uses the API as you.\n\n"
            "Your tokens are listed in Minka under “Your account”, “Tokens for programs”. There you revoke them.\n\n"
            "If it was not you, choose another password at once, which revokes all your tokens, and tell the "
            "administrators."
        ),
    ),
}
"""What somebody is told of their own account, by the kind of letter."""


def watching() -> Any:
    """Keys of every administrator and reviewer who can sign in."""
    return User.objects.holding(Role.ADMINISTRATOR, Role.REVIEWER).values_list("pk", flat=True)


def promise_news(kind: str, *, key: str, by: Collection[User], what: str) -> None:
    """Tell every administrator and reviewer what was done, about what and by whom; `key` tells this time from others."""
    told = {"news": kind, "what": what, "by": ", ".join(str(person) for person in by)}
    promise_to_each(watching(), NEWS_LETTER, f"{kind}/{key}", told)


def promise_letters_of_role(membership: Membership) -> None:
    """Tell whoever has the role now, every administrator and every reviewer."""
    recipients = User.objects.filter(Q(pk__in=watching()) | Q(pk=membership.user_id), is_active=True)
    promise_letters(ROLE_GIVEN, f"role/{membership.pk}", recipients.values_list("pk", flat=True))


@transaction.atomic
def promise_letters_of_failures() -> None:
    """Write to every administrator of each failure that lasts, once a day for each kind of work and of fault."""
    for failure in failures_to_tell():
        about = f"{failure.kind}/{failure.error}"[:60]
        if told_lately(FAILURE_LETTER, about):
            continue
        words = {"work": failure.kind, "number": len(failure.jobs), "since": failure.since.isoformat()}
        administrators = User.objects.holding(Role.ADMINISTRATOR).values_list("pk", flat=True)
        promise_to_each(administrators, FAILURE_LETTER, about, words)


def promise_letter_of_guesses(user: User, what: str) -> None:
    """Tell somebody that wrong passwords or codes were tried for their account; once a day, however many there are."""
    about = f"{what}/{user.pk}"
    if user.is_active and not told_lately(GUESSES, about):
        promise_to_each([user.pk], GUESSES, about, {"what": what, "at": timezone.now().isoformat()})


def told_lately(kind: str, about: str) -> bool:
    """Whether a letter of this kind about the same was promised within a day."""
    told = Job.objects.filter(kind=kind, subject__startswith=f"{about}/", requested_at__gt=Now() - TOLD_AGAIN_AFTER)
    return told.exists()


def promise_link_to_new_password(email: str) -> None:
    """Write to whoever has this address a link to choose a password; where nobody has it, the same work is done for nobody."""
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    promise_to_each([user.pk if user else NOBODY], NEW_LINK, "new-password", {})


def promise_letters(kind: str, about: str, recipients: Any) -> None:
    """Write to some people about a row, which `about` names as ``role/12``."""
    promise_to_each(recipients, kind, about, {"about": int(about.rpartition("/")[2])})


def promise_to_each(recipients: Iterable[int], kind: str, about: str, told: Mapping[str, Any]) -> None:
    """One job for each letter, so that one which cannot be delivered holds up no other."""
    promise_jobs(
        Promise(kind, f"{about}/{recipient}", {**told, "recipient": recipient}, priority=MOST_URGENT)
        for recipient in recipients
    )


def send_role_asked(claim: Claim) -> None:
    """Send one letter about a role that waits for a second person; none where it was decided meanwhile."""
    asked = RoleRequest.objects.waiting().filter(pk=claim.job.payload["about"]).first()
    recipient = recipient_of(claim)
    if asked is None or recipient is None:
        return
    with translation.override(recipient.language):
        text = _(
            "%(asker)s asks to give a role:\n\n%(role)s\n\n"
            "It counts for nothing until a second person confirms it. Sign in to Minka and open "
            "“Roles that wait for a second person” to confirm or refuse it."
        ) % {"asker": asked.asked_by, "role": asked}
        send_mail(_("Minka: a role waits for a second person"), text, None, [recipient.email])


def send_role_given(claim: Claim) -> None:
    """Send one letter about a role that was given: to whoever has it, how to begin; to others, what was given by whom."""
    membership = Membership.objects.filter(pk=claim.job.payload["about"]).first()
    recipient = recipient_of(claim)
    if membership is None or recipient is None:
        return
    with translation.override(recipient.language):
        if recipient == membership.user:
            subject = _("Minka: you have a role")
            text = _(
                "You have a role in Minka: %(role)s, %(organisation)s.\n\n"
                "If you have no password yet, choose one: open the sign-in page and press “Forgot your password?”."
            ) % {"role": membership.get_role_display(), "organisation": membership.organisation}
        else:
            subject = _("Minka: a role was given")
            text = _(
                "A role was given:\n\n%(role)s\n\n%(by)s\n\nIf you know nothing of it and it seems wrong to you, "
                "tell the administrators: they can end it at once."
            ) % {"role": membership, "by": given_by(membership)}
        send_mail(subject, text, None, [recipient.email])


def send_proposed(claim: Claim) -> None:
    """Send one letter about something that waits for a second person; none where it was decided meanwhile."""
    proposal = Proposal.objects.waiting().filter(pk=claim.job.payload["about"]).first()
    recipient = recipient_of(claim)
    if proposal is None or recipient is None:
        return
    with translation.override(recipient.language):
        text = _(
            "%(asker)s asks for something that happens once a second person confirms it.\n\n"
            "Sign in to Minka and open “What waits for a second person” to read what it is, and to confirm or refuse it."
        ) % {"asker": who_did_it(recipient, proposal.asked_by, proposal.asked_at, proposal.asked_for)}
        send_mail(_("Minka: something waits for a second person"), text, None, [recipient.email])


def send_warning(claim: Claim) -> None:
    """Tell somebody what was done to their own account, and what to do now."""
    recipient = recipient_of(claim)
    if recipient is None:
        return
    with translation.override(recipient.language):
        told = WARNINGS[claim.job.kind]
        send_mail(str(told.subject), str(told.words), None, [recipient.email])


def send_news(claim: Claim) -> None:
    """Send one letter about something that was done."""
    told, recipient = claim.job.payload, recipient_of(claim)
    if recipient is None:
        return
    with translation.override(recipient.language):
        news = NEWS[told["news"]]
        text = _(
            "%(words)s\n\nIf you know nothing of it and it seems wrong to you, tell the administrators. The audit "
            "trail keeps it."
        ) % {"words": news.words % {"what": told["what"], "by": told["by"]}}
        send_mail(str(news.subject), text, None, [recipient.email])


def send_failure(claim: Claim) -> None:
    """Send one letter about work in the background that fails; what the machine said is left to the page."""
    told, recipient = claim.job.payload, recipient_of(claim)
    if recipient is None:
        return
    with translation.override(recipient.language):
        text = ngettext(
            "Work in the background fails.\n\n%(work)s: %(number)d, since %(since)s.\n\nNothing is lost: Minka tries it "
            "again by itself, at least once a day. Sign in to Minka and open “Calculations” to read what the machine said, "
            "and to have it tried at once.",
            "Work in the background fails.\n\n%(work)s: %(number)d times, since %(since)s.\n\nNothing is lost: Minka tries "
            "it again by itself, at least once a day. Sign in to Minka and open “Calculations” to read what the machine "
            "said, and to have it tried at once.",
            told["number"],
        ) % {
            "work": title_of(told["work"]),
            "number": told["number"],
            "since": day_and_minute(datetime.fromisoformat(told["since"])),
        }
        send_mail(_("Minka: work in the background fails"), text, None, [recipient.email])


def send_guesses(claim: Claim) -> None:
    """Tell somebody that their password or their codes are being guessed, and what to do."""
    told, recipient = claim.job.payload, recipient_of(claim)
    if recipient is None:
        return
    with translation.override(recipient.language):
        moment = day_and_minute(datetime.fromisoformat(told["at"]))
        if told["what"] == "code":
            text = _(
                "Somebody wrote your password in Minka and then several wrong codes, the last one on %(when)s. They are "
                "kept from trying more for a while. A browser in which you signed in before lets you in.\n\n"
                "If it was not you, somebody knows your password: choose another one at once, on the sign-in page under "
                "“Forgot your password?”, and tell the administrators."
            ) % {"when": moment}
        else:
            text = _(
                "Somebody wrote several wrong passwords for your account in Minka, the last one on %(when)s. They are kept "
                "from trying more for a while. A browser in which you signed in before lets you in.\n\n"
                "If it was you, there is nothing to do. If it was not, your password has held; choose another one if it "
                "is easy to guess or you use it elsewhere. If it goes on tomorrow, we write again."
            ) % {"when": moment}
        send_mail(_("Minka: wrong attempts to sign in to your account"), text, None, [recipient.email])


def send_invitation(claim: Claim) -> None:
    """Send somebody who was added the link with which they choose their first password, or what to do once it ran out.

    Nothing where they have one by now, or the account was shut.
    """
    recipient = recipient_of(claim)
    invitation = Invitation.objects.filter(user=recipient).first() if recipient else None
    if recipient is None or invitation is None or recipient.has_usable_password():
        return
    with translation.override(recipient.language):
        when = day_and_minute(invitation.runs_out_at)
        if invitation.has_run_out:
            text = _(
                "Your invitation to Minka ran out on %(when)s.\n\nAsk the administrator who invited you to send it again."
            ) % {"when": when}
        else:
            text = _(
                "%(inviter)s invites you to Minka, where the promises of mines are followed, and whether they arrive.\n\n"
                "Open this link and choose a password:\n\n%(link)s\n\n"
                "The link works once, until %(when)s. From then on you sign in with this address: %(email)s. If you do not "
                "know what this is about, do nothing."
            ) % {
                "inviter": who_did_it(recipient, invitation.sent_by, invitation.sent_at),
                "link": address_of("account_invitation", token=invitation.token),
                "when": when,
                "email": recipient.email,
            }
        send_mail(_("Minka: you are invited"), text, None, [recipient.email])


def send_link_to_new_password(claim: Claim) -> None:
    """Send somebody the link with which they choose a password; it is made now, so that no row holds it.

    Whoever was invited and has chosen none yet gets the invitation instead, which runs out.
    """
    recipient = recipient_of(claim)
    if recipient is None:
        return
    if not recipient.has_usable_password() and Invitation.objects.filter(user=recipient).exists():
        send_invitation(claim)
        return
    with translation.override(recipient.language):
        parts = {
            "uidb36": user_pk_to_url_str(recipient),
            "key": app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(recipient),
        }
        until = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
        text = _(
            "Somebody, we hope you, asked for a new password for your account at Minka. Open this link and choose one:\n\n"
            "%(link)s\n\n"
            "The link works once, until %(when)s. If you did not ask for it, do nothing: your password stays as it is."
        ) % {
            "link": address_of("account_reset_password_from_key", **parts),
            "when": day_and_minute(until),
        }
        send_mail(_("Minka: choose a new password"), text, None, [recipient.email])


def address_of(name: str, **parts: Any) -> str:
    """The whole address of a page, for a letter."""
    return f"{settings.MINKA_ADDRESS}{reverse(name, kwargs=parts)}"


def day_and_minute(moment: datetime) -> str:
    """A moment in words, where Minka stands."""
    local = timezone.localtime(moment)
    return f"{long_date(local.date())}, {local:%H:%M}"


def given_by(membership: Membership) -> str:
    """Who gave a role, in words."""
    if membership.granted_by is None:
        return _("Given by command on the server.")
    return _("Given by %(giver)s, confirmed by %(second)s.") % {
        "giver": membership.granted_by,
        "second": membership.confirmed_by,
    }


def recipient_of(claim: Claim) -> User | None:
    """Whom a letter goes to; None where the account was shut meanwhile."""
    return User.objects.filter(pk=claim.job.payload["recipient"], is_active=True).first()


def nothing_to_write(_claim: Claim, _result: None) -> None:
    """A letter leaves nothing in the database but that its job is done."""


LETTERS = {
    ROLE_ASKED: JobKind(gettext_lazy("Letter: a role waits for a second person"), send_role_asked, nothing_to_write),
    ROLE_GIVEN: JobKind(gettext_lazy("Letter: a role was given"), send_role_given, nothing_to_write),
    PROPOSED: JobKind(gettext_lazy("Letter: something waits for a second person"), send_proposed, nothing_to_write),
    SECOND_FACTOR_GONE: JobKind(gettext_lazy("Letter: a second factor was reset"), send_warning, nothing_to_write),
    PROGRAM_LET_IN: JobKind(gettext_lazy("Letter: a token was made"), send_warning, nothing_to_write),
    NEWS_LETTER: JobKind(gettext_lazy("Letter: something was done"), send_news, nothing_to_write),
    FAILURE_LETTER: JobKind(gettext_lazy("Letter: work in the background fails"), send_failure, nothing_to_write),
    INVITATION: JobKind(gettext_lazy("Letter: an invitation"), send_invitation, nothing_to_write),
    NEW_LINK: JobKind(
        gettext_lazy("Letter: a link to choose a new password"), send_link_to_new_password, nothing_to_write
    ),
    GUESSES: JobKind(gettext_lazy("Letter: wrong attempts to sign in"), send_guesses, nothing_to_write),
}
