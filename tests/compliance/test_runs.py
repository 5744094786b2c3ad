"""Evaluation runs in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Job
from accounts.services import jobs
from accounts.services.letters import FAILURE_LETTER, promise_letters_of_failures
from compliance.models import Scorecard, ScorecardHead
from compliance.services.production import reporting_pairs
from compliance.services.publications import approve_scorecard
from projects.services.records import promise_evaluation
from tests.cast import YEAR, Cast, accept_all, gather_cast, open_mine


@pytest.mark.django_db
def test_a_run_says_in_words_what_it_does_and_leads_to_it(client: Client, cast: Cast, card: Scorecard) -> None:
    client.force_login(cast.monitor)
    Job.objects.update(attempts=5, error="ValueError: facts")
    page = client.get("/en/work/runs/")
    run = next(run for run in page.context["runs"] if run.job.subject == f"project/{card.project_id}/{YEAR}")
    assert (str(run.work), run.about) == ("Scorecard", f"{card.project}, {YEAR}")
    assert run.url == f"/en/work/projects/{card.project.slug}/scorecards/"
    shown = page.content.decode()
    assert "It failed again and again, and nothing was written. It is tried once a day." in shown
    assert f"project/{card.project_id}/{YEAR}" not in shown


@pytest.mark.django_db
def test_a_page_asks_again_only_while_work_waits(client: Client, cast: Cast, card: Scorecard) -> None:
    """Whoever reads with a keyboard is not thrown back for ever; what had the focus has it again by its id."""
    client.force_login(cast.auditor)
    of_project = f"/en/work/projects/{card.project.slug}/scorecards/"
    for page in (of_project, "/en/work/runs/"):
        assert client.get(page, headers={"HX-Request": "true"}).status_code == 200
    assert 'hx-trigger="every 2s"' in client.get("/en/work/runs/").content.decode()
    Job.objects.update(state=Job.State.DONE)
    for page in (of_project, "/en/work/runs/"):
        assert client.get(page, headers={"HX-Request": "true"}).status_code == 286
        assert client.get(page).status_code == 200
    assert "hx-trigger" not in client.get("/en/work/runs/").content.decode()
    assert f'id="card-{card.year}"' in client.get(of_project).content.decode()


@pytest.mark.django_db
def test_a_run_shows_a_bar_while_it_lasts_and_then_how_long_it_took(
    client: Client, cast: Cast, card: Scorecard
) -> None:
    client.force_login(cast.monitor)
    began = timezone.now()
    Job.objects.update(state=Job.State.RUNNING, started_at=began, done=3, total=7)
    assert "3 / 7" in client.get("/en/work/runs/").content.decode()
    Job.objects.update(state=Job.State.DONE, finished_at=began + timedelta(seconds=3), done=7)
    shown = client.get("/en/work/runs/").content.decode()
    assert "Done in 3 seconds" in shown
    assert "<progress" not in shown


@pytest.mark.django_db
def test_an_administrator_sees_one_line_for_each_kind_of_failure_and_has_all_of_it_tried_again(
    client: Client, cast: Cast, card: Scorecard
) -> None:
    client.force_login(cast.administrator)
    assert "What fails now" not in client.get("/en/work/runs/").content.decode()
    Job.objects.all().delete()
    later = timezone.now() + timedelta(days=1)
    for year in (2023, 2024):
        fail("evaluate", f"project/{card.project_id}/{year}", f"ValueError: facts of {year}", later)
    fail("letter.news", "role_ended/1/2", "SMTPServerDisconnected: away", later)
    assert [(str(one.title), len(one.jobs)) for one in client.get("/en/work/runs/").context["failures"]] == [
        ("Scorecard", 2),
        ("Letter: something was done", 1),
    ]
    client.post("/en/work/runs/again/", {"kind": "evaluate", "error": "ValueError"})
    assert set(Job.objects.due().values_list("kind", flat=True)) == {"evaluate"}
    assert Job.objects.due().count() == 2
    assert AuditEntry.objects.filter(verb="tried_again").count() == 2
    assert [str(one.title) for one in client.get("/es/work/runs/").context["failures"]] == ["Carta: se hizo algo"]


def fail(kind: str, subject: str, error: str, until: datetime, **fields: Any) -> Job:
    """A job that waits after a failure."""
    since = timezone.now() - timedelta(hours=1)
    return Job.objects.create(
        kind=kind, subject=subject, error=error, not_before=until, **{"failing_since": since} | fields
    )


@pytest.mark.django_db
def test_administrators_are_written_to_once_a_day_of_a_failure_that_lasts_and_not_of_a_hiccup(cast: Cast) -> None:
    later = timezone.now() + timedelta(days=1)
    Job.objects.all().delete()
    hiccup = fail("evaluate", "project/5/2024", "OperationalError: away", later, failing_since=timezone.now())
    promise_letters_of_failures()
    assert not Job.objects.filter(kind=FAILURE_LETTER).exists()
    Job.objects.filter(pk=hiccup.pk).update(failing_since=timezone.now() - timedelta(minutes=6))
    for _look in range(2):
        promise_letters_of_failures()
        for job in Job.objects.filter(kind=FAILURE_LETTER):
            jobs.run(str(job.pk))
    administrators = [cast.administrator.email, cast.second_administrator.email]
    assert sorted(address for letter in mail.outbox for address in letter.to) == sorted(administrators)
    text = mail.outbox[0].body
    assert "Scorecard: 1, since" in text
    assert "away" not in text
    assert "open “Calculations”" in text, "as the menu and the page call it"
    Job.objects.filter(kind=FAILURE_LETTER).update(requested_at=timezone.now() - timedelta(hours=25))
    promise_letters_of_failures()
    assert Job.objects.filter(kind=FAILURE_LETTER, state=Job.State.WAITING).count() == len(administrators)


@pytest.mark.django_db
def test_a_scorecard_that_does_not_know_the_newest_facts_says_so_and_is_not_approved(
    client: Client, cast: Cast, card: Scorecard
) -> None:
    client.force_login(cast.reviewer)
    where = [
        f"/en/work/scorecards/{card.pk}/",
        "/en/work/scorecards/",
        f"/en/work/projects/{card.project.slug}/scorecards/",
    ]
    for page in where:
        assert "Out of date since" not in client.get(page).content.decode(), page
    accept_all(cast.reviewer, card)
    with transaction.atomic():
        promise_evaluation({(card.project_id, card.year - 1)}, owner=None)  # later years follow
    for page in where:
        assert "Out of date since" in client.get(page).content.decode(), page
    with pytest.raises(ValidationError, match="out of date"):
        approve_scorecard(actor=cast.reviewer, scorecard=card)
    for job_id in jobs.take_undispatched():
        jobs.run(job_id)
    for page in where:
        assert "Out of date since" not in client.get(page).content.decode(), page
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    for page in where[1:]:
        said = client.get(page).content.decode()
        assert "Out of date since" not in said, page
        assert f"Approved by {cast.reviewer.full_name}, waits for a second person" in said, page


@pytest.mark.django_db
def test_an_evaluation_of_a_later_year_or_of_another_mine_makes_no_scorecard_out_of_date(
    cast: Cast, card: Scorecard
) -> None:
    with transaction.atomic():
        promise_evaluation({(card.project_id, card.year + 1), (card.project_id + 1, card.year)}, owner=None)
    assert not ScorecardHead.objects.filter(scorecard=card).outdated().exists()


def test_a_grant_that_is_missing_for_a_while_leaves_no_year_without_a_scorecard(committed: str) -> None:
    """The database refuses to store scorecards; once it takes them again everything follows without a hand."""
    cast = gather_cast()
    for name in ("Sami", "Qori"):
        open_mine(cast.monitor, cast.company, name)
    assert not ScorecardHead.objects.exists()
    refuse_scorecards("REVOKE INSERT ON compliance_scorecard FROM minka_app")
    for _round in range(7):
        do_what_is_due()
        Job.objects.filter(state=Job.State.WAITING).update(not_before=Now() - timedelta(seconds=1))
    assert not ScorecardHead.objects.exists()
    assert set(Job.objects.failing().values_list("attempts", flat=True)) == {0}
    refuse_scorecards("GRANT INSERT ON compliance_scorecard TO minka_app")
    do_what_is_due()
    years = set(ScorecardHead.objects.values_list("project", "year"))
    assert len(years) > 1
    assert years == reporting_pairs()
    assert not Job.objects.unfinished().exists()


def refuse_scorecards(statement: str) -> None:
    """Change what the application may store, as the owner."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def do_what_is_due() -> None:
    """What dispatcher and worker do with the jobs that are due now."""
    for job_id in jobs.take_undispatched():
        jobs.run(job_id)
