"""Figures for Prometheus: how requests are answered, and what waits, fails and is late."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, Count, F, Min, OuterRef, Q, Subquery, When
from django.db.models.functions import Greatest, Now
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from accounts.models import Job, RegularWork
from accounts.services.jobs import JOB_KINDS
from compliance.models import Publication, Review, ScorecardHead
from config.health import AWAY, LastLook, free_disk, missing_migrations
from projects.services.records import OF_THE_NIGHT

__all__ = ["CONTENT_TYPE", "all_metrics", "count_request"]

logger = logging.getLogger(__name__)
LOOKED_AT_AGAIN_AFTER_SECONDS = 10
LONGEST_QUERY = "2s"
SECOND = timedelta(seconds=1)
OF_THIS_PROCESS = CollectorRegistry()
REQUESTS = Counter("minka_requests", "Requests answered.", ["route", "method", "status"], registry=OF_THIS_PROCESS)
SECONDS = Histogram(
    "minka_request_seconds",
    "How long an answer took.",
    ["route"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=OF_THIS_PROCESS,
)


def count_request(route: str, method: str, status: int, seconds: float) -> None:
    """Count one answer; where it cannot be counted the answer goes out all the same."""
    try:
        REQUESTS.labels(route, method, str(status)).inc()
        SECONDS.labels(route).observe(seconds)
    except OSError:
        logger.exception("a request was not counted")


def all_metrics() -> bytes:
    """All figures as text: requests of every process of this web server, the rest as it was at the last look."""
    requests = OF_THIS_PROCESS
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        requests = CollectorRegistry()
        MultiProcessCollector(requests)  # type: ignore[no-untyped-call]
    return generate_latest(requests) + generate_latest(WHAT_WAITS)


Figures = dict[str, float | dict[str, float]]
"""By the name of the figure without its prefix; where it is one for each kind of work, by kind."""
KEPT: dict[str, str] = {
    "jobs_waiting": "Jobs that wait.",
    "jobs_running": "Jobs under way.",
    "jobs_failing": "Jobs that wait for another attempt after one that failed.",
    "jobs_set_apart": "Jobs that failed so often by themselves that they are tried once a day.",
    "oldest_due_job_seconds": "For how long the job has been due longest for which somebody waits; 0 where none is.",
    "stale_scorecards": "Scorecards that do not know the newest facts.",
    "approved_unpublished": "Scorecards that were approved and wait to be published.",
    "oldest_approved_seconds": "Since when the first of them waits; 0 where none does.",
    "publication_lag_seconds": "How long the newest publication waited after its approval.",
    "regular_work_days_late": "For how many days the work of every day was not done; missing where it never was.",
    "missing_migrations": "Migrations of this version that were not run.",
    "free_disk_bytes": "Room for files.",
    "figures_read": "1 where all of these figures could be read, 0 where not.",
}


def figures() -> Figures:
    """All figures; those that cannot be read in time are missing."""
    known: Figures = {"figures_read": 0}
    try:
        known["free_disk_bytes"] = free_disk()
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [LONGEST_QUERY])
            known |= figures_of_jobs() | figures_of_scorecards() | {"missing_migrations": len(missing_migrations())}
    except AWAY as error:
        logger.warning("the figures were not read: %s", error)
        return known
    return known | {"figures_read": 1}


def figures_of_jobs() -> Figures:
    """What waits, by kind, and since when."""
    waits, failing = Q(state=Job.State.WAITING), ~Q(error="")
    due = waits & Q(not_before__lte=Now())
    found = (
        Job.objects.unfinished()
        .order_by()
        .values("kind")
        .annotate(
            jobs_waiting=Count("pk", filter=waits),
            jobs_running=Count("pk", filter=~waits),
            jobs_failing=Count("pk", filter=waits & failing),
            jobs_set_apart=Count("pk", filter=waits & failing & Q(attempts__gte=settings.JOB_ATTEMPTS)),
            due_for=Now() - Min("not_before", filter=due & Q(priority__gt=OF_THE_NIGHT)),
        )
    )
    by_kind: dict[str, dict[str, Any]] = {row["kind"]: dict(row) for row in found}
    counted: Figures = {
        name: {kind: by_kind.get(kind, {}).get(name, 0) for kind in {*JOB_KINDS, *by_kind}}
        for name in ("jobs_waiting", "jobs_running", "jobs_failing", "jobs_set_apart")
    }
    longest = max((row["due_for"] or timedelta(0) for row in by_kind.values()), default=timedelta(0))
    return counted | {"oldest_due_job_seconds": longest.total_seconds(), "regular_work_days_late": days_late()}


def days_late() -> dict[str, float]:
    """For how many days each kind of work that comes round every day was not done."""
    today = timezone.localdate()
    return {kind: (today - day).days for kind, day in RegularWork.objects.values_list("kind", "done_up_to")}


def figures_of_scorecards() -> Figures:
    """What is out of date, and what waits to be published."""
    approved = ScorecardHead.objects.approved().aggregate(number=Count("pk"), longest=Now() - Min("approved_at"))
    approvals = Review.objects.filter(scorecard=OuterRef("scorecard"), indicator="", action=Review.Action.APPROVE)
    # The time of a publication is sealed in whole seconds: one approved within the same second seems later than it.
    before = approvals.filter(at__lt=OuterRef("published_at") + SECOND).order_by("-pk").values("at")[:1]
    lag = F("published_at") - Subquery(before)
    known = Case(When(lag__isnull=False, then=Greatest("lag", timedelta(0))))
    newest = Publication.objects.order_by("-sequence").annotate(lag=lag).values_list(known, flat=True)
    return {
        "stale_scorecards": ScorecardHead.objects.outdated().count(),
        "approved_unpublished": approved["number"],
        **in_seconds(oldest_approved_seconds=approved["longest"] or timedelta(0)),
        **in_seconds(publication_lag_seconds=newest.first()),
    }


def in_seconds(**times: timedelta | None) -> dict[str, float]:
    """Those that are known."""
    return {name: time.total_seconds() for name, time in times.items() if time is not None}


FIGURES: LastLook[Figures] = LastLook(figures, every=LOOKED_AT_AGAIN_AFTER_SECONDS, before={"figures_read": 0})
"""Of this process."""


class WhatWaits(Collector):
    """The figures at the last look, as Prometheus asks for them."""

    def collect(self) -> Iterator[Any]:
        """One family for each name, and which Minka this is."""
        release = GaugeMetricFamily("minka_release", "1, by the name of what is deployed.", labels=["release"])
        release.add_metric([settings.MINKA_RELEASE], 1)
        yield release
        for name, figure in FIGURES.answer().items():
            by_kind = isinstance(figure, dict)
            family = GaugeMetricFamily(f"minka_{name}", KEPT[name], labels=["kind"] if by_kind else [])
            for kind, value in figure.items() if isinstance(figure, dict) else [("", figure)]:
                family.add_metric([kind] if by_kind else [], value)
            yield family


WHAT_WAITS = CollectorRegistry()
WHAT_WAITS.register(WhatWaits())
