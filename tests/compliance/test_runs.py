"""Evaluation runs in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Job
from compliance.models import Scorecard
from tests.cast import (
    YEAR,
    Cast,
)

pytestmark = pytest.mark.django_db


def test_a_run_says_in_words_what_it_does_and_leads_to_it(client: Client, cast: Cast, card: Scorecard) -> None:
    client.force_login(cast.monitor)
    Job.objects.update(state=Job.State.FAILED, error="ValueError: facts")
    page = client.get("/en/work/runs/")
    run = next(run for run in page.context["runs"] if run.job.subject == f"project/{card.project_id}/{YEAR}")
    assert (str(run.work), run.about) == ("Scorecard", f"{card.project}, {YEAR}")
    assert run.url == f"/en/work/projects/{card.project.slug}/scorecards/"
    shown = page.content.decode()
    assert "It failed, and nothing was written." in shown
    assert f"project/{card.project_id}/{YEAR}" not in shown


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
