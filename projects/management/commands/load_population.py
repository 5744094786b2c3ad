"""How many people live in districts, provinces or regions, so that jobs can be compared with them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from projects.models import Area, Population
from projects.services.populations import Columns, load_population


class Command(BaseCommand):
    """Says what was loaded and what was not; the same file once more changes nothing."""

    help = "Load how many people live in areas from a CSV file with one row an area and year."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, of which country, who says so, and what its columns are called."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--origin", required=True, help="who says so, as pages name it: “INEI, estimates of 2017”")
        parser.add_argument("--country", default="PE", help="two letters; without it, PE")
        parser.add_argument("--code", default="ubigeo", help="the column with the code of the area; without it, ubigeo")
        parser.add_argument("--year", default="year", help="the column with the year; without it, year")
        parser.add_argument(
            "--people", default="population", help="the column with the number of people; without it, population"
        )

    def handle(
        self, *args: Any, file: Path, origin: str, country: str, code: str, year: str, people: str, **options: Any
    ) -> None:
        """Load, and name every row that was left out."""
        areas = Area.objects.filter(country=country.upper())
        longest = Population._meta.get_field("origin").max_length or 0
        if len(origin) > longest:
            raise CommandError(f"--origin has {len(origin)} letters, and {longest} are kept.")
        try:
            text = file.read_text(encoding="utf-8-sig")
            loaded = load_population(text, areas, Columns(code, year, people), origin)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not written in UTF-8.") from error
        except ValidationError as error:
            raise CommandError(f"{' '.join(error.messages)} Nothing was loaded.") from error
        for refused in loaded.refused:
            self.stderr.write(f"Not loaded, line {refused}")
        self.stdout.write(f"{loaded.changed} loaded, {loaded.unchanged} as before, {len(loaded.refused)} left out.")
