"""The verbs of an import: hand in a file, say what the columns mean, correct and skip rows, confirm, undo, drop.

Each verb is short and promises a job; the work itself is in `projects.intake_kinds`. The state of the import is
checked under a lock, so a double click or two people do nothing twice.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, connection, transaction
from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Job, Organisation, User
from accounts.names import clean_file_name
from accounts.services.audit import state_of, write_audit
from accounts.services.jobs import MOST_URGENT, Promise, promise_jobs
from projects.intake.checking import SETTLED, cell_of
from projects.intake.mapping import headings_digest, missing, propose
from projects.intake.messages import DOUBTS, sentence
from projects.intake.problems import Refusal, cell_text
from projects.intake.reading import FILE_KINDS, MOST_BYTES_BY_PAGE, check_size
from projects.intake.targets import TARGETS, ImportTarget
from projects.models import ColumnMemory, ImportBatch, ImportRow

READ, CHECK, APPLY, UNDO = "import.read", "import.check", "import.apply", "import.undo"
JOB_OF_STATE = {
    ImportBatch.State.READING: READ,
    ImportBatch.State.CHECKING: CHECK,
    ImportBatch.State.IMPORTING: APPLY,
    ImportBatch.State.UNDOING: UNDO,
}
RECORDED = ("recorded_by_hand", "recorded_by_import")
"""Doubts about rows that tell of a payment on record."""
EDITABLE = (ImportBatch.State.MAPPING, ImportBatch.State.READY)


def subject_of(batch: ImportBatch) -> str:
    """The name under which jobs know an import."""
    return f"import/{batch.pk}"


def promise(batch: ImportBatch, kind: str, owner: User, **payload: Any) -> None:
    """Promise one step of an import; ahead of evaluations, for somebody waits for it."""
    promise_jobs([Promise(kind, subject_of(batch), payload, priority=MOST_URGENT)], owner=owner)


def current_job(batch: ImportBatch) -> Job | None:
    """The newest job about an import."""
    return Job.objects.filter(subject=subject_of(batch)).order_by("-requested_at").first()


def receive_file(
    *,
    actor: User,
    organisation: Organisation,
    target: str,
    upload: File[Any],
    fixed: Mapping[str, str] | None = None,
    limits: Mapping[str, int] = MOST_BYTES_BY_PAGE,
    reason: str = "",
) -> tuple[ImportBatch, bool]:
    """Keep an uploaded file and promise to read it; the very same file opens the import that has it already.

    `fixed` are values that are proposed for all rows, by field; `limits` say how large a file of each kind may be.

    Raises ValidationError, before anything is kept, where the size, the name or its ending is refused.
    """
    name = clean_file_name(PurePath((upload.name or "").replace("\\", "/")).name)[-200:]
    check_upload(name, upload.size or 0, limits)
    digest = hashlib.sha256()
    for part in upload.chunks():
        digest.update(part)
    batch = ImportBatch(
        target=target,
        organisation=organisation,
        uploaded_by=actor,
        name=name,
        size=upload.size or 0,
        sha256=digest.hexdigest(),
        defaults={"fixed": dict(fixed)} if fixed else {},
    )
    earlier = same_file(batch)
    if earlier:
        return earlier, False
    upload.seek(0)
    batch.file.save(secrets.token_hex(16), upload, save=False)
    try:
        with transaction.atomic():
            batch.save()
            write_audit(actor=actor, verb="uploaded", record=batch, reason=reason)
            promise(batch, READ, actor)
    except IntegrityError:
        batch.file.delete(save=False)
        earlier = same_file(batch)
        if earlier is None:
            raise
        return earlier, False
    except BaseException:
        batch.file.delete(save=False)
        raise
    return batch, True


def check_upload(name: str, size: int, limits: Mapping[str, int]) -> None:
    """What can be said about a file before looking inside."""
    try:
        kind = FILE_KINDS.get(PurePath(name).suffix.lower())
        if kind is None:
            raise Refusal("unknown_ending", name=name)
        check_size(kind, size, limits)
    except Refusal as refusal:
        raise ValidationError(sentence(refusal.as_dict()), code=refusal.code) from None


def same_file(batch: ImportBatch) -> ImportBatch | None:
    """The import that has this very file for this organisation and target."""
    gone = (ImportBatch.State.UNDONE, ImportBatch.State.REFUSED)
    same = ImportBatch.objects.filter(organisation=batch.organisation, target=batch.target, sha256=batch.sha256)
    return same.exclude(state__in=gone).first()


def held(batch: ImportBatch, *states: str) -> ImportBatch:
    """The import, locked, if it is in one of the states; else a ValidationError that says to look again."""
    locked = ImportBatch.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=batch.pk)
    if locked.state not in states:
        raise ValidationError(_("This import has moved on meanwhile. Look at it again."), code="moved_on")
    return locked


def proposal(batch: ImportBatch) -> tuple[dict[str, Any], dict[str, Any], bool]:
    """Mapping and defaults to start from: what was chosen, else what is remembered, else a guess; and if remembered."""
    if batch.mapping:
        return batch.mapping, batch.defaults, False
    headings = [column["name"] for column in batch.columns]
    memory = ColumnMemory.objects.filter(
        organisation=batch.organisation_id, target=batch.target, headings_sha256=headings_digest(headings)
    ).first()
    if memory:
        mapping, defaults = memory.mapping, memory.defaults
    else:
        mapping, defaults = propose(TARGETS[batch.target], headings)
    fixed = {**defaults.get("fixed", {}), **batch.defaults.get("fixed", {})}
    return mapping, {**defaults, **({"fixed": fixed} if fixed else {})}, memory is not None


def check_mapping(target: ImportTarget, mapping: Mapping[str, Any], fixed: Mapping[str, str]) -> dict[str, str]:
    """What is missing, by field: each required thing needs a column or a fixed value."""
    return {
        group[0]: (
            gettext("Choose a column, or write one value for all rows.")
            if len(group) == 1
            else gettext("One of these needs a column: %(fields)s.")
            % {"fields": ", ".join(str(target.field(code).label) for code in group)}
        )
        for group in missing(target, dict(mapping), dict(fixed))
    }


@transaction.atomic
def choose_columns(
    *, actor: User, batch: ImportBatch, mapping: dict[str, Any], defaults: dict[str, Any], reason: str = ""
) -> None:
    """Say what the columns mean, remember it for files with the same headings, and promise to check the rows.

    Raises ValidationError by field where something required has neither column nor fixed value.
    """
    locked = held(batch, *EDITABLE)
    problems = check_mapping(TARGETS[locked.target], mapping, defaults.get("fixed", {}))
    if problems:
        raise ValidationError({code: [text] for code, text in problems.items()})
    before = state_of(locked)
    locked.mapping = mapping
    locked.defaults = {**locked.defaults, **defaults}
    locked.state = ImportBatch.State.CHECKING
    locked.reached = 0
    locked.save()
    remembered = {key: value for key, value in defaults.items() if key != "reading"}
    ColumnMemory.objects.update_or_create(
        organisation=locked.organisation,
        target=locked.target,
        headings_sha256=headings_digest([column["name"] for column in locked.columns]),
        defaults={"mapping": mapping, "defaults": remembered},
    )
    write_audit(actor=actor, verb="mapped", record=locked, before=before, reason=reason)
    promise(locked, CHECK, actor)


@transaction.atomic
def correct_rows(
    *,
    actor: User,
    batch: ImportBatch,
    corrections: Mapping[int, Mapping[str, str]],
    skip: Iterable[int] = (),
    take_back: Iterable[int] = (),
    seen: Mapping[int, Mapping[str, str]] | None = None,
) -> bool:
    """Keep corrected cells by row and field, leave rows out or take them in again, and promise to check anew.

    The cells of the file stay as they came. Returns whether anything changed. `seen` is what corrected cells said
    where the person looked: raises ValidationError, and keeps nothing, where one says something else by now.
    """
    locked = held(batch, ImportBatch.State.READY, ImportBatch.State.CHECKING)
    if locked.state == ImportBatch.State.CHECKING:
        raise ValidationError(
            _("The rows are being checked just now. What you typed stands below: save it again in a moment."), "busy"
        )
    allowed = {field.code for field in TARGETS[locked.target].fields} | {SETTLED + code for code in DOUBTS}
    skip, take_back = set(skip), set(take_back)
    found = list(locked.rows.filter(pk__in={*corrections, *skip, *take_back}).select_for_update())
    check_unseen_changes(locked, found, corrections, seen or {})
    changed = []
    for row in found:
        new = {code: text.strip() for code, text in corrections.get(row.pk, {}).items() if code in allowed}
        state = row.state
        if row.pk in skip:
            state = ImportRow.State.SKIPPED
        elif row.pk in take_back and row.state == ImportRow.State.SKIPPED:
            state = ImportRow.State.READ
        if {**row.corrections, **new} != row.corrections or state != row.state:
            row.corrections, row.state = {**row.corrections, **new}, state
            changed.append(row)
    if not changed:
        return False
    ImportRow.objects.bulk_update(changed, ["corrections", "state"])
    locked.state = ImportBatch.State.CHECKING
    locked.reached = 0
    locked.save(update_fields=["state", "reached"])
    write_audit(actor=actor, verb="corrected", record=locked, reason=", ".join(str(row.number) for row in changed))
    promise(locked, CHECK, actor)
    return True


def check_unseen_changes(
    batch: ImportBatch,
    rows: Iterable[ImportRow],
    corrections: Mapping[int, Mapping[str, str]],
    seen: Mapping[int, Mapping[str, str]],
) -> None:
    """Nobody overwrites a correction that they have not seen."""
    fields = {field.code: field for field in TARGETS[batch.target].fields}
    changed = [
        str(row.number)
        for row in rows
        if any(
            code in fields and cell_text(cell_of(fields[code], row, batch)).strip() not in (text, corrected.get(code))
            for corrected in [corrections.get(row.pk, {})]
            for code, text in seen.get(row.pk, {}).items()
            if code in corrected
        )
    ]
    if changed:
        raise ValidationError(
            _(
                "Somebody corrected the same cells meanwhile. Nothing was saved. Look at these rows, and save again: %(rows)s."
            ),
            code="changed_meanwhile",
            params={"rows": ", ".join(changed)},
        )


@transaction.atomic
def confirm_import(*, actor: User, batch: ImportBatch, reason: str = "") -> None:
    """Promise to import the rows that are ready; refused and skipped rows stay as they are."""
    locked = held(batch, ImportBatch.State.READY)
    if not locked.rows.filter(state=ImportRow.State.READY).exists():
        raise ValidationError(_("No row is ready. Correct at least one row first."), code="nothing_ready")
    move(locked, ImportBatch.State.IMPORTING, actor, "confirmed", reason)
    promise(locked, APPLY, actor)


@transaction.atomic
def undo_import(*, actor: User, batch: ImportBatch, reason: str) -> None:
    """Promise to take back everything that the import wrote.

    What stands in the ledger takes two people: `undo_requests.ask_to_undo` asks, and PostgreSQL refuses it without.
    """
    locked = held(batch, ImportBatch.State.IMPORTED)
    if not reason.strip():
        raise ValidationError(_("Say why. The reason stays with the import."), code="reason_missing")
    move(locked, ImportBatch.State.UNDOING, actor, "undo requested", reason)
    promise(locked, UNDO, actor, reason=reason.strip())


@transaction.atomic
def drop_import(*, actor: User, batch: ImportBatch) -> None:
    """Leave an import that was never confirmed; its file and rows stay to be seen, and the file may come again."""
    move(held(batch, *EDITABLE), ImportBatch.State.UNDONE, actor, "dropped")


@transaction.atomic
def try_again(*, actor: User, batch: ImportBatch) -> None:
    """Promise the present step again at once after its job failed."""
    locked = held(batch, *JOB_OF_STATE)
    job = current_job(locked)
    if job is None or job.is_failing:
        promise(locked, JOB_OF_STATE[ImportBatch.State(locked.state)], actor, **(job.payload if job else {}))


def move(batch: ImportBatch, state: str, actor: User | None, verb: str, reason: str = "") -> None:
    """Change the state of a locked import, with its audit entry."""
    before = state_of(batch)
    batch.state = state
    batch.problem = ""
    batch.reached = 0
    batch.save(update_fields=["state", "problem", "reached"])
    write_audit(actor=actor, verb=verb, record=batch, before=before, reason=reason)


def problem_of(batch: ImportBatch) -> str:
    """What is wrong with the file, or stopped the undo, in words."""
    return sentence(json.loads(batch.problem)) if batch.problem else ""


def organisations_to_add(batch: ImportBatch) -> list[str]:
    """Names that ready rows bring and that nobody knows yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT finding #>> '{params,value}' AS name
              FROM projects_importrow, jsonb_array_elements(errors) AS finding
             WHERE batch_id = %s AND state = 'ready' AND finding ->> 'code' IN ('will_be_added', 'agency_will_be_added')
             ORDER BY name
            """,
            [batch.pk],
        )
        return [name for (name,) in cursor.fetchall()]


def recorded_rows(batch: ImportBatch) -> dict[int, str]:
    """Refused rows whose payment is recorded already, with the doubt about each."""
    refused = batch.rows.filter(state=ImportRow.State.REFUSED)
    return {
        key: code
        for code in RECORDED
        for key in refused.filter(errors__contains=[{"code": code}]).values_list("pk", flat=True)
    }


def counts(batch: ImportBatch) -> dict[str, int]:
    """Rows by state, and in all: what came in is what is imported, refused and skipped together."""
    found = dict(batch.rows.order_by().values_list("state").annotate(Count("pk")))
    known = {str(state): found.get(str(state), 0) for state in ImportRow.State}
    return {**known, "all": sum(known.values())}
