"""Evaluation runs in words."""

from __future__ import annotations

import pytest
from django.test import Client

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
