"""No record names what was merged, also where both happen at the same moment."""

from django.db import migrations

from accounts.merged_rows import CREATE_FUNCTION, name_no_merged

COLUMNS = {
    "accounts_organisation": [
        ("accounts_organisation", "merged_into_id"),
        ("accounts_proposal", "asked_for_id"),
        ("accounts_proposal", "decided_for_id"),
    ],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    """Triggers only; rows stay as they are."""

    dependencies = [
        ("accounts", "0014_no_work_is_given_up"),
    ]
    operations = [
        CREATE_FUNCTION,
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
