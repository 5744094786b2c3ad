"""Ring Celery's bell for every job that waits, and promise what comes round every day; two dispatchers may run."""

import logging
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, connection
from kombu.exceptions import OperationalError as BrokerError

from accounts.services import jobs
from accounts.services.letters import promise_letters_of_failures
from accounts.services.notice_kinds import promise_notices_of_failures
from accounts.services.regular import promise_regular_work
from accounts.tasks import run_job

logger = logging.getLogger(__name__)
POLL_SECONDS = 1.0
LOOK_AROUND_SECONDS = 60
LAST_HEARD = 9


class Command(BaseCommand):
    """Listens for promises and looks every second in any case."""

    help = "Hand waiting jobs to Celery until stopped."
    stopping = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Loop until SIGTERM or SIGINT."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        looked = float("-inf")
        while not self.stopping:
            try:
                jobs.take_back_abandoned()
                if time.monotonic() - looked > LOOK_AROUND_SECONDS:
                    promise_regular_work()
                    promise_letters_of_failures()
                    promise_notices_of_failures()
                    looked = time.monotonic()
                ring_bells()
                self.listen()
            except OperationalError:
                logger.exception("database away; trying again")
                connection.close()
                signal.sigtimedwait([signal.SIGTERM, signal.SIGINT], POLL_SECONDS)

    def stop(self, *_signal: Any) -> None:
        """Finish the round and end."""
        self.stopping = True

    def listen(self) -> None:
        """Wait for a promise, at most one poll."""
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {jobs.CHANNEL}")
            with connection.wrap_database_errors:  # psycopg's own calls raise psycopg's own errors
                list(cursor.connection.notifies(timeout=POLL_SECONDS, stop_after=1))


def ring_bells() -> None:
    """Publish the ids of due jobs, the most urgent to be heard first; what the broker does not take stays due."""
    rung = list(jobs.take_undispatched().items())
    for position, (job_id, priority) in enumerate(rung):
        try:
            run_job.apply_async((job_id,), retry=False, priority=urgency(priority))
        except (BrokerError, OSError) as error:
            logger.warning("broker away, %d jobs keep waiting: %s", len(rung) - position, error)
            jobs.forget_dispatch(job_id for job_id, _priority in rung[position:])
            return


def urgency(priority: int) -> int:
    """The priority of a job as the broker counts it: 0 is heard first, 9 last."""
    return LAST_HEARD - min(priority, jobs.MOST_URGENT) * LAST_HEARD // jobs.MOST_URGENT
