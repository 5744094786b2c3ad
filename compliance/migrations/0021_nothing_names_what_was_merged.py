"""No record names what was merged, also where both happen at the same moment."""

from django.db import migrations

from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [
        ("compliance_exemption", "withdrawn_for_id"),
    ],
    "projects_project": [
        ("compliance_exemption", "project_id"),
    ],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    """Triggers only; rows stay as they are."""

    dependencies = [
        ("compliance", "0020_answers_only_grow"),
        ("accounts", "0015_nothing_names_what_was_merged"),
        ("projects", "0018_nothing_names_what_was_merged"),
    ]
    operations = [
        name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns
    ]
