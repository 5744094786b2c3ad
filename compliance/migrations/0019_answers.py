"""Answers of reviewers to the questions of frameworks of any depth."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table; an old database has no answers."""

    dependencies = [
        ("accounts", "0013_what_two_people_do"),
        ("compliance", "0018_what_is_taken_down_is_not_read"),
        ("projects", "0017_two_people_erase"),
    ]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("framework", models.SlugField(max_length=60)),
                ("version", models.PositiveSmallIntegerField()),
                ("question", models.CharField(max_length=60, verbose_name="question")),
                ("country", models.CharField(blank=True, max_length=2)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the earlier one is withdrawn.",
                        max_length=60,
                        verbose_name="answer",
                    ),
                ),
                ("given_on", models.DateField(verbose_name="day of the answer")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="why it is changed")),
                (
                    "area",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.area"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="projects.project",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="compliance.answer",
                    ),
                ),
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.source"
                    ),
                ),
            ],
            options={
                "ordering": ["framework", "version", "question", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("area__isnull", True),
                                ("country", ""),
                                ("organisation__isnull", True),
                                ("project__isnull", False),
                            ),
                            models.Q(
                                ("area__isnull", True),
                                ("country", ""),
                                ("organisation__isnull", False),
                                ("project__isnull", True),
                            ),
                            models.Q(
                                ("area__isnull", False),
                                ("country", ""),
                                ("organisation__isnull", True),
                                ("project__isnull", True),
                            ),
                            models.Q(
                                ("area__isnull", True),
                                ("organisation__isnull", True),
                                ("project__isnull", True),
                                models.Q(("country", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_answer_has_one_subject",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaces__isnull", True)),
                        fields=("framework", "version", "question", "project", "organisation", "area", "country"),
                        name="a_question_is_first_answered_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("reason", ""), ("replaces__isnull", True), models.Q(("answer", ""), _negated=True)
                            ),
                            models.Q(("replaces__isnull", False), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="what_replaces_an_answer_says_why",
                    ),
                ],
            },
        ),
    ]
