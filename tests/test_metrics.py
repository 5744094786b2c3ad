"""What Prometheus reads: right for a known state, for whoever has the token, and never at the cost of a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from accounts.models import Job
from accounts.services.jobs import JOB_KINDS
from accounts.services.pruning import PRUNING
from accounts.services.regular import note_done
from compliance.services.nights import NIGHT
from compliance.services.publications import approve_scorecard
from config import metrics
from config.metrics import FIGURES, REQUESTS
from tests.cast import YEAR, accept_all, gather_cast, open_all, open_mine, produced, published

pytestmark = pytest.mark.django_db(databases=["default", "public"])
TOKEN = "for-prometheus-alone"
Labels = tuple[tuple[str, str], ...]
Samples = dict[tuple[str, Labels], float]


@pytest.fixture(autouse=True)
def looked_at_anew() -> Iterator[None]:
    """Each test looks for itself, with a token set."""
    FIGURES.looked_at = float("-inf")
    with override_settings(METRICS_TOKEN=TOKEN):
        yield
    FIGURES.looked_at = float("-inf")


def page() -> str:
    """What Prometheus gets now."""
    FIGURES.looked_at = float("-inf")
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    return answer.content.decode()


def samples() -> Samples:
    """Each figure by its name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page())
        for sample in family.samples
    }


def figure(found: Samples, name: str, **labels: str) -> float | None:
    """One of them; None where it is not there."""
    return found.get((f"minka_{name}", tuple(sorted(labels.items()))))


def job(subject: str, **fields: Any) -> Job:
    """A scorecard that was promised."""
    return Job.objects.create(kind="evaluate", subject=subject, priority=10, **fields)


def test_of_nothing_the_figures_are_nought_and_what_never_was_is_missing() -> None:
    found = samples()
    for kind in JOB_KINDS:
        for name in ("jobs_waiting", "jobs_running", "jobs_failing", "jobs_set_apart"):
            assert figure(found, name, kind=kind) == 0, (name, kind)
    for name in ("oldest_due_job_seconds", "stale_scorecards", "approved_unpublished", "oldest_approved_seconds"):
        assert figure(found, name) == 0, name
    assert figure(found, "missing_migrations") == 0
    assert figure(found, "figures_read") == 1
    assert (figure(found, "free_disk_bytes") or 0) > 0
    assert figure(found, "publication_lag_seconds") is None
    assert figure(found, "regular_work_days_late", kind=PRUNING) is None


def test_work_is_counted_by_kind_and_by_how_it_goes() -> None:
    hour = timedelta(hours=1)
    job("due", not_before=Now() - hour)
    job("later", not_before=Now() + hour)
    job("fails", not_before=Now() + hour, error="ValueError: a", attempts=2)
    job("apart", not_before=Now() + hour, error="ValueError: a", attempts=settings.JOB_ATTEMPTS)
    job("runs", state=Job.State.RUNNING, lease_until=Now() + hour, not_before=Now() - 2 * hour)
    job("done", state=Job.State.DONE, not_before=Now() - 3 * hour)
    Job.objects.create(kind="of-another-version", subject="a", not_before=Now() + hour)
    found = samples()
    counted = {
        name: figure(found, name, kind="evaluate")
        for name in ("jobs_waiting", "jobs_running", "jobs_failing", "jobs_set_apart")
    }
    assert counted == {"jobs_waiting": 4, "jobs_running": 1, "jobs_failing": 2, "jobs_set_apart": 1}
    assert figure(found, "jobs_waiting", kind="of-another-version") == 1
    assert figure(found, "jobs_waiting", kind="letter.news") == 0
    assert figure(found, "oldest_due_job_seconds") == pytest.approx(3600, abs=30)


def test_a_scorecard_is_stale_then_approved_then_published() -> None:
    cast = gather_cast()
    project = open_mine(cast.monitor, cast.company).project
    card = produced(project)
    Job.objects.all().delete()
    before = samples()
    assert (figure(before, "stale_scorecards"), figure(before, "approved_unpublished")) == (0, 0)
    job("newer", payload={"project": project.pk, "year": YEAR}, requested_at=Now() + timedelta(seconds=1))
    assert figure(samples(), "stale_scorecards") == 1
    Job.objects.all().delete()
    open_all(cast.reviewer, card)
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    approved = samples()
    assert figure(approved, "approved_unpublished") == 1
    assert 0 <= (figure(approved, "oldest_approved_seconds") or 0) < 60
    assert figure(approved, "publication_lag_seconds") is None


def test_the_newest_publication_says_how_long_it_waited() -> None:
    cast = gather_cast()
    published(cast, produced(open_mine(cast.monitor, cast.company).project))
    found = samples()
    assert figure(found, "approved_unpublished") == 0
    assert figure(found, "oldest_approved_seconds") == 0
    lag = figure(found, "publication_lag_seconds")
    assert lag is not None
    assert 0 <= lag < 60


def test_a_night_that_is_missed_is_told_in_days() -> None:
    note_done(NIGHT, timezone.localdate())
    assert figure(samples(), "regular_work_days_late", kind=NIGHT) == 0
    note_done(NIGHT, timezone.localdate() - timedelta(days=3))
    assert figure(samples(), "regular_work_days_late", kind=NIGHT) == 3


def test_the_number_of_queries_is_fixed_and_they_are_asked_at_most_every_ten_seconds() -> None:
    def queries(ask: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            ask()
        return len(captured)

    of_nothing = queries(page)
    cast = gather_cast()
    for name in ("Puka Sami", "Yana Mayu"):
        published(cast, produced(open_mine(cast.monitor, cast.company, name).project))
    assert queries(page) == of_nothing <= 10
    again = {"Authorization": f"Bearer {TOKEN}"}
    assert queries(lambda: Client().get("/metrics", headers=again)) == 0


def test_a_database_that_is_slow_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def sleep() -> metrics.Figures:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")
        return {}

    monkeypatch.setattr(metrics, "LONGEST_QUERY", "50ms")
    monkeypatch.setattr(metrics, "figures_of_scorecards", sleep)
    found = samples()
    assert figure(found, "figures_read") == 0
    assert figure(found, "jobs_waiting", kind="evaluate") is None


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", TOKEN, f"Basic {TOKEN}", "Bearer ñ"])
def test_without_the_token_nothing_is_told(client: Client, given: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": given})
    assert (answer.status_code, answer["WWW-Authenticate"], answer.content) == (401, "Bearer", b"")


@override_settings(METRICS_TOKEN="")
@pytest.mark.parametrize("given", ["", "Bearer ", f"Bearer {TOKEN}"])
def test_where_no_token_is_set_there_is_no_such_address(client: Client, given: str) -> None:
    assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_requests_are_counted_by_pattern_method_and_status(client: Client) -> None:
    def counted(route: str, method: str, status: str) -> float:
        return figure(samples(), "requests_total", route=route, method=method, status=status) or 0

    before = counted("/livez", "GET", "200"), counted("other", "GET", "404"), counted("other", "other", "404")
    client.get("/livez")
    client.get("/no-such-page")
    client.generic("BREW", "/no-such-page")
    after = counted("/livez", "GET", "200"), counted("other", "GET", "404"), counted("other", "other", "404")
    assert [later - earlier for earlier, later in zip(before, after, strict=True)] == [1, 1, 1]
    assert "no-such-page" not in page()
    assert "BREW" not in page()


def test_a_public_page_that_was_kept_is_counted_where_it_was_found(client: Client) -> None:
    def counted() -> Counter[tuple[str, str]]:
        found = Counter[tuple[str, str]]()
        for (name, labels), value in samples().items():
            if name in {"minka_requests_total", "minka_request_seconds_count"} and dict(labels)["route"] != "/metrics":
                found[name, dict(labels)["route"]] += int(value)
        return found

    cast = gather_cast()
    slug = published(cast, produced(open_mine(cast.monitor, cast.company).project)).project_slug
    before = counted()
    for _time in range(3):
        assert client.get(f"/en/projects/{slug}/").status_code == 200
    route = "/en/projects/<slug:slug>/"
    assert counted() - before == {("minka_requests_total", route): 3, ("minka_request_seconds_count", route): 3}


def test_a_request_that_cannot_be_counted_is_answered(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*labels: str) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(REQUESTS, "labels", fail)
    assert client.get("/livez").status_code == 200


def test_every_figure_of_the_example_rules_is_on_the_page() -> None:
    cast = gather_cast()
    published(cast, produced(open_mine(cast.monitor, cast.company).project))
    Job.objects.all().delete()
    note_done(NIGHT, timezone.localdate())
    page()
    names = {name for name, _labels in samples()}
    rules = yaml.safe_load((Path(settings.BASE_DIR) / "docs" / "alerts.yml").read_text())
    asked = set()
    for rule in (rule for group in rules["groups"] for rule in group["rules"]):
        assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}, rule["alert"]
        assert set(rule["annotations"]) == {"summary", "do"}, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
        asked |= set(re.findall(r"minka_\w+", rule["expr"]))
    assert asked - names == set()
    told = {f"minka_{name}" for name in metrics.KEPT}
    assert told - asked == {"minka_jobs_running", "minka_approved_unpublished"}
