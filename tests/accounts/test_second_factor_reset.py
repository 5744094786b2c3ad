"""A second factor that was lost is reset by two people, and whoever has it is written to."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import ApiToken, AuditEntry, Job, Proposal, User
from accounts.roles import Role
from accounts.services import jobs
from accounts.services.proposals import confirm, propose, refuse, seen_by
from accounts.services.second_factor import SECOND_FACTOR_RESET, ask_to_reset
from accounts.services.tokens import make_token
from tests.cast import PASSWORD, Cast, gather_cast, given_role, person, second_person

pytestmark = pytest.mark.django_db
SIGN_IN, CODE = "/en/account/login/", "/en/account/2fa/authenticate/"
WHY = "Her phone was stolen; I spoke with her."


@pytest.fixture
def cast() -> Cast:
    """Everybody; the monitor, the reviewer and the second administrator have a second factor."""
    cast = gather_cast(PASSWORD)
    for user in (cast.monitor, cast.reviewer, cast.second_administrator):
        for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
            Authenticator.objects.create(user=user, type=kind, data={})
    return cast


def factors(user: User) -> int:
    """How many of app and recovery codes somebody has."""
    return len(Authenticator.objects.filter(user=user))


def asked(cast: Cast, user: User | None = None) -> Proposal:
    """The administrator asks that the monitor's second factor be reset, or somebody's."""
    return ask_to_reset(actor=cast.administrator, user=user or cast.monitor, reason=WHY)


def browser(user: User) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(user)
    return client


def letters() -> dict[str, str]:
    """Send the letters that were promised: subject by address."""
    mail.outbox.clear()
    for job in Job.objects.filter(kind__startswith="letter."):
        jobs.run(str(job.pk))
    Job.objects.all().delete()
    return {address: str(letter.subject) for letter in mail.outbox for address in letter.to}


def test_a_second_factor_counts_until_a_second_person_confirms_its_reset(cast: Cast) -> None:
    session = browser(cast.monitor)
    page = f"/en/work/people/{cast.monitor.pk}/"
    administrator = browser(cast.administrator)
    assert f"{page}second-factor/" in administrator.get(page).content.decode()
    assert administrator.post(f"{page}second-factor/", {"reason": WHY}).status_code == 302
    assert factors(cast.monitor) == 2
    assert session.get("/en/work/own/").status_code == 200
    shown = administrator.get(page).content.decode()
    assert "Reset a second factor:" in shown
    assert WHY in shown
    second = cast.second_administrator
    address = f"/en/work/second-person/{Proposal.objects.get().pk}/"
    assert page in browser(second).get(address).content.decode()
    assert browser(second).post(f"{address}confirm/").status_code == 302
    assert factors(cast.monitor) == 0
    assert factors(cast.reviewer) == 2
    assert session.get("/en/work/own/").status_code == 302
    entry = AuditEntry.objects.about(cast.monitor).get(verb="second_factor_reset")
    assert (entry.actor, entry.reason) == (cast.administrator, WHY)
    shown = administrator.get(page).content.decode()
    assert "reset the second factor" in shown
    assert "Reset a second factor:" not in shown
    assert f"{page}second-factor/" not in shown


def test_the_person_is_written_to_and_every_administrator_and_reviewer_is_told(cast: Cast) -> None:
    proposal, second = asked(cast), cast.second_administrator
    assert set(letters()) == {second.email}
    confirm(actor=second, proposal=proposal)
    told = letters()
    assert told.pop(cast.monitor.email) == "Minka: your second factor was reset"
    everybody = {cast.administrator, second, cast.reviewer, cast.second_reviewer}
    assert told == dict.fromkeys((one.email for one in everybody), "Minka: a second factor was reset")
    (news,) = [letter.body for letter in mail.outbox if letter.to == [cast.reviewer.email]]
    assert f"of {cast.monitor} was reset" in news
    assert f"{cast.administrator}, {second}" in news


def test_nobody_asks_or_confirms_for_themselves_or_twice(cast: Cast) -> None:
    own = cast.second_administrator
    with pytest.raises(ValidationError) as refused:
        ask_to_reset(actor=own, user=own, reason=WHY)
    assert refused.value.code == "own_second_factor"
    with pytest.raises(PermissionDenied):
        propose(actor=own, kind=SECOND_FACTOR_RESET, record=own, reason=WHY)
    proposal = asked(cast, own)
    with pytest.raises(ValidationError, match="You asked for it yourself"):
        confirm(actor=cast.administrator, proposal=proposal)
    with pytest.raises(PermissionDenied):
        confirm(actor=own, proposal=proposal)
    with pytest.raises(ValidationError) as refused:
        asked(cast, own)
    assert refused.value.code == "asked_twice"
    page = browser(second_person()).post(f"/en/work/people/{own.pk}/second-factor/", {"reason": "Lost"})
    assert "asked for this on" in page.content.decode()
    assert page.context["form"]["reason"].value() == "Lost"
    assert factors(own) == 2


@pytest.mark.parametrize("who", ["colleague", "reviewer", "auditor", "operator", "nobody", "monitor"])
def test_nobody_else_asks_for_it_or_confirms_it(cast: Cast, who: str) -> None:
    with pytest.raises((PermissionDenied, ValidationError)):
        ask_to_reset(actor=cast[who], user=cast.monitor, reason=WHY)
    assert not Proposal.objects.exists()
    proposal = asked(cast)
    assert not seen_by(cast[who]).exists()
    with pytest.raises(PermissionDenied):
        confirm(actor=cast[who], proposal=proposal)
    assert factors(cast.monitor) == 2


def test_a_reviewer_confirms_it_where_fewer_than_two_administrators_are_left_beside_the_person(cast: Cast) -> None:
    asker = second_person()
    own = ask_to_reset(actor=asker, user=cast.second_administrator, reason=WHY)
    assert not seen_by(cast.reviewer).exists(), "there are three administrators"
    User.objects.filter(pk=cast.administrator.pk).update(is_active=False)
    assert seen_by(cast.reviewer).get() == own
    confirm(actor=cast.reviewer, proposal=own)
    assert factors(cast.second_administrator) == 0
    of_the_monitor = ask_to_reset(actor=asker, user=cast.monitor, reason=WHY)
    assert not seen_by(cast.reviewer).filter(pk=of_the_monitor.pk).exists()
    User.objects.filter(pk=cast.second_administrator.pk).update(is_active=False)
    confirm(actor=cast.reviewer, proposal=of_the_monitor)
    assert factors(cast.monitor) == 0


def test_whoever_was_appointed_by_the_other_lately_is_no_second_person(cast: Cast) -> None:
    newcomer = person("newcomer")
    given_role(cast, newcomer, cast.ngo, Role.ADMINISTRATOR)
    with pytest.raises(ValidationError) as refused:
        confirm(actor=newcomer, proposal=asked(cast))
    assert refused.value.code == "lately_appointed"
    assert factors(cast.monitor) == 2


def test_whoever_stood_before_the_code_when_it_was_reset_signs_in_anew(cast: Cast) -> None:
    """The page of the code leads to the sign-in, which is shown and does not lead back."""
    waiting = Client()
    typed = {"login": cast.monitor.email, "password": PASSWORD}
    assert waiting.post(SIGN_IN, typed)["Location"] == CODE
    assert waiting.get(SIGN_IN)["Location"] == CODE
    confirm(actor=cast.second_administrator, proposal=asked(cast))
    assert waiting.get(CODE)["Location"] == SIGN_IN
    assert waiting.get(SIGN_IN).status_code == 200
    assert waiting.post(SIGN_IN, typed)["Location"].startswith("/en/work/")
    assert waiting.get("/en/work/projects/").status_code == 200


def test_where_there_is_no_second_factor_there_is_nothing_to_reset(cast: Cast) -> None:
    page = f"/en/work/people/{cast.colleague.pk}/"
    assert f"{page}second-factor/" not in browser(cast.administrator).get(page).content.decode()
    answer = browser(cast.administrator).post(f"{page}second-factor/", {"reason": WHY})
    assert "has no second factor, so there is nothing to reset" in answer.content.decode()
    proposal = asked(cast)
    Authenticator.objects.filter(user=cast.monitor).delete()
    with pytest.raises(ValidationError, match="nothing to reset"):
        confirm(actor=cast.second_administrator, proposal=proposal)
    refuse(actor=cast.administrator, proposal=proposal, reason="She found it.")
    assert not AuditEntry.objects.filter(verb="second_factor_reset").exists()


def test_the_command_helps_the_only_administrator_and_nobody_where_there_are_two(cast: Cast) -> None:
    lost = cast.second_administrator
    with pytest.raises(CommandError, match="There are two administrators"):
        call_command("reset_second_factor", lost.email)
    User.objects.filter(pk=cast.administrator.pk).update(is_active=False)
    for somebody in (cast.monitor.email, "unknown@example.org"):
        with pytest.raises(CommandError, match="is not the administrator"):
            call_command("reset_second_factor", somebody)
    assert factors(lost) == 2
    make_token(token=ApiToken(user=lost, name="Nightly copy"))
    letters()
    call_command("reset_second_factor", lost.email.upper(), verbosity=0)
    assert (factors(lost), factors(cast.monitor)) == (0, 2)
    assert AuditEntry.objects.about(lost).get(verb="second_factor_reset").actor is None
    assert lost.tokens.get().revoked_at
    assert AuditEntry.objects.get(verb="token_revoked").actor is None
    told = letters()
    assert told[cast.reviewer.email] == "Minka: a second factor was reset"
    assert {letter.subject for letter in mail.outbox if letter.to == [lost.email]} == {
        "Minka: your second factor was reset",
        "Minka: a second factor was reset",
    }
