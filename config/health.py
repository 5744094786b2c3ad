"""Whether Minka works: what a supervisor asks, and what administrators see part by part."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Generic, TypeVar

import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError as BrokerError
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from accounts.models import Job
from compliance.models import Publication
from config.celery import app

logger = logging.getLogger(__name__)
Found = TypeVar("Found")
ANSWER_WITHIN_SECONDS = 1.0
LOOKED_AT_AGAIN_AFTER_SECONDS = 1.0
HEARD_WITHIN = timedelta(minutes=1)
"""how long a due job may wait for the dispatcher"""


@dataclass(frozen=True)
class Part:
    """One part of Minka: what it is called in answers to machines, what people call it, and what is wrong with it."""

    code: str
    title: Any
    works: Callable[[], bool]
    otherwise: Any
    """what it means for people that it does not work, and what to do"""


def database_writes() -> bool:
    """Whether PostgreSQL takes a row, which is not kept."""
    with transaction.atomic():
        Session.objects.create(session_key="health", session_data="", expire_date=Now())
        transaction.set_rollback(True)
    return True


@cache
def migrations_of_this_version() -> frozenset[tuple[str, str]]:
    """Every migration that comes with this Minka."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def missing_migrations() -> frozenset[tuple[str, str]]:
    """Migrations of this version that were not run."""
    return migrations_of_this_version() - MigrationRecorder(connections["default"]).applied_migrations().keys()


def database_is_prepared() -> bool:
    """Whether every migration of this version was run."""
    return not missing_migrations()


def publications_are_readable() -> bool:
    """Whether the role of public pages may read them."""
    Publication.objects.using("public").exists()
    return True


def free_disk() -> int:
    """Bytes that files may still take."""
    return shutil.disk_usage(settings.MINKA_STATE).free


def disk_has_room() -> bool:
    """Whether files can be taken."""
    least: int = settings.LEAST_FREE_DISK_MB
    return free_disk() >= least * 1_000_000


def broker_answers() -> bool:
    """One ping, without retries: a silent broker must not hold whoever asks."""
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=ANSWER_WITHIN_SECONDS,
        socket_connect_timeout=ANSWER_WITHIN_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        return bool(client.ping())
    finally:
        client.close()


def worker_answers() -> bool:
    """Whether any Celery worker answers a ping."""
    return broker_answers() and bool(app.control.ping(timeout=ANSWER_WITHIN_SECONDS, limit=1))


def dispatcher_rings() -> bool:
    """Whether no due job waits for its bell."""
    return not Job.objects.due().filter(dispatched_at__isnull=True, not_before__lt=Now() - HEARD_WITHIN).exists()


NEEDED_FOR_PAGES = (
    Part(
        "database",
        _("Database"),
        database_writes,
        _("Nothing can be saved. Look whether PostgreSQL runs and its disk has room."),
    ),
    Part(
        "migrations",
        _("Preparation of the database"),
        database_is_prepared,
        _("Pages may fail. Run “manage.py prepare”."),
    ),
    Part(
        "publications",
        _("Public pages"),
        publications_are_readable,
        _("Public pages fail. Run “manage.py prepare”, which grants its role what it reads."),
    ),
    Part("disk", _("Disk"), disk_has_room, _("Files may be refused soon. Make room, or raise the size of the disk.")),
)
"""Without one of these, pages do not really answer."""
BEHIND_PAGES = (
    Part(
        "broker",
        _("Broker"),
        broker_answers,
        _("Everything can be saved; scorecards, imports and letters wait. Look whether Redis or Valkey runs."),
    ),
    Part(
        "worker",
        _("Worker"),
        worker_answers,
        _("Everything can be saved; scorecards, imports and letters wait. Start Celery’s worker."),
    ),
    Part(
        "dispatcher",
        _("Dispatcher"),
        dispatcher_rings,
        _("Everything can be saved; scorecards, imports and letters wait. Start “manage.py dispatch_jobs”."),
    ),
)
"""Without these, pages answer, and what is done in the background waits."""
AWAY = (DatabaseError, BrokerError, RedisError, OSError)
"""What the parts raise that do not work."""


def works(part: Part) -> bool:
    """Whether a part does what it is for."""
    try:
        return part.works()
    except AWAY as error:
        logger.warning("%s does not work: %s", part.code, error)
        return False


class LastLook(Generic[Found]):
    """What was found at the last look: however many ask, one looks, and not more often than every so many seconds."""

    def __init__(self, look: Callable[[], Found], *, every: float, before: Found) -> None:
        self.look = look
        self.every = every
        self.found = before
        self.looking = threading.Lock()
        self.looked_at = float("-inf")

    def answer(self) -> Found:
        """What was found; while one looks, the others get the last answer, and the one `before` any look came to an end.

        Nobody waits for it.
        """
        if self.looking.acquire(blocking=False):
            try:
                if time.monotonic() - self.looked_at > self.every:
                    self.found = self.look()
                    self.looked_at = time.monotonic()
            finally:
                self.looking.release()
        return self.found


def parts_needed() -> dict[str, bool]:
    """By the code of each part that pages need, whether it works."""
    return {part.code: works(part) for part in NEEDED_FOR_PAGES}


READINESS = LastLook(
    parts_needed, every=LOOKED_AT_AGAIN_AFTER_SECONDS, before={part.code: False for part in NEEDED_FOR_PAGES}
)
"""Of this process."""
