"""An import of a file that is too large for the page; the same work, in the same steps, done here and now."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.services.jobs import do, take_back_abandoned
from projects.intake.reading import MOST_BYTES
from projects.intake.targets import targets_of
from projects.models import ImportBatch, Source
from projects.services import intake

PAUSE_SECONDS = 1
BY_COMMAND = "manage.py import_file"
"""what the trail says beside the person in whose name it is done"""


class Command(BaseCommand):
    """Begins an import, or goes on with the one of this very file, as a person who may import."""

    help = "Import a file of up to a million rows; the same command once more goes on where it stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, what it holds, and who imports it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--target", required=True, help="what the rows are, such as disbursements")
        parser.add_argument("--person", required=True, help="the address of the monitor who imports it")
        parser.add_argument("--voice", required=True, choices=Source.Voice.values, help="who says what the file says")
        parser.add_argument("--fixed", action="append", default=[], metavar="FIELD=VALUE", help="a value for all rows")
        parser.add_argument("--confirm", action="store_true", help="import the rows that are ready; else stop before")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go as far as can be, and say where the import stands."""
        actor = User.objects.filter(email__iexact=options["person"], is_active=True).first()
        organisation = actor.organisation_as(Role.MONITOR) if actor else None
        if actor is None or organisation is None:
            raise CommandError(f"{options['person']} monitors for no organisation. Name somebody who does.")
        codes = {target.code for target in targets_of(actor)}
        if options["target"] not in codes:
            raise CommandError(f"Choose a target that this person may import: {', '.join(sorted(codes))}.")
        fixed = dict(text.partition("=")[::2] for text in options["fixed"])
        try:
            with options["file"].open("rb") as file:
                batch, _new = intake.receive_file(
                    actor=actor,
                    organisation=organisation,
                    target=options["target"],
                    upload=File(file, name=options["file"].name),
                    fixed=fixed,
                    limits=MOST_BYTES,
                    reason=BY_COMMAND,
                )
            self.work(actor, batch)
            if batch.state == ImportBatch.State.MAPPING:
                self.choose_columns(actor, batch, options["voice"], fixed)
                self.work(actor, batch)
            if batch.state == ImportBatch.State.READY and options["confirm"]:
                intake.confirm_import(actor=actor, batch=batch, reason=BY_COMMAND)
                self.work(actor, batch)
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        counts = intake.counts(batch)
        self.stdout.write(f"{batch.get_state_display()}. {intake.problem_of(batch)}".strip())
        self.stdout.write(", ".join(f"{counts[name]:,} {name}" for name in counts))
        self.stdout.write(f"Its page: {page_of(batch)}")

    def choose_columns(self, actor: User, batch: ImportBatch, voice: str, fixed: dict[str, str]) -> None:
        """Take the columns that are remembered or that their names tell; raises CommandError where one is missing."""
        mapping, defaults, _remembered = intake.proposal(batch)
        said = {
            **defaults,
            "fixed": {**defaults.get("fixed", {}), **fixed},
            "source": {**defaults.get("source", {}), "voice": voice},
        }
        try:
            intake.choose_columns(actor=actor, batch=batch, mapping=mapping, defaults=said, reason=BY_COMMAND)
        except ValidationError as error:
            missing = ", ".join(error.message_dict)
            raise CommandError(
                f"There is no column for: {missing}. Choose the columns at {page_of(batch)}, or give --fixed; "
                "then start the same command once more."
            ) from error

    def work(self, actor: User, batch: ImportBatch) -> None:
        """Do the present work, or see a worker do it, and tell how far it is; what failed before is tried again at once."""
        batch.refresh_from_db()
        if batch.state in intake.JOB_OF_STATE:
            intake.try_again(actor=actor, batch=batch)
        while batch.state in intake.JOB_OF_STATE and (job := intake.current_job(batch)):
            take_back_abandoned()
            tried_before = job.started_at
            do(str(job.pk))
            job.refresh_from_db()
            self.stdout.write(f"{batch.get_state_display()}: {job.done:,} of {job.total:,} rows")
            if job.is_failing and job.started_at != tried_before:
                raise CommandError(f"This did not work: {job.error}. The same command once more goes on from there.")
            batch.refresh_from_db()
            if job.state != job.State.DONE:
                time.sleep(PAUSE_SECONDS)


def page_of(batch: ImportBatch) -> str:
    """Where people see the import."""
    return reverse("imports:page", args=[batch.pk])
