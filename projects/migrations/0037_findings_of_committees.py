"""What participatory monitoring committees found, what was answered, and who closed it."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [("projects_committeefinding", "withdrawn_for_id")],
    "projects_project": [("projects_committeefinding", "project_id")],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0035_where_mines_are"),
    ]

    operations = [
        migrations.CreateModel(
            name="CommitteeFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "committee",
                    models.CharField(
                        help_text="What the monitoring committee is called; name no person.",
                        max_length=120,
                        verbose_name="committee",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="place")),
                ("found_on", models.DateField(verbose_name="found on")),
                (
                    "found",
                    models.CharField(
                        help_text="In one sentence; name no person. It stands on public pages where everybody may read the source.",
                        max_length=300,
                        verbose_name="what it found",
                    ),
                ),
                (
                    "answered_by",
                    models.CharField(
                        blank=True,
                        choices=[("company", "The mine"), ("authority", "An authority")],
                        help_text="Leave empty while no answer is known.",
                        max_length=9,
                        verbose_name="who answered",
                    ),
                ),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="answered on")),
                (
                    "answer",
                    models.CharField(
                        blank=True, help_text="Name no person.", max_length=300, verbose_name="what was answered"
                    ),
                ),
                (
                    "answer_document",
                    models.CharField(
                        blank=True,
                        help_text="Its number or its web address.",
                        max_length=200,
                        verbose_name="document of the answer",
                    ),
                ),
                (
                    "closed_by",
                    models.CharField(
                        blank=True,
                        choices=[("committee", "The committee"), ("authority", "An authority")],
                        help_text="Leave empty while it is open. That the mine says it is done closes nothing: it is its answer.",
                        max_length=9,
                        verbose_name="who closed it",
                    ),
                ),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                (
                    "closed_how",
                    models.CharField(
                        blank=True, help_text="Name no person.", max_length=300, verbose_name="how it was closed"
                    ),
                ),
                (
                    "closed_document",
                    models.CharField(
                        blank=True,
                        help_text="Its number or its web address.",
                        max_length=200,
                        verbose_name="document that closes it",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="committee_findings",
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
                    "station",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leave empty where it was found elsewhere, and say the place.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="committee_findings",
                        to="projects.monitoringstation",
                        verbose_name="monitoring station",
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
                "ordering": ["project", "-found_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("station__isnull", False), models.Q(("place", ""), _negated=True), _connector="OR"
                        ),
                        name="a_finding_says_where",
                        violation_error_message="Choose the station, or say the place.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("answer_document", ""),
                                ("answered_by", ""),
                                ("answered_on__isnull", True),
                            ),
                            models.Q(
                                ("answered_on__isnull", False),
                                models.Q(("answered_by", ""), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                                models.Q(("answer_document", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_answer_to_a_finding_is_whole",
                        violation_error_message="Say who answered, on which day, what, and in which document; or none of it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_by", ""),
                                ("closed_document", ""),
                                ("closed_how", ""),
                                ("closed_on__isnull", True),
                            ),
                            models.Q(
                                ("closed_on__isnull", False),
                                models.Q(("closed_by", ""), _negated=True),
                                models.Q(("closed_how", ""), _negated=True),
                                models.Q(("closed_document", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="the_close_of_a_finding_is_whole",
                        violation_error_message="Say who closed it, on which day, how, and in which document; or none of it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_on__isnull", True), ("answered_on__gte", models.F("found_on")), _connector="OR"
                        ),
                        name="a_finding_is_answered_after_it_was_found",
                        violation_error_message="That is earlier than the day on which it was found.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on__isnull", True), ("closed_on__gte", models.F("found_on")), _connector="OR"
                        ),
                        name="a_finding_is_closed_after_it_was_found",
                        violation_error_message="That is earlier than the day on which it was found.",
                    ),
                ],
            },
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
