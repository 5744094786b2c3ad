"""Long work on an import goes in steps: whoever dies after any of them, the outcome is the same, and nobody waits long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Now

from accounts.models import AuditEntry, Job, Organisation, User
from accounts.services import jobs
from accounts.services.jobs import JOB_KINDS, Outcome
from communities.models import Disbursement, Statement
from projects.intake import checking
from projects.models import Disclosure, ImportBatch, ImportRow, Project, Source
from projects.services import intake
from projects.services.erasures import erase_from_row
from tests.cast import gather_cast, mine
from tests.projects import intake_help
from tests.projects.intake_help import confirm, map_columns, undo, upload

pytestmark = pytest.mark.django_db
PAYMENTS = """payer,payee,project,year,currency,amount paid,amount received,paid on,bank reference
Minera Kusi,Tesoro,Puka Sami,2024,PEN,5,,02/03/2024,A
Minera Kusi,Tesoro,Puka Sami,2024,PEN,5,,02/03/2024,A
Minera Kusy,Nadie,Otra,2025,PEN,6,7,02/03/2025,
Minera Kusi,Tesoro,Puka Sami,2025,PEN,6,,31/02/2025,
Minera Kusi,Tesoro,Puka Sami,2025,PEN,6.00,,02/03/2025,
minera kusi,tesoro,puka sami,2025,PEN,6,,02/03/2025,
Minera Kusy,Nadie,Otra,2025,PEN,8,,02/03/2025,
Minera Kusy,Nadie,Otra,2025,PEN,8,,02/03/2025,
Minera Kusi,Tesoro,Puka Sami,2025,PEN,5,,03/03/2025,B
"""
MINES = """proyecto,operador,departamento
Uno,Nueva,Piura
Dos,Nueva,Piura
uno,Otra,Piura
Tres,Nueva,Nirgends
Cuatro,Nuevas,Piura
Cuatro,Nuevas,Piura
Cinco,Minera Kusi,
"""
RETURNS = """project,employer,period from,period to,women
Puka Sami,Minera Sami,01/01/2024,31/12/2024,10
Puka Sami,Minera Sami,01/01/2025,31/12/2025,11
Puka Sami,Minera Sami,01/01/2024,31/12/2024,12
Puka Sami,Minera Sami,01/01/2025,31/12/2025,11
Puka Sami,Minera Sami,01/01/2023,31/12/2023,13
"""
FILES = {"disbursements": PAYMENTS, "projects": MINES, "employment": RETURNS}


@pytest.fixture
def actor(monkeypatch: pytest.MonkeyPatch) -> User:
    """A monitor of one mine; steps are of two rows, and of two organisations."""
    monkeypatch.setattr(checking, "CHUNK", 2)
    monkeypatch.setattr("projects.intake_kinds.ORGANISATIONS_AT_ONCE", 2)
    cast = gather_cast()
    mine(cast.monitor, "Puka Sami", operator=cast.company)
    Organisation.objects.create(name="Minera Kusi", kind=Organisation.Kind.COMPANY)
    return cast.monitor


def waiting() -> Job | None:
    """The import's job that waits."""
    return Job.objects.filter(state=Job.State.WAITING, kind__startswith="import.").first()


def let_worker_die(job: Job) -> None:
    """As if the worker had been dead for longer than its lease."""
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(lease_until=Now() - timedelta(seconds=1))
    jobs.take_back_abandoned()


def die_after_each_step() -> None:
    """Workers each of which writes one step and dies in the next."""
    while job := waiting():
        claim = jobs.claim_job(str(job.pk))
        assert claim
        assert claim.job.attempts <= 1
        kind = jobs.JOB_KINDS[job.kind]
        if jobs.finish(claim, kind, kind.compute(claim)) is Outcome.GOES_ON:
            kind.compute(claim)
            let_worker_die(job)


def give_way_after_each_step() -> None:
    """Workers whose turn is over after each step."""
    while job := waiting():
        assert job.attempts == 0
        jobs.run(str(job.pk))


def die_before_each_step_is_written() -> None:
    """Workers each of which dies once in the middle of the transaction of a step, and is followed by one that does it."""
    while job := waiting():
        for survives in (False, True):
            claim = jobs.claim_job(str(job.pk))
            assert claim
            kind = jobs.JOB_KINDS[job.kind]
            result = kind.compute(claim)
            with transaction.atomic():
                jobs.finish(claim, kind, result)
                transaction.set_rollback(not survives)
            let_worker_die(job)


def outcome(batch: ImportBatch) -> dict[str, Any]:
    """All that can be seen of an import and of what it wrote."""
    rows = batch.rows.order_by("number").values_list("number", "state", "errors", "corrections")
    statements = Statement.objects.values_list(
        "amount",
        "side",
        "occurred_on",
        "withdrawn",
        "reason",
        "disbursement__payer__name",
        "disbursement__project__name",
    )
    trail = AuditEntry.objects.order_by("verb", "label").values_list("verb", "label", "reason").annotate(Count("pk"))
    return {
        "import": (batch.state, batch.problem, batch.columns, batch.reached, intake.counts(batch)),
        "rows": list(rows),
        "names": [sorted(batch.defaults.get(name, {}).values()) for name in ("created", "taken_back")],
        "reading": batch.defaults.get("reading"),
        "statements": sorted(map(str, statements)),
        "mines": sorted(Project.objects.values_list("name", "operator__name")),
        "organisations": sorted(Organisation.objects.values_list("name", "kind", "taken_back")),
        "sources": Source.objects.filter(import_row__isnull=False).count(),
        "trail": [one for one in trail if one[0] != "tried_again"],
        "scorecards": sorted(set(Job.objects.filter(kind="evaluate").values_list("subject", flat=True))),
    }


def journey(actor: User, target: str) -> list[dict[str, Any]]:
    """From the file to the undo: what can be seen after each."""
    batch = upload(actor, "file.csv", FILES[target].encode(), target)
    seen = [outcome(batch)]
    for step in (map_columns, confirm, undo):
        batch = step(actor, batch)
        seen.append(outcome(batch))
    return seen


@pytest.mark.parametrize("target", FILES)
@pytest.mark.parametrize("work", [die_after_each_step, give_way_after_each_step, die_before_each_step_is_written])
@pytest.mark.promise("import-steps")
def test_an_import_of_which_the_worker_dies_or_gives_way_at_every_step_ends_like_an_unbroken_one(
    actor: User, target: str, work: Callable[[], None], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    with transaction.atomic():
        unbroken = journey(actor, target)
        transaction.set_rollback(True)
    assert [seen["import"][0] for seen in unbroken] == ["mapping", "ready", "imported", "undone"]
    found = [one["code"] for _number, _state, errors, _own in unbroken[1]["rows"] for one in errors]
    assert (
        set(found)
        >= {
            "disbursements": {"repeats_row", "same_as_row", "like_row", "will_be_added", "agency_will_be_added"},
            "projects": {"same_name_as_row", "will_be_added"},
            "employment": {"recorded_in_row", "same_as_row"},
        }[target]
    )
    settings.JOB_TURN_SECONDS = 0
    monkeypatch.setattr(intake_help, "work", work)
    assert journey(actor, target) == unbroken


def ready(actor: User, target: str = "disbursements") -> ImportBatch:
    """An import that waits for confirmation."""
    return map_columns(actor, upload(actor, "file.csv", FILES[target].encode(), target))


def first_step(job: Job) -> jobs.Claim:
    """One step is written, and the worker holds the job still."""
    claim = jobs.claim_job(str(job.pk))
    assert claim
    kind = jobs.JOB_KINDS[job.kind]
    assert jobs.finish(claim, kind, kind.compute(claim)) is Outcome.GOES_ON
    return claim


@pytest.mark.promise("import-steps")
def test_a_worker_that_lost_its_lease_between_two_steps_writes_nothing_more(actor: User) -> None:
    batch = ready(actor)
    intake.confirm_import(actor=actor, batch=batch)
    job = waiting()
    assert job
    claim = first_step(job)
    kind = jobs.JOB_KINDS[job.kind]
    result = kind.compute(claim)
    let_worker_die(job)
    batch.refresh_from_db()
    before = outcome(batch)
    assert jobs.finish(claim, kind, result) is Outcome.LOST
    batch.refresh_from_db()
    assert outcome(batch) == before
    assert Disbursement.objects.count() == batch.rows.filter(state=ImportRow.State.IMPORTED).count() == 2


def test_two_workers_at_one_import_double_nothing(actor: User) -> None:
    """Somebody promises the work anew while it is done: the slower of both finds that the rows were done."""
    batch = ready(actor)
    intake.confirm_import(actor=actor, batch=batch)
    job = waiting()
    assert job
    claim = first_step(job)
    kind = jobs.JOB_KINDS[job.kind]
    stale = kind.compute(claim)
    intake.promise(batch, job.kind, actor)
    Job.objects.filter(pk=job.pk).update(lease_until=None)  # there is room for the other one
    intake_help.work()
    assert jobs.finish(claim, kind, stale) is Outcome.DONE
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.IMPORTED
    counts = intake.counts(batch)
    assert Disbursement.objects.count() == counts["imported"] == 7
    assert counts["refused"] == 2


def test_a_half_imported_file_says_how_far_it_is_and_takes_no_corrections(actor: User) -> None:
    batch = ready(actor)
    intake.confirm_import(actor=actor, batch=batch)
    job = waiting()
    assert job
    first_step(job)
    job.refresh_from_db()
    assert (job.done, job.total) == (2, 7)
    assert intake.counts(batch)["imported"] == 2
    with pytest.raises(ValidationError) as caught:
        intake.correct_rows(actor=actor, batch=batch, corrections={}, skip=[])
    assert caught.value.code == "moved_on"


def test_scorecards_are_promised_with_each_step_and_due_at_once_only_after_the_last(actor: User) -> None:
    batch = ready(actor)
    intake.confirm_import(actor=actor, batch=batch)
    job = waiting()
    assert job
    Job.objects.filter(kind="evaluate").delete()
    first_step(job)
    promised = Job.objects.filter(kind="evaluate")
    assert promised.exists()
    assert not promised.due().exists()
    let_worker_die(job)
    intake_help.work()
    assert promised.due().filter(subject__endswith="/2025").exists()


def test_what_comes_into_use_while_an_import_is_undone_stays_and_is_counted_and_can_be_undone_later(
    actor: User,
) -> None:
    batch = confirm(actor, ready(actor, "projects"))
    assert intake.counts(batch)["imported"] == 4
    intake.undo_import(actor=actor, batch=batch, reason="the wrong file")
    job = waiting()
    assert job
    first_step(job)
    project = Project.objects.get(name="Cinco")
    disclosure = Disclosure.objects.create(
        project=project,
        title="t",
        period_end=date(2024, 12, 31),
        published_on=date(2025, 2, 1),
        source=Source.objects.create(voice="company"),
    )
    let_worker_die(job)
    intake_help.work()
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.IMPORTED
    assert '"undo_interrupted"' in batch.problem
    assert "1 " in intake.problem_of(batch)
    assert [intake.counts(batch)[state] for state in ("imported", "undone")] == [1, 3]
    assert not Project.objects.filter(name__in=["Uno", "Dos", "Cuatro"]).exists()
    disclosure.delete()
    assert undo(actor, batch).state == ImportBatch.State.UNDONE
    assert not Project.objects.filter(name="Cinco").exists()


def test_an_erased_row_leaves_no_mark_of_what_it_said(actor: User) -> None:
    batch = confirm(actor, ready(actor))
    row = batch.rows.get(number=2)
    assert row.marks
    erase_from_row(row, ["A"])
    row.refresh_from_db()
    assert bytes(row.marks) == b""
    assert row.cells["bank reference"] == ""


def test_a_file_is_imported_by_a_command_that_goes_on_where_it_stopped(actor: User, tmp_path: Path) -> None:
    file = tmp_path / "payments.csv"
    file.write_text(PAYMENTS)
    asked = [str(file), "--target", "disbursements", "--person", actor.email, "--voice", "authority"]
    said = StringIO()
    call_command("import_file", *asked, stdout=said)
    batch = ImportBatch.objects.get()
    assert batch.state == ImportBatch.State.READY
    assert "7 ready, 2 refused" in said.getvalue()
    assert not Disbursement.objects.exists()
    call_command("import_file", *asked, "--confirm", stdout=said)
    batch.refresh_from_db()
    assert (ImportBatch.objects.count(), batch.state) == (1, ImportBatch.State.IMPORTED)
    assert "Importing: 6 of 7 rows" in said.getvalue()
    assert Disbursement.objects.count() == 7


def test_the_command_says_what_is_missing_and_who_may_not(actor: User, tmp_path: Path) -> None:
    file = tmp_path / "payments.csv"
    file.write_text("a,b\n1,2\n")
    asked = ["--target", "disbursements", "--voice", "authority"]
    with pytest.raises(CommandError, match="There is no column for: .*payer"):
        call_command("import_file", str(file), *asked, "--person", actor.email, stdout=StringIO())
    with pytest.raises(CommandError, match="monitors for no organisation"):
        call_command("import_file", str(file), *asked, "--person", "nobody@example.org")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_file", str(tmp_path / "none.csv"), *asked, "--person", actor.email)
    assert ImportBatch.objects.count() == 1


def test_the_command_takes_a_value_for_all_rows_the_second_time_too_and_the_trail_says_who_did_it(
    actor: User, tmp_path: Path
) -> None:
    file = tmp_path / "payments.csv"
    file.write_text("payer,payee,project,year,amount paid\nMinera Kusi,Tesoro,Puka Sami,2024,5\n")
    asked = [str(file), "--target", "disbursements", "--person", actor.email, "--voice", "authority", "--confirm"]
    with pytest.raises(CommandError, match="There is no column for: .*currency"):
        call_command("import_file", *asked, stdout=StringIO())
    call_command("import_file", *asked, "--fixed", "currency=PEN", stdout=StringIO())
    assert Disbursement.objects.get().currency == "PEN"
    entries = AuditEntry.objects.about(ImportBatch.objects.get()).filter(verb__in=("uploaded", "mapped", "confirmed"))
    assert set(entries.values_list("reason", flat=True)) == {"manage.py import_file"}


def test_the_command_tries_at_once_what_failed_before(actor: User, tmp_path: Path, monkeypatch: Any) -> None:
    file = tmp_path / "payments.csv"
    file.write_text(PAYMENTS)
    asked = [str(file), "--target", "disbursements", "--person", actor.email, "--voice", "authority"]
    with monkeypatch.context() as broken:
        broken.setitem(JOB_KINDS, intake.READ, replace(JOB_KINDS[intake.READ], compute=fails))
        with pytest.raises(CommandError, match="the well is dry"):
            call_command("import_file", *asked, stdout=StringIO())
    call_command("import_file", *asked, stdout=StringIO())
    assert ImportBatch.objects.get().state == ImportBatch.State.READY


def fails(_claim: jobs.Claim) -> None:
    """Something is wrong."""
    raise ValueError("the well is dry")
