"""What a reviewer opened stays."""

from django.db import migrations

from accounts.append_only import only_append


class Migration(migrations.Migration):
    """After the table is there."""

    dependencies = [("compliance", "0011_lines_are_opened")]
    operations = [only_append("compliance_opening")]
