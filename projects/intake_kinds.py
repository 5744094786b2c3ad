"""How the worker reads, checks, applies and undoes an import: the kinds of job, registered when the apps are ready.

`compute` does the long reading and checking outside any transaction and reports progress; `write` does all
effects in the finishing transaction, after looking at the state of the import under a lock. A worker that is
killed leaves nothing half-done, and a step that is delivered twice finds the state already changed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Job, User
from accounts.services.jobs import JOB_KINDS, Claim, JobKind
from accounts.services.notices import notify
from projects.intake.checking import EXTRA, check_rows, chunks, findings
from projects.intake.organisations import take_back_organisations
from projects.intake.problems import Refusal
from projects.intake.targets import TARGETS, ImportTarget, Row, Scope
from projects.models import ImportBatch, ImportRow
from projects.services.intake import APPLY, CHECK, READ, UNDO, move
from projects.services.notices import IMPORT_ENDS
from projects.services.records import OF_MANY, promise_evaluation

READ_SECONDS = 60
SAMPLES = 3
ROWS_WRITTEN_A_SECOND = 200


def batch_of(claim: Claim) -> ImportBatch:
    """The import that a job is about."""
    return ImportBatch.objects.select_related("organisation").get(pk=claim.job.subject.removeprefix("import/"))


def locked_batch(claim: Claim, state: str) -> ImportBatch | None:
    """The import under a lock, or nothing where another delivery of the same job was faster."""
    found = ImportBatch.objects.select_for_update(of=("self",)).select_related("organisation")
    return found.filter(pk=claim.job.subject.removeprefix("import/"), state=state).first()


def owner_of(claim: Claim, batch: ImportBatch) -> User:
    """Who asked for it."""
    return claim.job.owner or batch.uploaded_by


def tell_of_end(claim: Claim, batch: ImportBatch, step: str) -> None:
    """Tell whoever handed the file in how it ended."""
    notify(IMPORT_ENDS, [batch.uploaded_by_id], record=batch, cause=f"{claim.job.subject}/{claim.job.pk}", step=step)


# Reading


def read(claim: Claim) -> IO[str]:
    """Let the child process read the file; its lines lie in a temporary file that vanishes by itself."""
    batch = batch_of(claim)
    known = sorted(TARGETS[batch.target].known)
    lines: IO[str] = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed by `write_rows`
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "upload"
        with batch.file.open("rb") as stored, copy.open("wb") as plain:
            for part in stored.chunks():
                plain.write(part)
        process = subprocess.Popen(
            [sys.executable, "-m", "projects.intake.child", str(copy), batch.name, json.dumps(known)],
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(settings.BASE_DIR), "LANG": "C.UTF-8"},
        )
        ended = wait_for(process, claim)
    if not ended:
        lines.seek(0, 2)
        lines.write("\n" + json.dumps({"refusal": Refusal("too_heavy").as_dict()}) + "\n")
    return lines


def wait_for(process: subprocess.Popen[bytes], claim: Claim) -> bool:
    """Wait for the child, renewing the lease; one that takes too long is ended."""
    until = time.monotonic() + READ_SECONDS
    while time.monotonic() < until:
        try:
            return process.wait(timeout=2) >= 0
        except subprocess.TimeoutExpired:
            claim.report(0, 0)
    process.kill()
    process.wait()
    return False


def outcome_of(lines: IO[str]) -> dict[str, Any]:
    """The last line: how reading ended."""
    last = ""
    lines.seek(0)
    for line in lines:
        last = line if line.strip() else last
    try:
        outcome = json.loads(last or "null")
    except json.JSONDecodeError:
        outcome = None
    if isinstance(outcome, dict) and ("end" in outcome or "refusal" in outcome):
        return outcome
    return {"refusal": Refusal("unreadable_file").as_dict()}


def write_rows(claim: Claim, lines: IO[str]) -> None:
    """Keep every row as it came, or the reason why the file is refused."""
    batch = locked_batch(claim, ImportBatch.State.READING)
    if batch is None:
        return
    outcome = outcome_of(lines)
    if "refusal" in outcome:
        move(batch, ImportBatch.State.REFUSED, owner_of(claim, batch), "refused")
        batch.problem = json.dumps(outcome["refusal"])
        batch.save(update_fields=["problem"])
        tell_of_end(claim, batch, "refused")
        return
    lines.seek(0)
    headings = json.loads(next(lines))["headings"]
    samples: list[list[str]] = [[] for _heading in headings]
    for chunk in chunks(rows_in(lines, batch, headings, samples)):
        ImportRow.objects.bulk_create(chunk)
    lines.close()
    batch.columns = [{"name": name, "samples": found} for name, found in zip(headings, samples, strict=True)]
    batch.defaults |= {"reading": {**outcome["info"], "rows": outcome["end"]}}
    batch.save(update_fields=["columns", "defaults"])
    move(batch, ImportBatch.State.MAPPING, owner_of(claim, batch), "read")


def rows_in(lines: IO[str], batch: ImportBatch, headings: list[str], samples: list[list[str]]) -> Iterator[ImportRow]:
    """Unsaved rows; a few values of each column are remembered to show them."""
    for line in lines:
        found = json.loads(line)
        if isinstance(found, dict):
            return
        number, values, extra = found
        for place, cell in enumerate(values):
            if cell not in (None, "") and len(samples[place]) < SAMPLES:
                text = cell if isinstance(cell, str) else next(iter(cell.values()), "")
                samples[place].append(text[:80])
        cells = dict(zip(headings, values, strict=False))
        yield ImportRow(batch=batch, number=number, cells={**cells, EXTRA: extra} if extra else cells)


# Checking


def check(claim: Claim) -> list[tuple[int, str, bool]]:
    """What is wrong with each row that is not left out: (row, findings in JSON, whether it is refused)."""
    batch = batch_of(claim)
    target, scope = TARGETS[batch.target], Scope(batch, owner_of(claim, batch))
    taken = batch.rows.exclude(state=ImportRow.State.SKIPPED).order_by("number")
    total, done = taken.count(), 0
    results: list[tuple[int, str, bool]] = []
    for chunk in chunks(taken.iterator()):
        results += [result_of(row) for row in check_rows(target, scope, chunk)]
        done += len(chunk)
        claim.report(done, total)
    return results


def result_of(row: Row) -> tuple[int, str, bool]:
    """A checked row as it is kept."""
    return row.pk, json.dumps(findings(row), cls=DjangoJSONEncoder), bool(row.problems)


def write_findings(claim: Claim, results: list[tuple[int, str, bool]]) -> None:
    """Keep the findings; rows that the person skipped stay skipped."""
    batch = locked_batch(claim, ImportBatch.State.CHECKING)
    if batch is None:
        return
    keep_findings(results)
    move(batch, ImportBatch.State.READY, owner_of(claim, batch), "checked")


def keep_findings(results: list[tuple[int, str, bool]]) -> None:
    """Findings and states of many rows in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE projects_importrow AS kept
               SET errors = new.errors::jsonb,
                   state = CASE WHEN kept.state = 'skipped' THEN kept.state
                                WHEN new.refused THEN 'refused' ELSE 'ready' END
              FROM unnest(%s::bigint[], %s::text[], %s::boolean[]) AS new(id, errors, refused)
             WHERE kept.id = new.id
            """,
            [[one[0] for one in results], [one[1] for one in results], [one[2] for one in results]],
        )


# Applying


def look_once_more(claim: Claim) -> None:
    """Check the ready rows again, for the record may have changed since; shows progress, writes nothing."""
    batch = batch_of(claim)
    target, scope = TARGETS[batch.target], Scope(batch, owner_of(claim, batch), told=False)
    ready = batch.rows.filter(state=ImportRow.State.READY).order_by("number")
    total, done = ready.count(), 0
    for chunk in chunks(ready.iterator()):
        check_rows(target, scope, chunk)
        done += len(chunk)
        claim.report(done, total)
    hold(claim, total)


def hold(claim: Claim, rows: int) -> None:
    """Lengthen the lease for the one transaction that writes all rows, in which it cannot be renewed."""
    seconds = settings.JOB_LEASE_SECONDS + rows // ROWS_WRITTEN_A_SECOND
    Job.objects.filter(pk=claim.job.pk, token=claim.token).update(lease_until=Now() + timedelta(seconds=seconds))


def write_records(claim: Claim, _result: None) -> None:
    """Save every ready row, or refuse it with the reason; a constant number of queries a chunk."""
    batch = locked_batch(claim, ImportBatch.State.IMPORTING)
    if batch is None:
        return
    target, scope = TARGETS[batch.target], Scope(batch, owner_of(claim, batch), told=False)
    for chunk in chunks(batch.rows.filter(state=ImportRow.State.READY).order_by("number").iterator()):
        checked = check_rows(target, scope, chunk)
        good = saved(target, [row for row in checked if not row.problems], scope)
        if good:
            ImportRow.objects.filter(pk__in=[row.pk for row in good]).update(state=ImportRow.State.IMPORTED)
        if bad := [row for row in checked if row.problems]:
            keep_findings([result_of(row) for row in bad])
    batch.defaults = {**batch.defaults, "created": scope.created}
    batch.save(update_fields=["defaults"])
    move(batch, ImportBatch.State.IMPORTED, scope.actor, "imported")
    tell_of_end(claim, batch, "imported")
    promise_evaluation(scope.concerned, owner=scope.actor, priority=OF_MANY)


def saved(target: ImportTarget, rows: list[Row], scope: Scope) -> list[Row]:
    """Save rows and return them; those that only the database can refuse are found by halving, and get its reason."""
    if not rows:
        return []
    before = set(scope.concerned), dict(scope.created)
    try:
        with transaction.atomic():
            target.save(rows, scope)
    except IntegrityError as error:
        scope.concerned, scope.created = before
        if len(rows) == 1:
            target.refuse(rows[0], error)
            return []
        middle = len(rows) // 2
        return saved(target, rows[:middle], scope) + saved(target, rows[middle:], scope)
    return rows


# Undoing


def prepare_undo(claim: Claim) -> None:
    """All of an undo happens in its transaction; only the lease is made long enough."""
    hold(claim, batch_of(claim).rows.filter(state=ImportRow.State.IMPORTED).count())


def write_undo(claim: Claim, _result: None) -> None:
    """Take back all that the import wrote, or say why that cannot be."""
    batch = locked_batch(claim, ImportBatch.State.UNDOING)
    if batch is None:
        return
    target, scope = TARGETS[batch.target], Scope(batch, owner_of(claim, batch))
    reason = claim.job.payload.get("reason", "")
    try:
        left = target.undo(scope, reason)
    except Refusal as refusal:
        move(batch, ImportBatch.State.IMPORTED, scope.actor, "undo refused", reason)
        batch.problem = json.dumps(refusal.as_dict())
        batch.save(update_fields=["problem"])
        tell_of_end(claim, batch, "undo_refused")
        return
    batch.rows.filter(state=ImportRow.State.IMPORTED).update(state=ImportRow.State.UNDONE)
    stay, hidden = take_back_organisations(scope, reason)
    batch.defaults = {**batch.defaults, "created": stay, "taken_back": hidden}
    batch.save(update_fields=["defaults"])
    move(batch, ImportBatch.State.UNDONE, scope.actor, "undone", reason)
    if left:
        batch.problem = json.dumps(Refusal("undo_left", count=left).as_dict())
        batch.save(update_fields=["problem"])
    tell_of_end(claim, batch, "undone")
    promise_evaluation(scope.concerned, owner=scope.actor, priority=OF_MANY)


def register_kinds() -> None:
    """Make the four steps known to the outbox."""
    JOB_KINDS[READ] = JobKind(_("Reading a file"), read, write_rows, long=True)
    JOB_KINDS[CHECK] = JobKind(_("Checking rows"), check, write_findings, long=True)
    JOB_KINDS[APPLY] = JobKind(_("Importing rows"), look_once_more, write_records, long=True)
    JOB_KINDS[UNDO] = JobKind(_("Undoing an import"), prepare_undo, write_undo, long=True)
