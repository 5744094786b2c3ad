"""Bring a database up: schema, privileges, reference data, framework and, for the demo, the invented record."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts.services.roles import grant_database_roles
from compliance.services.frameworks import load_bundled_framework
from config.demo import load_demo
from projects.reference import load_reference_data


class Command(BaseCommand):
    """One start instead of four; running it again changes nothing."""

    help = "Migrate, grant privileges, load reference data and the bundled policy framework."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--demo` adds the invented record."""
        parser.add_argument("--demo", action="store_true", help="load the invented demo and its sign-ins")

    def handle(self, *args: Any, demo: bool = False, **options: Any) -> None:
        """Each step does nothing where its work is done."""
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        call_command("createcachetable", database="owner", verbosity=0)
        grant_database_roles()
        load_reference_data()
        load_bundled_framework()
        if demo:
            for line in load_demo():
                self.stdout.write(line)
