"""Write a backup of everything but the secret key."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from config.backups import DUMP, make_backup


class Command(BaseCommand):
    """May run while Minka runs; nothing waits for it."""

    help = "Write database and files into a new folder, and check them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that is not there yet")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Say what the backup holds, and what it does not."""
        made = make_backup(folder.absolute())
        size = made["files"][DUMP]["bytes"]
        self.stdout.write(f"{folder}: the database ({size} bytes) and {len(made['files']) - 1} files, checked.")
        self.stdout.write(f"{made['publications']} publications. Head: {made['head'] or 'none'}")
        self.stdout.write("SECRET_KEY is not in it. Keep it elsewhere, apart from the backups.")
