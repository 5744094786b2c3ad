"""Score a table of figures by a framework from a file."""

import os
import shutil
import tempfile
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.framework import FrameworkError
from compliance.evaluation.trees.reading import read_tree
from compliance.services.tables import score_table


class Command(BaseCommand):
    """Writes the table with score, worst, best and band behind; where a row is wrong, nothing is written."""

    help = "Score every row of a CSV table by a framework in YAML: manage.py score_table FRAMEWORK.yaml TABLE.csv"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Framework and table; where to write, and the day whose rules count."""
        parser.add_argument("framework", type=Path, metavar="FRAMEWORK.yaml")
        parser.add_argument("table", type=Path, metavar="TABLE.csv")
        parser.add_argument("--to", type=Path, metavar="SCORED.csv", help="the file to write; without it, the terminal")
        parser.add_argument("--on", metavar="YYYY-MM-DD", help="the day whose rules count; without it, today")

    def handle(
        self, *args: Any, framework: Path, table: Path, to: Path | None = None, on: str | None = None, **options: Any
    ) -> None:
        """Score into a file of its own, which is kept once the last row is scored."""
        folder = to.absolute().parent if to else None
        try:
            day = date.fromisoformat(on) if on else localdate()
            tree = read_tree(framework, MEASURES).tree
            if not tree.in_force(day):
                raise CommandError(f"{framework.name} is not in force on {day}; say --on with a day on which it is.")
            with tempfile.TemporaryDirectory(dir=folder) as kept:
                draft = Path(kept) / "scored.csv"
                with draft.open("w", encoding="utf-8", newline="") as file:
                    count = score_table(tree, table, day, file)
                if to:
                    os.replace(draft, to)
                else:
                    with draft.open(encoding="utf-8", newline="") as file:
                        shutil.copyfileobj(file, self.stdout)
        except (FrameworkError, ValueError) as error:
            raise CommandError(f"{error}. Nothing was written.") from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}. Nothing was written.") from error
        self.stderr.write(f"{count} rows scored by {tree.code}, version {tree.version}.")
