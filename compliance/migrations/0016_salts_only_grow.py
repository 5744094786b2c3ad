"""What opens a commitment stays."""

from django.db import migrations

from accounts.append_only import only_append


class Migration(migrations.Migration):
    """After the table is there."""

    dependencies = [("compliance", "0015_publications_commit_themselves_to_hidden_rows")]
    operations = [only_append("compliance_rowsalt")]
