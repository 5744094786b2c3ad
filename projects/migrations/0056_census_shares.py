"""How many workers say that they are indigenous, and how many people around a mine did in a census."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [("projects_censusshare", "withdrawn_for_id")],
    "projects_project": [("projects_censusshare", "project_id")],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0055_training_returns"),
    ]

    operations = [
        migrations.CreateModel(
            name="CensusShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "area",
                    models.CharField(
                        help_text="The area around the mine, such as “province of Cotabambas” or “the three districts”. It stands on public pages where everybody may read the source.",
                        max_length=120,
                        verbose_name="of which area",
                    ),
                ),
                (
                    "census",
                    models.CharField(
                        help_text="Such as “National census, INEI”.", max_length=120, verbose_name="which census"
                    ),
                ),
                ("census_year", models.PositiveSmallIntegerField(verbose_name="year of the census")),
                (
                    "indigenous_percent",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="Of every 100 people of working age in the area, how many said that they are indigenous. 0 if the census says that nobody did; add nothing if nobody knows.",
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="indigenous people, % of working age",
                    ),
                ),
            ],
            options={
                "ordering": ["project", "-census_year", "area"],
            },
        ),
        migrations.AddField(
            model_name="employmentreturn",
            name="indigenous_fte",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="What people said about themselves, voluntarily; only as a sum, and never who they are. 0 if everybody was asked and nobody said so; empty if nobody was asked.",
                max_digits=10,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="people who say that they are indigenous",
            ),
        ),
        migrations.AddConstraint(
            model_name="employmentreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(("indigenous_fte__isnull", True), ("indigenous_fte__gte", 0), _connector="OR"),
                name="indigenous_fte_is_not_negative",
                violation_error_message="A number of people cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="employmentreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("indigenous_fte__isnull", True),
                    ("total_fte__isnull", True),
                    ("indigenous_fte__lte", models.F("total_fte")),
                    _connector="OR",
                ),
                name="indigenous_workers_are_at_most_all_workers",
                violation_error_message="More indigenous workers than workers in all.",
            ),
        ),
        migrations.AddField(
            model_name="censusshare",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="census_shares",
                to="projects.project",
                verbose_name="project",
            ),
        ),
        migrations.AddField(
            model_name="censusshare",
            name="source",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.source"
            ),
        ),
        migrations.AddField(
            model_name="censusshare",
            name="withdrawn_for",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="censusshare",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("project", "area", "census", "census_year"),
                name="a_census_says_the_share_of_an_area_once",
                violation_error_message="What this census says of this area is already here. Open and amend it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="censusshare",
            constraint=models.CheckConstraint(
                condition=models.Q(("indigenous_percent__gte", 0), ("indigenous_percent__lte", 100)),
                name="a_census_share_is_at_most_100_percent",
                violation_error_message="A share is 0 to 100 %%.",
            ),
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
