"""Check every publication again: the chain, each fingerprint, and each published score."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compliance.models import Publication
from compliance.services.publications import find_flaws


class Command(BaseCommand):
    """Names what does not match and ends with a non-zero status."""

    help = "Recompute the chain of publications and every published score."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A witnessed head finds a tail that was rewritten as a whole."""
        parser.add_argument("--head", default="", metavar="SHA256", help="a fingerprint that somebody outside kept")

    def handle(self, *args: Any, head: str = "", **options: Any) -> None:
        """Print each flaw as it is found."""
        flaws = 0
        for flaw in find_flaws(head):
            flaws += 1
            self.stdout.write(f"publication {flaw.sequence}: {flaw.what}")
        if flaws:
            raise CommandError(f"{flaws} things do not match.")
        last = Publication.objects.order_by("-sequence").first()
        self.stdout.write(f"{last.sequence if last else 0} publications match. Head: {last.sha256 if last else 'none'}")
