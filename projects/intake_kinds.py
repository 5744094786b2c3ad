"""How the worker reads, checks, applies and undoes an import: the kinds of job, registered when the apps are ready.

Each goes in steps of at most `CHUNK` rows. `compute` looks at the next rows outside any transaction; `write` keeps what
became of them in a short one, after looking under a lock at the state of the import and how far it is. A worker that is
killed loses one step, the next one goes on behind it, and a step that is delivered twice finds that it was done.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.copying import add_alike
from accounts.services.jobs import JOB_KINDS, Claim, JobKind, Progress
from accounts.services.notices import notify
from projects.intake import checking
from projects.intake.checking import EXTRA, check_rows, chunks, findings
from projects.intake.organisations import take_back_organisations
from projects.intake.problems import Refusal
from projects.intake.reading import CPU_SECONDS
from projects.intake.targets import TARGETS, ImportTarget, Row, Scope
from projects.models import ImportBatch, ImportRow
from projects.services.intake import APPLY, CHECK, READ, UNDO, move
from projects.services.notices import IMPORT_ENDS
from projects.services.records import OF_MANY, promise_evaluation

LOOK_SECONDS = 2
ORGANISATIONS_AT_ONCE = 2_000
TAKEN, READY, IMPORTED, UNDONE = (
    ~Q(state=ImportRow.State.SKIPPED),
    Q(state=ImportRow.State.READY),
    Q(state=ImportRow.State.IMPORTED),
    Q(state=ImportRow.State.UNDONE),
)


@dataclass
class Pass:
    """What one worker knows of the work on an import; another one makes it anew from the rows."""

    batch: ImportBatch
    target: ImportTarget
    scope: Scope
    reached: int
    done: int
    total: int
    refusal: Refusal | None = None
    staying: set[str] = field(default_factory=set)
    """Keys of organisations that an undo leaves, because others name them."""

    def further(self, batch: ImportBatch, numbers: Sequence[int]) -> Progress | None:
        """Keep how far the work is once these rows are done; None where they were the last."""
        self.done += len(numbers)
        if len(numbers) < checking.CHUNK:
            return None
        self.reached = batch.reached = numbers[-1]
        batch.save(update_fields=["reached"])
        return Progress(self.done, self.total)


def batch_of(claim: Claim) -> ImportBatch:
    """The import that a job is about."""
    return ImportBatch.objects.select_related("organisation").get(pk=claim.job.subject.removeprefix("import/"))


def pass_of(claim: Claim, ahead: Q, behind: Q, *, told: bool = True) -> Pass:
    """What this worker knows, from its first step on: which rows are `ahead`, and what is `behind` was done before."""
    if "pass" not in claim.memory:
        batch = batch_of(claim)
        before = batch.rows.filter(behind, number__lte=batch.reached) if batch.reached else None
        done = before.count() if before is not None else 0
        total = done + batch.rows.filter(ahead, number__gt=batch.reached).count()
        scope = Scope(batch, claim.job.owner or batch.uploaded_by, told=told, before=before)
        claim.memory["pass"] = Pass(batch, TARGETS[batch.target], scope, batch.reached, done, total)
    known: Pass = claim.memory["pass"]
    return known


def next_rows(known: Pass, ahead: Q) -> list[ImportRow]:
    """The next rows in the order of the file, with what they say."""
    rows = ImportRow.objects.filter(ahead, batch=known.batch, number__gt=known.reached).order_by("number")
    return list(rows.only("batch_id", "number", "cells", "corrections")[: checking.CHUNK])


def writing(
    state: str, write: Callable[[Claim, Pass, ImportBatch, Any], Progress | None]
) -> Callable[[Claim, Any], Progress | None]:
    """Write with the import under a lock, where it is in this state and as far as the worker thinks.

    Where another delivery of the job was faster, nothing is written: this one looks anew how far it is, or is done.
    """

    def written(claim: Claim, result: Any) -> Progress | None:
        known: Pass = claim.memory["pass"]
        found = ImportBatch.objects.select_for_update(of=("self",)).select_related("organisation")
        batch = found.filter(pk=known.batch.pk, state=state).first()
        if batch is None:
            return None
        if batch.reached != known.reached:
            claim.memory.clear()
            return Progress(known.done, known.total)
        return write(claim, known, batch, result)

    return written


def tell_of_end(claim: Claim, batch: ImportBatch, step: str) -> None:
    """Tell whoever handed the file in how it ended."""
    notify(IMPORT_ENDS, [batch.uploaded_by_id], record=batch, cause=f"{claim.job.subject}/{claim.job.pk}", step=step)


# Reading


def read(claim: Claim) -> list[tuple[int, dict[str, Any]]]:
    """The next rows of the file, each with its number and its cells; before the first ones, the child process reads all of it."""
    known = pass_of(claim, TAKEN, TAKEN)
    if "outcome" not in claim.memory:
        lines = read_by_child(claim, known)
        claim.memory["outcome"] = outcome = outcome_of(lines)
        claim.memory["rows"] = chunks(rows_in(lines, known) if "end" in outcome else (), checking.CHUNK)
        known.total = outcome.get("end", 0)
    rows: list[tuple[int, dict[str, Any]]] = next(claim.memory["rows"], [])
    return rows


def read_by_child(claim: Claim, known: Pass) -> IO[str]:
    """What the child process writes about the file; the lines lie in a temporary file that vanishes by itself."""
    batch = known.batch
    lines: IO[str] = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - read by the steps that follow
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "upload"
        with batch.file.open("rb") as stored, copy.open("wb") as plain:
            for part in stored.chunks():
                plain.write(part)
        names = json.dumps(sorted(known.target.known))
        process = subprocess.Popen(
            [sys.executable, "-m", "projects.intake.child", str(copy), batch.name, names, str(CPU_SECONDS)],
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(settings.BASE_DIR), "LANG": "C.UTF-8"},
        )
        ended = wait_for(process, claim, known.done)
    if not ended:
        lines.seek(0, 2)
        lines.write("\n" + json.dumps({"refusal": Refusal("too_heavy").as_dict()}) + "\n")
    return lines


def wait_for(process: subprocess.Popen[bytes], claim: Claim, done: int) -> bool:
    """Wait for the child, keeping the lease; False where the kernel ended it, for it took too much.

    Raises OSError where the disk had no room for what it read.
    """
    try:
        while True:
            try:
                code = process.wait(timeout=LOOK_SECONDS)
                if code == os.EX_IOERR:
                    raise OSError(errno.ENOSPC, "There is no room for what was read.")
                return code >= 0
            except subprocess.TimeoutExpired:
                claim.report(done, claim.job.total)
    finally:
        process.kill()
        process.wait()


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


def rows_in(lines: IO[str], known: Pass) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and cells of each row that is not kept yet."""
    lines.seek(0)
    headings = json.loads(next(lines))["headings"]
    for line in lines:
        found = json.loads(line)
        if isinstance(found, dict):
            return
        number, values, extra = found
        if number > known.reached:
            cells = dict(zip(headings, values, strict=False))
            yield number, {**cells, EXTRA: extra} if extra else cells


def write_rows(
    claim: Claim, known: Pass, batch: ImportBatch, rows: list[tuple[int, dict[str, Any]]]
) -> Progress | None:
    """Keep every row as it came, or the reason why the file is refused."""
    outcome = claim.memory["outcome"]
    if "refusal" in outcome:
        batch.rows.all()._raw_delete("default")
        move(batch, ImportBatch.State.REFUSED, known.scope.actor, "refused")
        keep_problem(batch, outcome["refusal"])
        tell_of_end(claim, batch, "refused")
        return None
    numbers = [number for number, _cells in rows]
    add_alike(ImportRow(batch=batch), number=numbers, cells=[cells for _number, cells in rows])
    if progress := known.further(batch, numbers):
        return progress
    batch.columns = outcome["columns"]
    batch.defaults |= {"reading": {**outcome["info"], "rows": outcome["end"]}}
    batch.save(update_fields=["columns", "defaults"])
    move(batch, ImportBatch.State.MAPPING, known.scope.actor, "read")
    return None


def keep_problem(batch: ImportBatch, refusal: dict[str, Any]) -> None:
    """What is wrong with the file, or stopped the undo."""
    batch.problem = json.dumps(refusal)
    batch.save(update_fields=["problem"])


# Checking


def check(claim: Claim) -> list[Row]:
    """What is wrong with the next rows that are not left out."""
    known = pass_of(claim, TAKEN, TAKEN)
    return checked(known, next_rows(known, TAKEN))


def checked(known: Pass, found: Sequence[ImportRow]) -> list[Row]:
    """Rows with what is wrong with them."""
    return check_rows(known.target, known.scope, found) if found else []


def write_findings(claim: Claim, known: Pass, batch: ImportBatch, rows: list[Row]) -> Progress | None:
    """Keep the findings; rows that the person skipped stay skipped."""
    keep_findings(rows)
    if progress := known.further(batch, [row.number for row in rows]):
        return progress
    move(batch, ImportBatch.State.READY, known.scope.actor, "checked")
    return None


def keep_findings(rows: Sequence[Row]) -> None:
    """Findings, marks and states of many rows in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE projects_importrow AS kept
               SET errors = new.errors,
                   marks = decode(new.marks, 'hex'),
                   state = CASE WHEN kept.state = 'skipped' THEN kept.state
                                WHEN new.refused THEN 'refused' ELSE 'ready' END
              FROM jsonb_to_recordset(%s::jsonb) AS new(id bigint, errors jsonb, marks text, refused boolean)
             WHERE kept.id = new.id
            """,
            [
                as_json(
                    {
                        "id": row.pk,
                        "errors": findings(row),
                        "marks": row.marks.hex(),
                        "refused": bool(row.problems),
                    }
                    for row in rows
                )
            ],
        )


def keep_imported(rows: Sequence[Row]) -> None:
    """That these rows are in the record, and what they say, for the rows behind them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE projects_importrow AS kept SET state = 'imported', marks = decode(new.marks, 'hex')
              FROM jsonb_to_recordset(%s::jsonb) AS new(id bigint, marks text)
             WHERE kept.id = new.id
            """,
            [as_json({"id": row.pk, "marks": row.marks.hex()} for row in rows)],
        )


def as_json(rows: Iterable[dict[str, Any]]) -> str:
    """Rows as PostgreSQL takes them apart, which costs less than to spell arrays."""
    return json.dumps(list(rows), cls=DjangoJSONEncoder)


# Applying


def look_once_more(claim: Claim) -> list[Row]:
    """Check the next ready rows again, for the record may have changed since."""
    known = pass_of(claim, READY, IMPORTED, told=False)
    return checked(known, next_rows(known, READY))


def write_records(claim: Claim, known: Pass, batch: ImportBatch, rows: list[Row]) -> Progress | None:
    """Save the ready rows, or refuse them with the reason; a constant number of queries."""
    scope = known.scope
    scope.concerned, scope.created = set(), {}
    good = saved(known.target, [row for row in rows if not row.problems], scope)
    keep_imported(good)
    keep_findings([row for row in rows if row.problems])
    batch.defaults["created"] = batch.defaults.get("created", {}) | {
        str(key): name for key, name in scope.created.items()
    }
    batch.save(update_fields=["defaults"])
    progress = known.further(batch, [row.number for row in rows])
    if progress is None:
        move(batch, ImportBatch.State.IMPORTED, scope.actor, "imported")
        tell_of_end(claim, batch, "imported")
    promise_what_follows(scope, progress)
    return progress


def promise_what_follows(scope: Scope, progress: Progress | None) -> None:
    """Promise the scorecards that this step concerns; of each one at most one a turn while steps follow.

    Foreign keys are checked before: a promise locks the job until the transaction ends, and people wait for it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    after = settings.JOB_TURN_SECONDS if progress else 0
    promise_evaluation(scope.concerned, owner=scope.actor, priority=OF_MANY, after=after)


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


def look_first(claim: Claim) -> list[ImportRow]:
    """The next imported rows; before the first ones, all are looked at: what is in use stops the whole undo."""
    known = pass_of(claim, IMPORTED, UNDONE)
    if not known.reached and not claim.memory.get("looked"):
        names: set[str] = set()
        imported = known.batch.rows.filter(IMPORTED).only("pk", "batch_id", "number").order_by("number")
        for rows in chunks(imported.iterator(), checking.CHUNK):
            names.update(known.target.in_use([row.pk for row in rows]).values())
            claim.report(known.done, known.total)
        known.refusal = Refusal("undo_in_use", names=sorted(names)) if names else None
        claim.memory["looked"] = True
    return next_rows(known, IMPORTED)


def write_undo(claim: Claim, known: Pass, batch: ImportBatch, rows: list[ImportRow]) -> Progress | None:
    """Take back what these rows wrote, and after the last ones the organisations; or say why that cannot be."""
    scope, reason = known.scope, claim.job.payload.get("reason", "")
    if known.refusal:
        move(batch, ImportBatch.State.IMPORTED, scope.actor, "undo refused", reason)
        keep_problem(batch, known.refusal.as_dict())
        tell_of_end(claim, batch, "undo_refused")
        return None
    scope.concerned = set()
    stay = known.target.undo([row.pk for row in rows], scope, reason) if rows else set()
    gone = [row.pk for row in rows if row.pk not in stay]
    ImportRow.objects.filter(pk__in=gone).update(state=ImportRow.State.UNDONE)
    progress = known.further(batch, [row.number for row in rows]) or undo_organisations(known, batch, reason)
    if progress is None:
        close_undo(claim, known, batch, reason)
    promise_what_follows(scope, progress)
    return progress


def undo_organisations(known: Pass, batch: ImportBatch, reason: str) -> Progress | None:
    """Take back the next organisations that the import added; None where none is left to look at."""
    created = batch.defaults.get("created", {})
    added = [int(key) for key in created if key not in known.staying][:ORGANISATIONS_AT_ONCE]
    stay, hidden = take_back_organisations(added, known.target.still_named(added), known.scope, reason)
    known.staying.update(map(str, stay))
    left = {key: name for key, name in created.items() if int(key) in stay or int(key) not in added}
    taken_back = batch.defaults.get("taken_back", {}) | {str(key): name for key, name in hidden.items()}
    batch.defaults |= {"created": left, "taken_back": taken_back}
    batch.save(update_fields=["defaults"])
    return Progress(known.done, known.total) if left.keys() - known.staying else None


def close_undo(claim: Claim, known: Pass, batch: ImportBatch, reason: str) -> None:
    """Say that it is undone and what others said since; or how many rows stay, whose records came into use meanwhile."""
    actor = known.scope.actor
    if left := batch.rows.filter(IMPORTED).count():
        move(batch, ImportBatch.State.IMPORTED, actor, "undone in part", reason)
        keep_problem(batch, Refusal("undo_interrupted", count=left).as_dict())
        tell_of_end(claim, batch, "undone_in_part")
        return
    move(batch, ImportBatch.State.UNDONE, actor, "undone", reason)
    tell_of_end(claim, batch, "undone")
    if others := known.target.said_by_others(batch):
        keep_problem(batch, Refusal("undo_left", count=others).as_dict())


def register_kinds() -> None:
    """Make the four known to the outbox."""
    state = ImportBatch.State
    JOB_KINDS[READ] = JobKind(_("Reading a file"), read, writing(state.READING, write_rows), long=True)
    JOB_KINDS[CHECK] = JobKind(_("Checking rows"), check, writing(state.CHECKING, write_findings), long=True)
    JOB_KINDS[APPLY] = JobKind(_("Importing rows"), look_once_more, writing(state.IMPORTING, write_records), long=True)
    JOB_KINDS[UNDO] = JobKind(_("Undoing an import"), look_first, writing(state.UNDOING, write_undo), long=True)
