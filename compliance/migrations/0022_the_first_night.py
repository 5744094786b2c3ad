from typing import Any

from django.db import migrations
from django.utils import timezone


def nothing_to_look_at(apps: Any, schema_editor: Any) -> None:
    """Where nothing was judged yet, nothing became due; else the first night looks at everything."""
    owner = schema_editor.connection.alias
    if not apps.get_model("compliance", "ScorecardHead").objects.using(owner).exists():
        rows = apps.get_model("accounts", "RegularWork").objects.using(owner)
        rows.get_or_create(kind="night", defaults={"done_up_to": timezone.localdate()})


class Migration(migrations.Migration):
    """An empty database begins with today."""

    dependencies = [
        ("accounts", "0018_regular_work"),
        ("compliance", "0021_nothing_names_what_was_merged"),
    ]

    operations = [migrations.RunPython(nothing_to_look_at, migrations.RunPython.noop)]
