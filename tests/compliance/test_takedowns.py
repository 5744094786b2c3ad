"""A publication is taken down by two people; its address says so, and the chain stays whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Job, Membership, Proposal, User
from accounts.services import jobs
from accounts.services.proposals import confirm, propose, refuse
from compliance.middleware import PAGES
from compliance.models import Publication, Scorecard, Takedown
from compliance.services.publications import approve_scorecard, find_flaws, publish_scorecard
from compliance.services.reviews import reopen_scorecard
from compliance.services.takedowns import TAKEDOWN
from tests.cast import YEAR, Cast, Mine, accept_all, appoint, employment, person, produced, published, take_down

pytestmark = pytest.mark.django_db
WHY = "It names a person who asked not to be named."
WAITING = "/en/work/second-person/"


def ask(cast: Cast, publication: Publication, actor: User | None = None) -> Proposal:
    """The administrator, unless told, asks that it be taken down."""
    return propose(actor=actor or cast.administrator, kind=TAKEDOWN, record=publication, reason=WHY)


def browser(user: User | None = None) -> Client:
    """Somebody's browser."""
    client = Client()
    if user:
        client.force_login(user)
    return client


def read(path: str, status: int = 200) -> str:
    """What anybody reads at an address."""
    answer = Client().get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


@pytest.fixture
def shown(cast: Cast, card: Scorecard) -> Publication:
    """A publication that stands."""
    return published(cast, card)


def addresses_of(shown: Publication) -> list[str]:
    """Every address at which something of it is read."""
    mine = f"/en/projects/{shown.project_slug}/"
    pages = ["", "money/", "data/", "scorecard/", f"{YEAR}.json", f"{YEAR}.csv", f"{YEAR}/employment.csv"]
    return [f"{mine}{page}{query}" for page in pages for query in ("", f"?version={shown.sha256}")]


def test_what_is_asked_for_stands_until_a_second_person_confirms_it(cast: Cast, shown: Publication) -> None:
    proposal = ask(cast, shown)
    assert not Takedown.objects.exists()
    assert all(read(address) for address in addresses_of(shown))
    answer = browser(cast.second_administrator).post(f"{WAITING}{proposal.pk}/confirm/")
    assert answer.status_code == 302
    assert Takedown.objects.get().publication == shown


@pytest.mark.promise("taken-down")
def test_its_addresses_say_when_why_and_by_whom_and_nothing_of_it(cast: Cast, shown: Publication) -> None:
    before = read(f"/en/projects/{shown.project_slug}/")
    assert "this publication was taken down" not in before
    take_down(cast, shown)
    for address in addresses_of(shown):
        page = read(address, 410)
        assert "this publication was taken down" in page, address
        assert WHY in page
        assert "Two people took it down on" in page
        assert "for: Minka." in page
        assert shown.sha256[:4] in page
        assert "Administrator" not in page, "nobody is named"
        assert "Ayllu Puka Sami" not in page
    told = Client().get(f"/api/v1/publications/{shown.sha256}/")
    assert told.status_code == 410
    assert told.json()["reason"] == WHY
    assert told.json()["taken_down_by"] == ["Minka"]
    assert "document" not in told.json()


def test_lists_and_sums_leave_it_out_and_say_so(cast: Cast, shown: Publication, mine: Mine) -> None:
    community = f"/en/communities/{mine.community.slug}/"
    lists = ("/en/", "/en/projects/")
    for page in (*lists, community, f"/en/?q={shown.project_name}"):
        assert f'href="/en/projects/{shown.project_slug}/' in read(page), page
    take_down(cast, shown)
    for page in lists:
        text = read(page)
        assert f'href="/en/projects/{shown.project_slug}/' not in text
        assert "the publication was taken down on" in text
        assert WHY in text
    assert "Nothing found" in read(f"/en/?q={shown.project_name}")
    assert mine.community.name not in read("/en/communities/")
    assert WHY in read(community, 410)
    assert Client().get("/api/v1/publications/").json()["results"] == []
    [told] = Client().get("/api/v1/takedowns/").json()["results"]
    assert (told["sequence"], told["sha256"], told["reason"]) == (1, shown.sha256, WHY)


def test_pages_that_were_kept_are_drawn_anew(cast: Cast, shown: Publication) -> None:
    address = f"/en/projects/{shown.project_slug}/"
    PAGES.clear()
    first = Client().get(address)
    assert PAGES
    take_down(cast, shown)
    assert read(address, 410)
    assert Client().get(address, headers={"if-none-match": first["ETag"]}).status_code == 410
    listed = Client().get("/en/projects/")
    assert Client().get("/en/projects/", headers={"if-none-match": listed["ETag"]}).status_code == 304


def test_a_sealed_document_is_not_kept_by_others_without_asking(shown: Publication) -> None:
    assert Client().get(f"/api/v1/publications/{shown.sha256}/")["Cache-Control"] == "public, no-cache"


def test_the_chain_stays_whole(cast: Cast, card: Scorecard, shown: Publication) -> None:
    take_down(cast, shown)
    assert list(find_flaws(shown.sha256)) == []
    call_command("verify_publications", verbosity=0)
    line = read("/en/verify/chain.csv").splitlines()[1].split(",")
    assert line[0] == "1"
    assert shown.sha256 in line
    assert line[-1].startswith(str(timezone.now().year))
    page = read(f"/en/verify/?sha256={shown.sha256}")
    assert "This was a real publication, and it was taken down." in page
    assert WHY in page
    assert "We never published this" not in page


def test_the_year_is_published_anew_and_compared_with_nothing_that_was_taken_down(
    cast: Cast, card: Scorecard, shown: Publication
) -> None:
    take_down(cast, shown)
    page = browser(cast.reviewer).get(f"/en/work/scorecards/{card.pk}/").content.decode()
    assert "The publication was taken down on" in page
    reopen_scorecard(actor=cast.reviewer, scorecard=card, reason="Publish without the name that had to go.")
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    with pytest.raises(ValidationError):
        publish_scorecard(actor=cast.second_reviewer, scorecard=card)
    anew = publish_scorecard(actor=cast.second_reviewer, scorecard=card, correction_reason="Without the name.")
    assert anew.previous_sha256 == shown.sha256
    assert anew.content["supersedes"] == shown.sha256
    assert anew.content["changes"] == []
    text = read(f"/en/projects/{shown.project_slug}/")
    assert "was taken down" not in text
    assert "was taken down" not in read("/en/projects/")
    assert read(f"/en/projects/{shown.project_slug}/?version={shown.sha256}", 410)
    assert list(find_flaws()) == []


def test_an_older_version_does_not_come_back_in_its_place(cast: Cast, card: Scorecard, shown: Publication) -> None:
    reopen_scorecard(actor=cast.reviewer, scorecard=card, reason="A name has to be corrected on the page.")
    second = published(cast, card, "A name.")
    take_down(cast, second)
    mine = f"/en/projects/{shown.project_slug}/"
    assert read(mine, 410)
    assert read(f"{mine}?year={YEAR}", 410)
    assert read(f"{mine}{YEAR}.json", 410)
    old = read(f"{mine}?version={shown.sha256}")
    assert "This is an old version." in old
    assert "See the newest version" not in old
    assert f'href="{mine}' not in read("/en/projects/")


def test_the_other_years_of_a_mine_are_shown_and_say_which_is_gone(cast: Cast, shown: Publication, mine: Mine) -> None:
    employment(cast.monitor, mine.project, YEAR - 1)
    earlier = published(cast, produced(mine.project, YEAR - 1))
    take_down(cast, shown)
    page = read(f"/en/projects/{shown.project_slug}/")
    assert earlier.sha256[:4] in page
    assert f"{YEAR}: the publication was taken down on" in page
    assert WHY in page
    assert f'href="/en/projects/{shown.project_slug}/' in read("/en/projects/")
    gone = read(f"/en/projects/{shown.project_slug}/?year={YEAR}", 410)
    assert f"?year={YEAR - 1}" in gone


# Two people


def test_one_person_who_asks_twice_is_told_that_one_is_not_two(cast: Cast, shown: Publication) -> None:
    ask(cast, shown, cast.reviewer)
    page = browser(cast.reviewer).post(f"/en/work/publications/{shown.pk}/take-down/", {"reason": "Again"})
    assert "One person who asks twice is not two people" in page.content.decode()
    other = browser(cast.administrator).post(f"/en/work/publications/{shown.pk}/take-down/", {"reason": "Again"})
    assert "Reviewer asked for this on" in other.content.decode()
    assert Proposal.objects.count() == 1


def test_whoever_asked_does_not_confirm(cast: Cast, shown: Publication) -> None:
    proposal = ask(cast, shown)
    page = browser(cast.administrator).post(f"{WAITING}{proposal.pk}/confirm/").content.decode()
    assert "You asked for it yourself. Another person confirms it." in page
    assert "Confirm, and do it" not in page
    assert not Takedown.objects.exists()


def test_whoever_appointed_the_other_lately_is_no_second_person(cast: Cast, shown: Publication) -> None:
    """The administrators gave the reviewer's role today; said by the service, held by PostgreSQL."""
    proposal = ask(cast, shown, cast.reviewer)
    Membership.objects.filter(user=cast.reviewer).delete()
    appoint(cast.reviewer, cast.regulator, "reviewer", given_at=timezone.now() - timedelta(days=6))
    page = browser(cast.second_administrator).post(f"{WAITING}{proposal.pk}/confirm/").content.decode()
    assert "less than seven days ago" in page
    decided = {"state": "confirmed", "decided_by": cast.second_administrator, "decided_at": timezone.now()}
    with pytest.raises(IntegrityError, match="was given a role by the other"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(**decided)
    assert not Takedown.objects.exists()


@pytest.mark.promise("two-people")
def test_postgresql_refuses_what_fewer_than_two_people_did(cast: Cast, shown: Publication) -> None:
    proposal = ask(cast, shown)
    row = Proposal.objects.filter(pk=proposal.pk)
    own = {"state": "confirmed", "decided_by": cast.administrator, "decided_at": timezone.now()}
    with pytest.raises(IntegrityError, match="a_second_person_confirms_a_proposal"), transaction.atomic():
        row.update(**own)
    copied: dict[str, Any] = {
        name: getattr(shown, name)
        for name in ("sha256", "previous_sha256", "project_slug", "project_name", "year", "is_demo", "published_at")
    }
    said = {"reason": WHY, "taken_down_by": [], "taken_down_at": timezone.now()}
    with pytest.raises(IntegrityError, match="taken down by two people"), transaction.atomic():
        Takedown.objects.create(publication=shown, proposal=proposal, **copied, **said)
    with pytest.raises(IntegrityError, match="begins open"), transaction.atomic():
        Proposal.objects.create(
            kind=TAKEDOWN,
            content_type=proposal.content_type,
            object_id="x",
            label="x",
            reason="x",
            asked_by=cast.administrator,
            **own | {"decided_by": cast.auditor},
        )


def test_what_was_asked_and_decided_never_changes(cast: Cast, shown: Publication) -> None:
    proposal = ask(cast, shown)
    row = Proposal.objects.filter(pk=proposal.pk)
    for change in ({"reason": "Another"}, {"asked_by": cast.auditor}, {"object_id": "7"}):
        with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
            row.update(**change)
    refuse(actor=cast.second_administrator, proposal=proposal, reason="No name is in it.")
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        row.update(state="open", decided_by=None, decided_at=None)
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        row.delete()


@pytest.mark.parametrize("name", ["monitor", "auditor", "operator", "nobody"])
def test_nobody_else_asks_or_decides(cast: Cast, shown: Publication, name: str) -> None:
    address = f"/en/work/publications/{shown.pk}/take-down/"
    assert browser(cast[name]).post(address, {"reason": WHY}).status_code == 403
    with pytest.raises(PermissionDenied):
        ask(cast, shown, cast[name])
    proposal = ask(cast, shown)
    assert browser(cast[name]).post(f"{WAITING}{proposal.pk}/confirm/").status_code in {403, 404}
    with pytest.raises(PermissionDenied):
        confirm(actor=cast[name], proposal=proposal)
    with pytest.raises(PermissionDenied):
        refuse(actor=cast[name], proposal=proposal, reason="No")
    assert not Takedown.objects.exists()


def test_a_reviewer_is_the_second_where_there_is_one_administrator(cast: Cast, shown: Publication) -> None:
    longer = person("longer")
    appoint(longer, cast.regulator, "reviewer", given_at=timezone.now() - timedelta(days=8))
    proposal = ask(cast, shown)
    assert browser(longer).post(f"{WAITING}{proposal.pk}/confirm/").status_code == 404
    User.objects.filter(pk=cast.second_administrator.pk).update(is_active=False)
    assert str(proposal) in browser(longer).get(WAITING).content.decode()
    assert browser(longer).post(f"{WAITING}{proposal.pk}/confirm/").status_code == 302
    assert Takedown.objects.get().taken_down_by == ["Minka", "Ministerio"]


def test_what_is_refused_stands_and_can_be_asked_for_anew(cast: Cast, shown: Publication) -> None:
    proposal = ask(cast, shown)
    second = browser(cast.second_administrator)
    assert second.post(f"{WAITING}{proposal.pk}/refuse/", {"reason": " "}).context["form"].has_error("reason")
    assert second.post(f"{WAITING}{proposal.pk}/refuse/", {"reason": "No name is in it."}).status_code == 302
    assert "has decided it already" in second.post(f"{WAITING}{proposal.pk}/confirm/").content.decode()
    assert read(f"/en/projects/{shown.project_slug}/")
    assert ask(cast, shown).pk != proposal.pk


def test_nobody_asks_without_a_reason(cast: Cast, shown: Publication) -> None:
    page = browser(cast.reviewer).post(f"/en/work/publications/{shown.pk}/take-down/", {"reason": "  "})
    assert page.context["form"].has_error("reason")
    with pytest.raises(ValidationError):
        propose(actor=cast.reviewer, kind=TAKEDOWN, record=shown, reason=" ")


def test_it_stands_in_the_trail_and_among_the_publications_of_the_mine(cast: Cast, shown: Publication) -> None:
    take_down(cast, shown)
    done = AuditEntry.objects.filter(verb__in=["proposed", "seconded", "taken_down"]).order_by("pk")
    assert [(entry.verb, entry.actor, entry.reason) for entry in done] == [
        ("proposed", cast.administrator, WHY),
        ("taken_down", cast.second_administrator, WHY),
        ("seconded", cast.second_administrator, WHY),
    ]
    for name in ("reviewer", "monitor", "operator"):
        page = browser(cast[name]).get(f"/en/work/projects/{shown.project_slug}/publications/").content.decode()
        assert "Taken down on" in page
        assert WHY in page


# Letters


def deliver() -> list[mail.EmailMessage]:
    """Do the letters that wait; what was sent."""
    for job in Job.objects.filter(state=Job.State.WAITING, kind__startswith="letter."):
        jobs.run(str(job.pk))
    sent, mail.outbox[:] = list(mail.outbox), []
    return sent


def test_whoever_may_confirm_is_asked_by_mail_and_every_administrator_and_reviewer_told(
    cast: Cast, shown: Publication
) -> None:
    deliver()
    proposal = ask(cast, shown)
    [letter] = deliver()
    assert letter.to == ["second_administrator@example.org"]
    assert WHY not in letter.body
    confirm(actor=cast.second_administrator, proposal=proposal)
    letters = {letter.to[0]: letter.body for letter in deliver()}
    watching = ("administrator", "second_administrator", "reviewer", "second_reviewer")
    assert set(letters) == {f"{name}@example.org" for name in watching}
    for body in letters.values():
        assert str(shown) in body
        assert "Administrator, Second Administrator" in body
