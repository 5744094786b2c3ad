"""Two workers who write to one person at the same moment, while the person reads."""

from __future__ import annotations

import contextlib
import threading

import pytest
from django.db import connections, transaction

from accounts.models import Job, Notice
from accounts.models.notices import When
from accounts.services import jobs
from accounts.services.notices import choose, mark_read, notify, send_notices
from tests.cast import gather_cast, open_mine
from tests.notices_help import work


def test_while_a_mail_is_sent_its_notices_can_be_read_and_a_second_worker_waits_and_sends_what_the_first_could_not(
    committed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = gather_cast()
    choose(actor=cast.monitor, chosen={"changed": When.AT_ONCE})
    work()
    report = open_mine(cast.monitor, cast.company).records["disclosures"]
    for cause in ("one", "two"):
        notify("changed", [cast.monitor.pk], record=report, cause=cause, step="amended")
    speaks, may_fail = threading.Event(), threading.Event()
    subjects: list[str] = []

    def send(subject: str, *_rest: object) -> None:
        if not speaks.is_set():
            speaks.set()
            may_fail.wait(10)
            raise ConnectionError
        subjects.append(subject)

    def work_with(claim: jobs.Claim) -> None:
        with contextlib.suppress(ConnectionError):
            send_notices(claim)
        connections.close_all()

    monkeypatch.setattr("accounts.services.notices.send_mail", send)
    claim = jobs.claim_job(str(Job.objects.get(kind="notices.mail", state=Job.State.WAITING).pk))
    assert claim
    first, second = (threading.Thread(target=work_with, args=(claim,)) for _worker in range(2))
    first.start()
    assert speaks.wait(10)
    with transaction.atomic():
        mark_read(Notice.objects.filter(pk__in=Notice.objects.select_for_update(nowait=True).filter(cause="two")))
    second.start()
    second.join(1)
    assert second.is_alive()
    assert subjects == []
    may_fail.set()
    first.join(10)
    second.join(10)
    assert subjects == ["Minka: Somebody amended a record that you entered"]
    work_with(claim)
    assert len(subjects) == 1
