"""No record names what was merged, also where both happen at the same moment."""

from django.db import migrations

from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [
        ("communities_agreement", "withdrawn_for_id"),
        ("communities_commitment", "withdrawn_for_id"),
        ("communities_community", "withdrawn_for_id"),
        ("communities_disbursement", "payee_id"),
        ("communities_disbursement", "payer_id"),
        ("communities_influence", "withdrawn_for_id"),
        ("communities_obligation", "payer_id"),
        ("communities_obligation", "recipient_id"),
        ("communities_obligation", "withdrawn_for_id"),
    ],
    "communities_community": [
        ("communities_agreement_communities", "community_id"),
        ("communities_commitment", "community_id"),
        ("communities_community", "merged_into_id"),
        ("communities_disbursement", "community_id"),
        ("communities_influence", "community_id"),
        ("communities_obligation", "community_id"),
    ],
    "projects_project": [
        ("communities_agreement", "project_id"),
        ("communities_disbursement", "project_id"),
        ("communities_influence", "project_id"),
        ("communities_obligation", "project_id"),
    ],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    """Triggers only; rows stay as they are."""

    dependencies = [
        ("communities", "0016_an_undo_is_looked_up_by_keys"),
        ("accounts", "0015_nothing_names_what_was_merged"),
        ("projects", "0018_nothing_names_what_was_merged"),
    ]
    operations = [
        name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns
    ]
