"""What people could learn at a mine, and how many did."""

import django.db.models.deletion
from django.db import migrations, models
from accounts.merged_rows import name_no_merged


COLUMNS = {
    "accounts_organisation": [
        ("projects_trainingreturn", "provider_id"),
        ("projects_trainingreturn", "withdrawn_for_id"),
    ],
    "projects_project": [("projects_trainingreturn", "project_id")],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0054_words_of_works_not_begun"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrainingReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                ("period_start", models.DateField(verbose_name="period from")),
                ("period_end", models.DateField(verbose_name="period to")),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("course", "Course"),
                            ("scholarship", "Scholarship"),
                            ("apprenticeship", "Apprenticeship"),
                        ],
                        max_length=14,
                        verbose_name="what it is",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        help_text="Name no person. It stands on public pages where everybody may read the source.",
                        max_length=120,
                        verbose_name="what is learnt",
                    ),
                ),
                (
                    "seats",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="How many could take part. It does not say that anybody did.",
                        null=True,
                        verbose_name="seats",
                    ),
                ),
                (
                    "hours",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="As in the lists of attendance: 20 people of whom each attended 30 hours are 600.",
                        max_digits=12,
                        null=True,
                        verbose_name="hours attended, of all together",
                    ),
                ),
                (
                    "completed",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="people who finished it"),
                ),
                (
                    "women_completed",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="of those who finished, women"),
                ),
                (
                    "local_completed",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        verbose_name="of those who finished, people who live in the direct-influence districts",
                    ),
                ),
                (
                    "hired_completed",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="By the mine or one of its contractors, up to the day of the report.",
                        null=True,
                        verbose_name="of those who finished, people hired afterwards",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="training_returns",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="company that offers it",
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
                "ordering": ["project", "-period_end", "provider", "subject"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("period_end__gte", models.F("period_start"))),
                        name="trainingreturn_ends_after_it_starts",
                        violation_error_message="The period ends before it starts.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("project", "provider", "form", "subject", "period_start", "period_end"),
                        name="training_in_a_period_is_reported_once",
                        violation_error_message="This is already here for this period. Open and amend it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours__isnull", True), ("hours__gte", 0), _connector="OR"),
                        name="hours_of_training_are_not_negative",
                        violation_error_message="There cannot be less than nothing.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("completed__isnull", True),
                            ("seats__isnull", True),
                            ("completed__lte", models.F("seats")),
                            _connector="OR",
                        ),
                        name="those_who_finish_are_at_most_the_seats",
                        violation_error_message="More people finished than could take part.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("women_completed__isnull", True),
                                ("completed__isnull", True),
                                ("women_completed__lte", models.F("completed")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("women_completed__isnull", True),
                                ("seats__isnull", True),
                                ("women_completed__lte", models.F("seats")),
                                _connector="OR",
                            ),
                        ),
                        name="women_who_finish_are_at_most_all_who_do",
                        violation_error_message="These are more than all who finished, or than could take part.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("local_completed__isnull", True),
                                ("completed__isnull", True),
                                ("local_completed__lte", models.F("completed")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("local_completed__isnull", True),
                                ("seats__isnull", True),
                                ("local_completed__lte", models.F("seats")),
                                _connector="OR",
                            ),
                        ),
                        name="local_who_finish_are_at_most_all_who_do",
                        violation_error_message="These are more than all who finished, or than could take part.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("hired_completed__isnull", True),
                                ("completed__isnull", True),
                                ("hired_completed__lte", models.F("completed")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("hired_completed__isnull", True),
                                ("seats__isnull", True),
                                ("hired_completed__lte", models.F("seats")),
                                _connector="OR",
                            ),
                        ),
                        name="hired_who_finish_are_at_most_all_who_do",
                        violation_error_message="These are more than all who finished, or than could take part.",
                    ),
                ],
            },
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
