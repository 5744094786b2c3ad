"""Keep a publication as the services of this release make it, for the code of all later ones:

    .venv/bin/python -m config.launcher run --scratch -- .venv/bin/python -m tests.compliance.keep_publication

Beside this module it writes `publication-N.json` with the next number, and its rules as `framework-N.json`, and says which
fingerprints `test_kept_publications.py` needs.
"""

from __future__ import annotations

import io
import os
import sys
from datetime import date
from pathlib import Path

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    django.setup()

from django.core.management import call_command
from django.db import connections

from compliance.models import PolicyFramework, Publication
from compliance.public_pages.document import read_document
from compliance.services.reviews import choose_rules
from tests.cast import YEAR, employment, gather_cast, obligation, open_mine, payment, produced, published
from tests.compliance.review_help import override

FOLDER = Path(__file__).parent


def sealed_by_the_services() -> Publication:
    """A correction, by the newest rules: a record of every kind, a disputed payment, an override, few women the year before."""
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    employment(cast.monitor, mine.project, YEAR - 1, women=3)
    published(cast, produced(mine.project, YEAR - 1))
    published(cast, produced(mine.project))
    debt = obligation(cast.monitor, mine.project, mine.community, date(YEAR, 9, 30))
    payment(cast.monitor, debt, paid="900", received="0")
    choose_rules(
        actor=cast.reviewer,
        scorecard=produced(mine.project),
        framework=PolicyFramework.objects.filter(code="peru-recommended-policies").latest("version"),
        reason="They say more exactly whose word counts.",
    )
    card = produced(mine.project)
    override(cast, card)
    return published(cast, card, "A payment of September was missing.")


def keep(publication: Publication) -> str:
    """Write document and rules under the next number; what the test needs to know of them."""
    number = len(list(FOLDER.glob("publication-*.json"))) + 1
    rules, document = publication.scorecard.framework, read_document(publication)
    (FOLDER / f"publication-{number}.json").write_text(publication.document, encoding="utf-8")
    (FOLDER / f"framework-{number}.json").write_text(rules.text, encoding="utf-8")
    return f'{number}: ("{publication.sha256}", "{document.shown_sha256}", "{rules.sha256}"),'


def main() -> None:
    """Fill an empty database and keep what it published last."""
    if "django_migrations" in connections["owner"].introspection.table_names():
        sys.exit("This database is filled already; run it on scratch servers.")
    call_command("prepare", stdout=io.StringIO())
    print(keep(sealed_by_the_services()))


if __name__ == "__main__":
    main()
