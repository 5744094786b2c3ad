"""Works that a mine shares with its neighbours, and how far each is."""

import django.core.validators
import django.db.models.deletion
import projects.currencies
from django.db import migrations, models

from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [
        ("communities_sharedwork", "payer_id"),
        ("communities_sharedwork", "withdrawn_for_id"),
        ("communities_workprogress", "withdrawn_for_id"),
    ],
    "communities_community": [("communities_sharedwork", "community_id")],
    "projects_project": [("communities_sharedwork", "project_id")],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("communities", "0023_committees_speak_for_no_recipient"),
        ("projects", "0055_training_returns"),
    ]

    operations = [
        migrations.CreateModel(
            name="SharedWork",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "name",
                    models.CharField(
                        help_text="Name no person. It stands on public pages where everybody may read the source.",
                        max_length=120,
                        verbose_name="what it is called",
                    ),
                ),
                (
                    "facility",
                    models.CharField(
                        choices=[
                            ("road", "Road or bridge"),
                            ("railway", "Railway"),
                            ("port", "Port"),
                            ("power", "Power line"),
                            ("water", "Water supply"),
                            ("sewerage", "Sewerage"),
                            ("clinic", "Clinic"),
                            ("school", "School"),
                            ("telecoms", "Telephone and internet"),
                            ("other", "Something else"),
                        ],
                        max_length=9,
                        verbose_name="what it is",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="where it is")),
                (
                    "in_place_of_taxes",
                    models.BooleanField(
                        blank=True,
                        help_text="Obras por Impuestos (Ley 29230): a company builds in place of income tax. For a region or a municipality, the State may take the cost back from the canon that it hands on, so do not add both up without looking.",
                        null=True,
                        verbose_name="it is built in place of taxes",
                    ),
                ),
                (
                    "planned_value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Of the whole work. Leave empty when nobody says it.",
                        max_digits=18,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="planned value",
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
                ("planned_from", models.DateField(blank=True, null=True, verbose_name="planned first day of works")),
                ("planned_until", models.DateField(blank=True, null=True, verbose_name="planned last day of works")),
                (
                    "open_to",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("everybody", "Everybody"),
                            ("community", "The community"),
                            ("paying", "Only whoever pays for it"),
                            ("mine", "Only the mine"),
                        ],
                        help_text="Leave empty when nobody says it.",
                        max_length=9,
                        verbose_name="who may use it",
                    ),
                ),
                (
                    "terms",
                    models.CharField(
                        blank=True,
                        help_text="Such as the price, or the hours. It stands on public pages where everybody may read the source.",
                        max_length=300,
                        verbose_name="on which terms",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leave empty what is for several of them or for all.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leave empty when nobody says it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="who pays for it",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shared_works",
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
                "ordering": ["project", "name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="WorkProgress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                ("as_of", models.DateField(help_text="The last day that the report is about.", verbose_name="as of")),
                (
                    "planned_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="By the schedule of the works. Leave empty when nobody says it.",
                        max_digits=5,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="progress planned by then, %",
                    ),
                ),
                (
                    "actual_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Of the whole work. 100 and not in use may well be. Leave empty when nobody says it.",
                        max_digits=5,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="actual progress, %",
                    ),
                ),
                (
                    "as_in_report",
                    models.BooleanField(
                        default=False,
                        help_text="Tick it where progress was asked about, and is right.",
                        verbose_name="it stands so in the report",
                    ),
                ),
                (
                    "spent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Of earlier years, too.",
                        max_digits=18,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="spent up to then",
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
                    "in_use",
                    models.BooleanField(
                        blank=True, help_text="Leave empty when nobody says it.", null=True, verbose_name="it is in use"
                    ),
                ),
                (
                    "days_out_of_order",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Of the same year, up to this day.",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(366)],
                        verbose_name="days out of order",
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
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="progress_reports",
                        to="communities.sharedwork",
                        verbose_name="shared work",
                    ),
                ),
            ],
            options={
                "ordering": ["work", "-as_of", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="sharedwork",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("project", "name"),
                name="a_shared_work_is_named_once_at_a_mine",
                violation_error_message="This mine has a work of this name already. Open and amend it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharedwork",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("planned_from__isnull", True),
                    ("planned_until__isnull", True),
                    ("planned_until__gte", models.F("planned_from")),
                    _connector="OR",
                ),
                name="a_shared_work_is_planned_to_end_after_it_starts",
                violation_error_message="The planned last day is before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharedwork",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("planned_value__isnull", True), models.Q(("currency", ""), _negated=True), _connector="OR"
                ),
                name="the_value_of_a_shared_work_has_a_currency",
                violation_error_message="Say in which currency it is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workprogress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("planned_percent__isnull", False),
                    ("actual_percent__isnull", False),
                    ("spent__isnull", False),
                    ("in_use__isnull", False),
                    ("days_out_of_order__isnull", False),
                    _connector="OR",
                ),
                name="a_report_of_a_work_says_something",
                violation_error_message="Say how much is done or planned, what was spent, or whether it is in use.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workprogress",
            constraint=models.CheckConstraint(
                condition=models.Q(("spent__isnull", True), models.Q(("currency", ""), _negated=True), _connector="OR"),
                name="what_was_spent_on_a_work_has_a_currency",
                violation_error_message="Say in which currency it is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workprogress",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=(
                    "work",
                    "as_of",
                    "planned_percent",
                    "actual_percent",
                    "spent",
                    "currency",
                    "in_use",
                    "days_out_of_order",
                ),
                name="the_same_is_reported_of_a_work_once_a_day",
                nulls_distinct=False,
                violation_error_message="The same is already here as of this day. Open and amend it.",
            ),
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
