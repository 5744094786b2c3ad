"""The boundaries of regions, provinces or districts, for maps and for looking whether a mine lies in its country."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from projects.models import Area
from projects.services.boundaries import CODES, load_boundaries


class Command(BaseCommand):
    """Says what was loaded and what was not; the same file once more changes nothing."""

    help = "Load the boundaries of areas from a GeoJSON file in degrees."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, of which country, and where its features say which area they are."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--country", default="PE", help="two letters; without it, PE")
        parser.add_argument("--level", choices=Area.Level.values, help="only areas of this level are meant")
        usual = ", ".join(CODES)
        parser.add_argument("--code", default="", help=f"the property that holds the code; without it, one of {usual}")
        parser.add_argument("--name", default="", help="the property that holds the name, where the code is not known")

    def handle(
        self, *args: Any, file: Path, country: str, level: str | None, code: str, name: str, **options: Any
    ) -> None:
        """Load, and name every feature that was left out."""
        areas = Area.objects.filter(country=country, **({"level": level} if level else {}))
        try:
            loaded = load_boundaries(file.read_text(encoding="utf-8-sig"), areas, code, name)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not written in UTF-8.") from error
        except ValidationError as error:
            raise CommandError(f"{' '.join(error.messages)} Nothing was loaded.") from error
        for called in loaded.unmatched:
            self.stderr.write(f"Not on record: {called}")
        for refused in loaded.refused:
            self.stderr.write(f"Not loaded: {refused}")
        left_out = len(loaded.unmatched) + len(loaded.refused)
        self.stdout.write(f"{loaded.changed} loaded, {loaded.unchanged} as before, {left_out} left out.")
