"""No record names what was merged, also where both happen at the same moment."""

from django.db import migrations

from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [
        ("projects_assessmentcondition", "withdrawn_for_id"),
        ("projects_columnmemory", "organisation_id"),
        ("projects_disclosure", "publisher_id"),
        ("projects_disclosure", "withdrawn_for_id"),
        ("projects_employmentreturn", "employer_id"),
        ("projects_employmentreturn", "withdrawn_for_id"),
        ("projects_expectedcount", "withdrawn_for_id"),
        ("projects_impactassessment", "withdrawn_for_id"),
        ("projects_importbatch", "organisation_id"),
        ("projects_ownershipstake", "owner_id"),
        ("projects_ownershipstake", "withdrawn_for_id"),
        ("projects_phaseperiod", "withdrawn_for_id"),
        ("projects_procurementreturn", "buyer_id"),
        ("projects_procurementreturn", "withdrawn_for_id"),
        ("projects_project", "operator_id"),
        ("projects_project", "withdrawn_for_id"),
        ("projects_projectassignment", "organisation_id"),
        ("projects_source", "entered_for_id"),
        ("projects_source", "organisation_id"),
    ],
    "projects_project": [
        ("projects_disclosure", "project_id"),
        ("projects_employmentreturn", "project_id"),
        ("projects_expectedcount", "project_id"),
        ("projects_impactassessment", "project_id"),
        ("projects_ownershipstake", "project_id"),
        ("projects_phaseperiod", "project_id"),
        ("projects_procurementreturn", "project_id"),
        ("projects_project", "merged_into_id"),
        ("projects_project_areas", "project_id"),
        ("projects_project_minerals", "project_id"),
        ("projects_projectassignment", "project_id"),
    ],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    """Triggers only; rows stay as they are."""

    dependencies = [
        ("projects", "0017_two_people_erase"),
        ("accounts", "0015_nothing_names_what_was_merged"),
    ]
    operations = [
        name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns
    ]
