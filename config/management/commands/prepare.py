"""Bring a database up: schema, privileges, reference data, framework and, for the demo, the invented record."""

from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from accounts.services.roles import grant_database_roles
from compliance.evaluation.framework import FrameworkError
from compliance.services.frameworks import load_frameworks
from config.demo import load_demo
from projects.reference import load_reference_data


def unknown_migrations(applied: Iterable[Sequence[str]]) -> list[str]:
    """Those of the migrations, each an app and a name, that this Minka does not know."""
    disk = MigrationLoader(None).disk_migrations
    known = {*disk, *(one for found in disk.values() for one in found.replaces)}
    return sorted(f"{app}.{name}" for app, name in applied if (app, name) not in known)


def refuse_a_newer_database() -> None:
    """Raise CommandError where a newer Minka has changed the tables: this one would not know what they hold."""
    unknown = unknown_migrations(MigrationRecorder(connections["owner"]).applied_migrations())
    if unknown:
        raise CommandError(
            f"The database is of a newer Minka: this one does not know {', '.join(unknown)}. Start the newer Minka, "
            "bring back a copy of the database from before, or choose another folder with MINKA_STATE=…"
        )


class Command(BaseCommand):
    """One start instead of four; running it again changes nothing."""

    help = "Migrate, grant privileges, load reference data and the policy frameworks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--demo` adds the invented record."""
        parser.add_argument("--demo", action="store_true", help="load the invented demo and its sign-ins")

    def handle(self, *args: Any, demo: bool = False, **options: Any) -> None:
        """Each step does nothing where its work is done."""
        refuse_a_newer_database()
        self.stdout.write("Bringing the tables to this version …")
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        call_command("createcachetable", database="owner", verbosity=0)
        grant_database_roles()
        self.stdout.write("Loading districts, minerals and rules …")
        load_reference_data()
        try:
            load_frameworks()
        except FrameworkError as error:
            raise CommandError(f"A policy framework cannot be used: {error}") from error
        except ValidationError as error:
            raise CommandError(
                "The database holds other rules under the same version of the policy framework, so it is of another Minka: "
                "go back to the one that last ran here, or give the changed rules a version of their own."
            ) from error
        if demo:
            self.stdout.write("Making the invented demo …")
            for line in load_demo():
                self.stdout.write(line)
