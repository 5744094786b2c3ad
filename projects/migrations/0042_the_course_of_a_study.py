"""What happened with a study beside its submission and approval, and until when its certificate is valid."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.merged_rows import name_no_merged

COLUMNS = {"accounts_organisation": [("projects_assessmentstep", "withdrawn_for_id")]}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0041_what_a_condition_says"),
    ]

    operations = [
        migrations.CreateModel(
            name="AssessmentStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("observed", "The authority made observations"),
                            ("answered", "The company answered the observations"),
                            ("withdrawn", "The company withdrew the study"),
                            ("lapsed", "The approval lapsed"),
                            ("annulled", "The approval was annulled"),
                        ],
                        max_length=9,
                        verbose_name="what happened",
                    ),
                ),
                ("taken_on", models.DateField(verbose_name="on")),
                (
                    "document",
                    models.CharField(
                        blank=True,
                        help_text="Its number or its web address. It stands on public pages.",
                        max_length=200,
                        verbose_name="document that says it",
                    ),
                ),
            ],
            options={
                "ordering": ["assessment", "taken_on", "pk"],
            },
        ),
        migrations.AddField(
            model_name="impactassessment",
            name="valid_until",
            field=models.DateField(
                blank=True,
                help_text="The last day, where the resolution says one. Leave empty when it says none, or nobody knows it.",
                null=True,
                verbose_name="certificate valid until",
            ),
        ),
        migrations.AddConstraint(
            model_name="impactassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_on__isnull", True),
                    ("valid_until__isnull", True),
                    ("valid_until__gt", models.F("approved_on")),
                    _connector="OR",
                ),
                name="a_certificate_ends_after_its_approval",
                violation_error_message="The certificate ends before it was approved.",
            ),
        ),
        migrations.AddField(
            model_name="assessmentstep",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="projects.impactassessment",
                verbose_name="impact assessment",
            ),
        ),
        migrations.AddField(
            model_name="assessmentstep",
            name="source",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.source"
            ),
        ),
        migrations.AddField(
            model_name="assessmentstep",
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
            model_name="assessmentstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("assessment", "step", "taken_on", "document"),
                name="a_step_of_a_study_is_taken_once_a_day",
                violation_error_message="This is already here. Open and amend it.",
            ),
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
