"""Guarantees for closing and reports on closed land, none of which names what was merged."""

import django.core.validators
import django.db.models.deletion
import projects.currencies
from django.db import migrations, models

from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [
        ("projects_closureguarantee", "holder_id"),
        ("projects_closureguarantee", "withdrawn_for_id"),
        ("projects_closurerequirement", "withdrawn_for_id"),
        ("projects_reclamationreport", "verified_by_id"),
        ("projects_reclamationreport", "withdrawn_for_id"),
    ],
    "projects_project": [
        ("projects_closurerequirement", "project_id"),
        ("projects_reclamationreport", "project_id"),
    ],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0021_notices"),
        ("projects", "0025_imports_go_in_steps"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosureRequirement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="All of it for this year, as the resolution of the closure plan or the ministry’s list says.",
                        max_digits=18,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="guarantee required",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        max_length=3, validators=[projects.currencies.validate_currency], verbose_name="currency"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closure_requirements",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.source"
                    ),
                ),
                (
                    "withdrawn_for",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["project", "-year"],
            },
        ),
        migrations.CreateModel(
            name="ClosureGuarantee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "instrument",
                    models.CharField(
                        choices=[
                            ("bank", "Bank guarantee"),
                            ("surety", "Surety bond"),
                            ("trust", "Trust"),
                            ("cash", "Cash deposit"),
                        ],
                        max_length=6,
                        verbose_name="kind of guarantee",
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="number of the guarantee")),
                (
                    "amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="0 if the authority says that nothing was posted.",
                        max_digits=18,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="amount posted",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        max_length=3, validators=[projects.currencies.validate_currency], verbose_name="currency"
                    ),
                ),
                (
                    "in_another_currency",
                    models.BooleanField(
                        default=False,
                        help_text="Tick it where that is so and no slip. The two are not compared then.",
                        verbose_name="it is in another currency than what is required",
                    ),
                ),
                ("posted_on", models.DateField(blank=True, null=True, verbose_name="posted on")),
                (
                    "stands_until",
                    models.DateField(
                        blank=True,
                        help_text="Its last day, or the day on which it was released. Leave empty where it has none, as in a trust.",
                        null=True,
                        verbose_name="good until",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who can call on it, such as the ministry; of a trust its trustee.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="held by",
                    ),
                ),
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.source"
                    ),
                ),
                (
                    "withdrawn_for",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "requirement",
                    models.ForeignKey(
                        help_text="The year for which it is required. Enter first what is required for that year.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guarantees",
                        to="projects.closurerequirement",
                        verbose_name="for the year",
                    ),
                ),
            ],
            options={
                "ordering": ["requirement", "posted_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ReclamationReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                ("as_of", models.DateField(help_text="The last day that the report is about.", verbose_name="as of")),
                (
                    "scheduled_hectares",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="All that the closure plan had scheduled up to this day, of earlier years too.",
                        max_digits=10,
                        null=True,
                        verbose_name="hectares scheduled",
                    ),
                ),
                (
                    "done_hectares",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=10,
                        null=True,
                        verbose_name="hectares closed, as the mine reports",
                    ),
                ),
                (
                    "verified_hectares",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Whoever verified them is not the mine: name them below.",
                        max_digits=10,
                        null=True,
                        verbose_name="of these, verified by somebody else",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reclamation_reports",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.source"
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="verified by",
                    ),
                ),
                (
                    "withdrawn_for",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["project", "-as_of"],
            },
        ),
        migrations.AddConstraint(
            model_name="closurerequirement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("project", "year"),
                name="a_guarantee_is_required_once_a_year",
                violation_error_message="What is required for this year is already here. Open and amend it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="closureguarantee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("posted_on__isnull", True),
                    ("stands_until__isnull", True),
                    ("stands_until__gte", models.F("posted_on")),
                    _connector="OR",
                ),
                name="a_guarantee_ends_after_it_is_posted",
                violation_error_message="The guarantee ends before it was posted.",
            ),
        ),
        migrations.AddConstraint(
            model_name="closureguarantee",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("requirement", "instrument", "number", "amount", "currency", "posted_on"),
                name="a_guarantee_is_recorded_once",
                violation_error_message="This guarantee is already here. Open and amend it, or give the number of the other one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reclamationreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("project", "as_of"),
                name="land_is_reported_once_for_a_day",
                violation_error_message="The report up to this day is already here. Open and amend it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reclamationreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scheduled_hectares__isnull", True), ("scheduled_hectares__gte", 0), _connector="OR"
                ),
                name="scheduled_hectares_is_not_negative",
                violation_error_message="A number of hectares cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reclamationreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("done_hectares__isnull", True), ("done_hectares__gte", 0), _connector="OR"),
                name="done_hectares_is_not_negative",
                violation_error_message="A number of hectares cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reclamationreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("verified_hectares__isnull", True), ("verified_hectares__gte", 0), _connector="OR"),
                name="verified_hectares_is_not_negative",
                violation_error_message="A number of hectares cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reclamationreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verified_hectares__isnull", True),
                    ("done_hectares__isnull", True),
                    ("verified_hectares__lte", models.F("done_hectares")),
                    _connector="OR",
                ),
                name="verified_land_is_at_most_all_closed_land",
                violation_error_message="More hectares verified than closed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reclamationreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verified_by__isnull", True), ("verified_hectares__isnull", True)),
                    models.Q(("verified_by__isnull", False), ("verified_hectares__isnull", False)),
                    _connector="OR",
                ),
                name="whoever_verified_land_is_named",
                violation_error_message="Say how many hectares were verified and by whom, or neither.",
            ),
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
