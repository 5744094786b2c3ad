"""Inspections and sanctions, none of which names what was merged."""

import django.core.validators
import django.db.models.deletion
import projects.currencies
from django.db import migrations, models

from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [
        ("projects_inspection", "authority_id"),
        ("projects_inspection", "withdrawn_for_id"),
        ("projects_sanction", "authority_id"),
        ("projects_sanction", "withdrawn_for_id"),
    ],
    "projects_project": [("projects_inspection", "project_id"), ("projects_sanction", "project_id")],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0027_holdings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Inspection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "inspected_on",
                    models.DateField(help_text="The first day of the visit.", verbose_name="inspected on"),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("environment", "Environment"),
                            ("safety", "Safety and health at work"),
                            ("labour", "Employment"),
                            ("social", "Community and agreements"),
                        ],
                        max_length=11,
                        verbose_name="about",
                    ),
                ),
                (
                    "community_present",
                    models.BooleanField(blank=True, null=True, verbose_name="somebody of the community was present"),
                ),
                (
                    "monitor_present",
                    models.BooleanField(blank=True, null=True, verbose_name="an independent monitor was present"),
                ),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "Nothing wrong found"),
                            ("open", "Something found, not corrected yet"),
                            ("corrected", "Something found, and corrected"),
                        ],
                        help_text="Leave empty while nobody knows it.",
                        max_length=9,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "found",
                    models.CharField(
                        blank=True,
                        help_text="It stands on public pages; name no person.",
                        max_length=300,
                        verbose_name="what was found",
                    ),
                ),
                ("corrected_on", models.DateField(blank=True, null=True, verbose_name="corrected on")),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="authority",
                    ),
                ),
                (
                    "condition",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="projects.assessmentcondition",
                        verbose_name="condition of a study that it concerns",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
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
                "ordering": ["project", "-inspected_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Sanction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                ("decided_on", models.DateField(verbose_name="decided on")),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("fine", "Fine"),
                            ("measure", "Measure to carry out"),
                            ("stop", "Works stopped"),
                            ("warning", "Warning"),
                        ],
                        max_length=7,
                        verbose_name="what was decided",
                    ),
                ),
                ("resolution", models.CharField(blank=True, max_length=80, verbose_name="number of the resolution")),
                (
                    "amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=18,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="amount of the fine",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        blank=True,
                        max_length=3,
                        validators=[projects.currencies.validate_currency],
                        verbose_name="currency",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("decided", "Decided, and can still be appealed"),
                            ("appealed", "Under appeal"),
                            ("final", "Final"),
                            ("annulled", "Annulled"),
                        ],
                        help_text="Leave empty when nobody knows it.",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="paid or carried out on")),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="authority",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sanctions",
                        to="projects.inspection",
                        verbose_name="inspection that led to it",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sanctions",
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
                "ordering": ["project", "-decided_on", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("corrected_on__isnull", True), ("corrected_on__gte", models.F("inspected_on")), _connector="OR"
                ),
                name="a_finding_is_corrected_after_the_inspection",
                violation_error_message="It was corrected before it was found.",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(("corrected_on__isnull", True), ("finding", "corrected"), _connector="OR"),
                name="only_what_was_corrected_has_a_day_of_it",
                violation_error_message="A day on which it was corrected is there, and the outcome is another.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paid_on__isnull", True), ("paid_on__gte", models.F("decided_on")), _connector="OR"
                ),
                name="a_sanction_is_paid_after_it_is_decided",
                violation_error_message="It was paid before it was decided.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__isnull", True), ("decision", "fine"), _connector="OR"),
                name="only_a_fine_has_an_amount",
                violation_error_message="Only a fine has an amount. Choose “Fine”, or leave the amount empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__isnull", True), models.Q(("currency", ""), _negated=True), _connector="OR"
                ),
                name="a_fine_says_its_currency",
                violation_error_message="Say in which currency it is.",
            ),
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
