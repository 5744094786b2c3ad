"""Posts that foreigners hold, and by which day nationals follow them."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [("projects_foreignpost", "employer_id"), ("projects_foreignpost", "withdrawn_for_id")],
    "projects_project": [("projects_foreignpost", "project_id")],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0022_who_is_a_last_owner"), ("projects", "0058_suppliers_and_their_owners")]

    operations = [
        migrations.CreateModel(
            name="ForeignPost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "post",
                    models.CharField(
                        help_text="What the post is called; name no person. Number posts of one name. It stands on public pages where everybody may read the source.",
                        max_length=120,
                        verbose_name="post",
                    ),
                ),
                ("held_since", models.DateField(verbose_name="held by a foreigner since")),
                (
                    "has_plan",
                    models.BooleanField(
                        blank=True,
                        help_text="In the contract, or in another document. Leave open while nobody knows it.",
                        null=True,
                        verbose_name="there is a plan by which a national follows",
                    ),
                ),
                (
                    "follows_by",
                    models.DateField(
                        blank=True,
                        help_text="As the plan says it. A plan without a day does not count.",
                        null=True,
                        verbose_name="day by which a national follows",
                    ),
                ),
                (
                    "in_training",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="How many people, and no names. It is not published.",
                        null=True,
                        verbose_name="nationals who are trained for it",
                    ),
                ),
                ("passed_on", models.DateField(blank=True, null=True, verbose_name="passed on to a national on")),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="employer",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="foreign_posts",
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
                "ordering": ["project", "employer", "post", "held_since"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("project", "employer", "post", "held_since"),
                        name="a_post_held_by_a_foreigner_is_reported_once",
                        violation_error_message="This post is already here. Open and amend it, or give it a number.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("has_plan", True), ("has_plan__isnull", False)),
                            models.Q(("follows_by__isnull", True), ("in_training__isnull", True)),
                            _connector="OR",
                        ),
                        name="what_a_plan_says_has_a_plan",
                        violation_error_message="Say that there is a plan, or leave empty what it says.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("follows_by__isnull", True), ("follows_by__gt", models.F("held_since")), _connector="OR"
                        ),
                        name="a_national_follows_after_the_foreigner_began",
                        violation_error_message="That is not later than the day since which a foreigner holds it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("passed_on__isnull", True), ("passed_on__gt", models.F("held_since")), _connector="OR"
                        ),
                        name="a_post_is_passed_on_after_the_foreigner_began",
                        violation_error_message="That is not later than the day since which a foreigner holds it.",
                    ),
                ],
            },
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
