"""Closure plans with their cost, whether a mine was at work, and what is left to do after it."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import projects.currencies
import projects.models.rules
from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [
        ("projects_closureplan", "approved_by_id"),
        ("projects_closureplan", "withdrawn_for_id"),
        ("projects_operationstate", "authority_id"),
        ("projects_operationstate", "withdrawn_for_id"),
        ("projects_remainingduty", "responsible_id"),
        ("projects_remainingduty", "withdrawn_for_id"),
    ],
    "projects_project": [
        ("projects_closureplan", "project_id"),
        ("projects_operationstate", "project_id"),
        ("projects_remainingduty", "project_id"),
    ],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0032_monitoring"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosurePlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "instrument",
                    models.CharField(
                        choices=[
                            ("plan", "Closure plan"),
                            ("update", "Update of the closure plan"),
                            ("change", "Modification of the closure plan"),
                        ],
                        max_length=6,
                        verbose_name="what it is",
                    ),
                ),
                ("approved_on", models.DateField(verbose_name="approved on")),
                ("resolution", models.CharField(blank=True, max_length=120, verbose_name="resolution")),
                (
                    "cost",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="All of it: progressive closure, final closure and post-closure.",
                        max_digits=18,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="estimated cost of closing",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        max_length=3, validators=[projects.currencies.validate_currency], verbose_name="currency"
                    ),
                ),
                (
                    "prices_of",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="The year whose prices the estimate uses.",
                        null=True,
                        verbose_name="in prices of the year",
                    ),
                ),
                (
                    "operation_until",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="last year of operation"),
                ),
                (
                    "closure_until",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="last year of final closure"),
                ),
                (
                    "post_closure_until",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="last year of post-closure"),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="approved by",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closure_plans",
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
                "ordering": ["project", "-approved_on"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("project", "approved_on"),
                        name="a_closure_plan_is_approved_once_a_day",
                        violation_error_message="The plan that was approved on this day is already here. Open and amend it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("operation_until__isnull", True),
                            ("closure_until__isnull", True),
                            ("closure_until__gte", models.F("operation_until")),
                            _connector="OR",
                        ),
                        name="closure_until_is_not_before_operation_until",
                        violation_error_message="The periods follow one another: operation, final closure, post-closure.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("operation_until__isnull", True),
                            ("post_closure_until__isnull", True),
                            ("post_closure_until__gte", models.F("operation_until")),
                            _connector="OR",
                        ),
                        name="post_closure_until_is_not_before_operation_until",
                        violation_error_message="The periods follow one another: operation, final closure, post-closure.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closure_until__isnull", True),
                            ("post_closure_until__isnull", True),
                            ("post_closure_until__gte", models.F("closure_until")),
                            _connector="OR",
                        ),
                        name="post_closure_until_is_not_before_closure_until",
                        violation_error_message="The periods follow one another: operation, final closure, post-closure.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OperationState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("operating", "Operating"),
                            ("suspended", "Suspended"),
                            ("abandoned", "Abandoned"),
                            ("closed", "Closed"),
                        ],
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True, help_text="Leave empty while it lasts.", null=True, verbose_name="until"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ordered", "An authority ordered it"),
                            ("accident", "Accident or danger"),
                            ("prices", "Prices or costs"),
                            ("protest", "Protest or conflict"),
                            ("works", "Maintenance or building works"),
                            ("exhausted", "Nothing is left to dig"),
                            ("other", "Another reason"),
                        ],
                        help_text="Leave empty when nobody says it.",
                        max_length=9,
                        verbose_name="reason",
                    ),
                ),
                ("act", models.CharField(blank=True, max_length=120, verbose_name="number of the act")),
                (
                    "authority",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leave empty where there is no act. It is then told as what somebody says.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="authority whose act says so",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operation_states",
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
                "ordering": ["project", "-starts_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                        ),
                        name="a_state_of_operation_ends_after_it_starts",
                        violation_error_message="The end must be after the start.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        expressions=[
                            ("project", "="),
                            (
                                projects.models.rules.DateRange(
                                    "starts_on", "ends_on", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="states_of_operation_do_not_overlap",
                        violation_error_message="This project already has a state at that time. End the earlier one first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("act", ""), ("authority__isnull", True)),
                            models.Q(models.Q(("act", ""), _negated=True), ("authority__isnull", False)),
                            _connector="OR",
                        ),
                        name="an_act_has_an_authority_and_a_number",
                        violation_error_message="Say which authority’s act it is and its number, or neither.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RemainingDuty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "title",
                    models.CharField(
                        help_text="Such as “treat the water of the old tunnel”. It stands on public pages; name no person.",
                        max_length=200,
                        verbose_name="what is left to do",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("treatment", "Treating water"),
                            ("monitoring", "Monitoring"),
                            ("stability", "Keeping dams, dumps and pits stable"),
                            ("upkeep", "Keeping up covers, channels and fences"),
                            ("people", "Support for people"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                        verbose_name="about",
                    ),
                ),
                (
                    "said_on",
                    models.DateField(help_text="The day of the plan or act that says it.", verbose_name="said on"),
                ),
                (
                    "until",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Leave empty when nobody says it, or it has no end.",
                        null=True,
                        verbose_name="last year",
                    ),
                ),
                (
                    "without_end",
                    models.BooleanField(
                        default=False,
                        help_text="Tick it only where the plan or act says so.",
                        verbose_name="it has no end",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remaining_duties",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="who answers for it",
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
                "ordering": ["project", "title", "-said_on"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("project", "title", "said_on"),
                        name="a_remaining_duty_is_said_once_a_day",
                        violation_error_message="What was said of it on this day is already here. Open and amend it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("without_end", False), ("until__isnull", True), _connector="OR"),
                        name="what_has_no_end_has_no_last_year",
                        violation_error_message="It has a last year or no end, not both.",
                    ),
                ],
            },
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
