"""What is announced to be invested in a mine, as of a day."""

import django.core.validators
import django.db.models.deletion
import projects.currencies
from django.db import migrations, models
from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [("projects_announcedinvestment", "withdrawn_for_id")],
    "projects_project": [("projects_announcedinvestment", "project_id")],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0048_value_of_closure_works"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnnouncedInvestment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "as_of",
                    models.DateField(help_text="The day up to which the list or statement is.", verbose_name="as of"),
                ),
                (
                    "amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="All of it, whether some is spent already or not. Leave empty when nobody says it.",
                        max_digits=18,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="investment announced",
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
                    "stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("conceptual", "Conceptual"),
                            ("pre-feasibility", "Pre-feasibility"),
                            ("feasibility", "Feasibility"),
                            ("engineering", "Detailed engineering"),
                            ("construction", "Under construction"),
                            ("suspended", "Construction suspended"),
                        ],
                        help_text="Leave empty when nobody says it.",
                        max_length=15,
                        verbose_name="stage",
                    ),
                ),
                (
                    "works_from",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year in which works begin"),
                ),
                (
                    "works_until",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year in which works end"),
                ),
                (
                    "commissioning",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="It may come before the works end, where a part is put to use earlier.",
                        null=True,
                        verbose_name="year of commissioning",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="announced_investments",
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
                "ordering": ["project", "-as_of", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__isnull", True), models.Q(("currency", ""), _negated=True), _connector="OR"
                        ),
                        name="an_announced_investment_has_a_currency",
                        violation_error_message="Say in which currency it is.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("works_from__isnull", True),
                            ("works_until__isnull", True),
                            ("works_until__gte", models.F("works_from")),
                            _connector="OR",
                        ),
                        name="works_until_is_not_before_works_from",
                        violation_error_message="This comes before the works begin.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("works_from__isnull", True),
                            ("commissioning__isnull", True),
                            ("commissioning__gte", models.F("works_from")),
                            _connector="OR",
                        ),
                        name="commissioning_is_not_before_works_from",
                        violation_error_message="This comes before the works begin.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=(
                            "project",
                            "as_of",
                            "amount",
                            "currency",
                            "stage",
                            "works_from",
                            "works_until",
                            "commissioning",
                        ),
                        name="the_same_is_announced_once_a_day",
                        nulls_distinct=False,
                        violation_error_message="The same is already here as of this day. Open and amend it.",
                    ),
                ],
            },
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
