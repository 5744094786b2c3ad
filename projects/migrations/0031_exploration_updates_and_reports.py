"""How large exploration is, which study a change is of, what is due before a phase, and reports to be handed in."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [
        ("projects_explorationworks", "counted_by_id"),
        ("projects_explorationworks", "withdrawn_for_id"),
        ("projects_requiredreport", "withdrawn_for_id"),
    ],
    "projects_project": [("projects_requiredreport", "project_id")],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0030_who_is_who_and_joint_ventures"),
    ]

    operations = [
        migrations.AddField(
            model_name="impactassessment",
            name="amends",
            field=models.ForeignKey(
                blank=True,
                help_text="Of a small change (ITS), a modification or an update: the first study. Empty for a first study.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="amendments",
                to="projects.impactassessment",
                verbose_name="study that it changes or updates",
            ),
        ),
        migrations.AlterField(
            model_name="impactassessment",
            name="instrument",
            field=models.CharField(
                choices=[
                    ("FTA", "FTA (technical environmental form)"),
                    ("DIA", "DIA (declaration, category I)"),
                    ("EIA-sd", "EIA-sd (semi-detailed, category II)"),
                    ("EIA-d", "EIA-d (detailed, category III)"),
                    ("ITS", "ITS (minor change)"),
                    ("PAMA", "PAMA (adjustment programme of older works)"),
                    ("update", "Update of a study"),
                    ("social", "Social impact assessment"),
                    ("human-rights", "Human rights impact assessment"),
                ],
                max_length=12,
                verbose_name="kind of study",
            ),
        ),
        migrations.AddConstraint(
            model_name="impactassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("instrument", "update"), _negated=True), ("amends__isnull", False), _connector="OR"
                ),
                name="an_update_names_its_study",
                violation_error_message="Choose the study that was updated.",
            ),
        ),
        migrations.AlterField(
            model_name="assessmentcondition",
            name="due_on",
            field=models.DateField(
                blank=True,
                help_text="Leave empty what is due some days before a phase that is on record.",
                verbose_name="due on",
            ),
        ),
        migrations.AddField(
            model_name="assessmentcondition",
            name="before_phase",
            field=models.CharField(
                blank=True,
                choices=[
                    ("exploration", "Exploration"),
                    ("development", "Development"),
                    ("operation", "Operation"),
                    ("closure", "Closure and reclamation"),
                ],
                default="",
                help_text=(
                    "Where the study says so, such as “60 days before operation”. The day is reckoned from the phases."
                ),
                max_length=12,
                verbose_name="due before this phase begins",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="assessmentcondition",
            name="days_before",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="how many days before it begins"
            ),
        ),
        migrations.AddConstraint(
            model_name="assessmentcondition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("before_phase", ""), ("days_before__isnull", True)),
                    models.Q(models.Q(("before_phase", ""), _negated=True), ("days_before__isnull", False)),
                    _connector="OR",
                ),
                name="days_before_are_before_a_phase",
                violation_error_message="Say the phase and how many days before it begins, or neither.",
            ),
        ),
        migrations.AddIndex(
            model_name="assessmentcondition",
            index=models.Index(
                condition=models.Q(("before_phase", ""), _negated=True),
                fields=["assessment"],
                name="conditions_before_a_phase",
            ),
        ),
        migrations.CreateModel(
            name="ExplorationWorks",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "as_of",
                    models.DateField(
                        help_text="The day of the plan, or on which somebody counted.", verbose_name="as of"
                    ),
                ),
                (
                    "only_added",
                    models.BooleanField(
                        default=False,
                        help_text=(
                            "Of the plan of a change: tick it where these figures leave out the works of the studies before it."
                        ),
                        verbose_name="only what the change adds",
                    ),
                ),
                (
                    "platforms",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="drilling platforms"),
                ),
                (
                    "hectares",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="hectares disturbed"
                    ),
                ),
                (
                    "tunnel_metres",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="metres of tunnel"
                    ),
                ),
                ("pilot_plant", models.BooleanField(blank=True, null=True, verbose_name="there is a pilot plant")),
                ("resettlement", models.BooleanField(blank=True, null=True, verbose_name="people have to move")),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exploration_works",
                        to="projects.impactassessment",
                        verbose_name="impact assessment",
                    ),
                ),
                (
                    "counted_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leave empty where these are the figures of the plan.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="counted by",
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
                "ordering": ["assessment", "-as_of", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("platforms__isnull", False),
                            ("hectares__isnull", False),
                            ("tunnel_metres__isnull", False),
                            ("pilot_plant__isnull", False),
                            ("resettlement__isnull", False),
                            _connector="OR",
                        ),
                        name="exploration_works_say_something",
                        violation_error_message=(
                            "Fill in at least one of platforms, hectares, tunnel, pilot plant and people who move."
                        ),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("only_added", False), ("counted_by__isnull", True), _connector="OR"),
                        name="only_plans_add_to_plans",
                        violation_error_message=(
                            "Only the figures of a plan can leave out earlier works: who counts, counts all."
                        ),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hectares__isnull", True), ("hectares__gte", 0), _connector="OR"),
                        name="hectares_disturbed_is_not_negative",
                        violation_error_message="A number of hectares cannot be negative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tunnel_metres__isnull", True), ("tunnel_metres__gte", 0), _connector="OR"),
                        name="tunnel_metres_is_not_negative",
                        violation_error_message="A number of metres cannot be negative.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequiredReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "title",
                    models.CharField(
                        help_text="Such as “water, second quarter of 2025”. It stands on public pages.",
                        max_length=200,
                        verbose_name="report",
                    ),
                ),
                ("due_by", models.DateField(verbose_name="due on")),
                ("handed_in_on", models.DateField(blank=True, null=True, verbose_name="handed in on")),
                (
                    "is_public",
                    models.BooleanField(
                        blank=True,
                        help_text="Leave empty when nobody knows it.",
                        null=True,
                        verbose_name="anybody can read it",
                    ),
                ),
                (
                    "condition",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="projects.assessmentcondition",
                        verbose_name="condition of a study that asks for it",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="required_reports",
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
                "ordering": ["project", "-due_by", "pk"],
                "indexes": [models.Index(fields=["due_by"], name="reports_by_due_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_public", True), _negated=True),
                            ("handed_in_on__isnull", False),
                            _connector="OR",
                        ),
                        name="only_what_was_handed_in_can_be_read",
                        violation_error_message="Anybody can read it: then say on which day it was handed in.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("project", "title", "due_by"),
                        name="a_report_is_required_once_for_a_day",
                        violation_error_message="This report is already here. Open and amend it.",
                    ),
                ],
            },
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
