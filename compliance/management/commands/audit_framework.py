"""What a framework's grades rest on: writes the annex."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compliance.models import PolicyFramework
from compliance.services.framework_annex import annex, audit_of


class Command(BaseCommand):
    """Over all scorecards that stand, or all that are published, of one version."""

    help = "Write how sure a framework's grades are, what each indicator moves, and which say the same."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Without a version the highest, without a code the only framework that there is."""
        parser.add_argument("code", nargs="?", help="the framework's code")
        parser.add_argument("version", nargs="?", type=int, help="its version (the highest)")
        parser.add_argument("--out", type=Path, metavar="FILE.md", help="where the annex is written (shown otherwise)")
        parser.add_argument(
            "--published", action="store_true", help="by what is published, not by the scorecards that stand"
        )

    def handle(
        self,
        *args: Any,
        code: str | None = None,
        version: int | None = None,
        out: Path | None = None,
        published: bool = False,
        **options: Any,
    ) -> None:
        """Write the file and say over how many cards; nothing is written where there is none."""
        framework = framework_named(code, version)
        found = audit_of(framework, published=published)
        if not found.cards:
            what = "No publication that stands" if published else "No scorecard that stands"
            raise CommandError(f"{what} was judged by {framework}. Name another version.")
        text = annex(found, published=published)
        if out is None:
            self.stdout.write(text)
            return
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}. Name another file.") from error
        self.stdout.write(f"{out}: {found.cards} scorecards of {framework}.")


def framework_named(code: str | None, version: int | None) -> PolicyFramework:
    """The version asked for, the highest where none is named."""
    known = list(PolicyFramework.objects.defer("text").order_by("code", "version"))
    codes = sorted({one.code for one in known})
    if code is None and len(codes) != 1:
        raise CommandError(f"Name the framework: {', '.join(codes) or 'none is loaded; run prepare first'}.")
    named = [one for one in known if one.code == (code or codes[0])]
    if not named:
        raise CommandError(f"There is no framework {code}, only {', '.join(codes)}.")
    found = [one for one in named if version in (None, one.version)]
    if not found:
        versions = ", ".join(str(one.version) for one in named)
        raise CommandError(f"{named[0].code} has no version {version}, only {versions}.")
    return found[-1]
