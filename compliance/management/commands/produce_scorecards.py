"""Produce scorecards by hand; what the worker does by itself after every change."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compliance.services.production import produce_scorecards, reporting_pairs
from projects.models import Project


class Command(BaseCommand):
    """Set-based, in bounded steps, with progress."""

    help = "Produce scorecards: of one project, of one year, or of everything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """At least one of the three must be given."""
        parser.add_argument("--project", metavar="SLUG", help="only this project")
        parser.add_argument("--year", type=int, metavar="Y", help="only this year")
        parser.add_argument("--all", action="store_true", help="every project and year of the record")

    def handle(
        self,
        *args: Any,
        project: str | None = None,
        year: int | None = None,
        all: bool = False,
        **options: Any,
    ) -> None:
        """Say how many were looked at and how many are new."""
        if not (project or year or all):
            raise CommandError("Say --project SLUG, --year Y or --all.")
        key = None
        if project:
            key = Project.objects.filter(slug=project).values_list("pk", flat=True).first()
            if key is None:
                raise CommandError(f"No project has the address {project}.")
        pairs = reporting_pairs([key] if key else None, year=year)
        new = produce_scorecards(pairs, progress=lambda done, total: self.stdout.write(f"{done} of {total}"))
        self.stdout.write(f"{len(pairs)} scorecards looked at, {new} new, {len(pairs) - new} unchanged.")
