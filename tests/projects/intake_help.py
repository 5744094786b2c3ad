"""What the tests of imports share: the cast, an upload, and a worker that runs in this process."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Job, Organisation, User
from accounts.roles import Role
from accounts.services import jobs
from accounts.services.proposals import confirm as confirm_proposal
from projects.models import ImportBatch, ImportRow, Source
from projects.services import intake
from projects.services.undo_requests import ask_to_undo
from tests.cast import appoint, second_person


def person(email: str, organisation: Organisation, role: str = Role.MONITOR) -> User:
    """Somebody with one role in one organisation."""
    user = User.objects.create_user(email, full_name=email.split("@")[0])
    appoint(user, organisation, role)
    return user


def civil_organisation(name: str = "Ojo Abierto") -> Organisation:
    """The organisation that imports."""
    return Organisation.objects.create(name=name, kind=Organisation.Kind.NGO)


def work() -> None:
    """Do the import jobs that wait, as a worker would: one whose turn ended before its work goes on."""
    for job in Job.objects.filter(state=Job.State.WAITING, kind__startswith="import."):
        jobs.run(str(job.pk))
        while Job.objects.due().filter(pk=job.pk, error="").exists():
            jobs.run(str(job.pk))


def organisation_of(actor: User) -> Organisation:
    """The organisation that a person monitors for."""
    found = actor.organisation_as(Role.MONITOR)
    assert found
    return found


def upload(actor: User, name: str, data: bytes, target: str = "disbursements") -> ImportBatch:
    """Hand in a file and let the worker read it."""
    batch, _new = intake.receive_file(
        actor=actor, organisation=organisation_of(actor), target=target, upload=SimpleUploadedFile(name, data)
    )
    work()
    batch.refresh_from_db()
    return batch


def map_columns(actor: User, batch: ImportBatch, **fixed: str) -> ImportBatch:
    """Take the proposed columns, with some values for all rows."""
    mapping, defaults, _remembered = intake.proposal(batch)
    intake.choose_columns(
        actor=actor,
        batch=batch,
        mapping=mapping,
        defaults={
            **defaults,
            "fixed": {**defaults.get("fixed", {}), **fixed},
            "source": {"voice": Source.Voice.AUTHORITY},
        },
    )
    work()
    batch.refresh_from_db()
    return batch


def confirm(actor: User, batch: ImportBatch) -> ImportBatch:
    """Import the ready rows."""
    intake.confirm_import(actor=actor, batch=batch)
    work()
    batch.refresh_from_db()
    return batch


def undo(actor: User, batch: ImportBatch) -> ImportBatch:
    """Take it all back, with a second person where that takes two."""
    if asked := ask_to_undo(actor=actor, batch=batch, reason="the wrong file"):
        confirm_proposal(actor=second_person(), proposal=asked)
    work()
    batch.refresh_from_db()
    return batch


def codes(row: ImportRow) -> dict[str, str]:
    """Problem by field, without notes."""
    return {one["field"]: one["code"] for one in row.errors if not one.get("note")}
