"""Bring back what `backup` wrote."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from config.backups import refuse_strange_files, restore_backup


class Command(BaseCommand):
    """Refuses and changes nothing where the backup is not whole or something is there already."""

    help = "Fill an empty database and an empty folder of files from a backup, take them up to this version, and check them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where from."""
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that `backup` wrote")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Restore, prepare, and look at rows, files and publications."""
        manifest = restore_backup(folder.absolute())
        call_command("prepare", stdout=self.stdout)
        refuse_strange_files()
        call_command("verify_publications", head=manifest["head"], stdout=self.stdout)
        self.stdout.write(f"Restored as of {manifest['made_at']}, and checked.")
