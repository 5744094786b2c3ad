"""How people were to be heard about studies, meeting by meeting."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [("communities_participationevent", "withdrawn_for_id")],
    "communities_community": [("communities_participationevent", "community_id")],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("communities", "0021_areas_of_studies"),
        ("projects", "0034_certified_area_of_a_study"),
    ]

    operations = [
        migrations.CreateModel(
            name="ParticipationEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "mechanism",
                    models.CharField(
                        choices=[
                            ("workshop", "Workshop"),
                            ("hearing", "Public hearing"),
                            ("office", "Information office or mailbox"),
                            ("visit", "Guided visit"),
                            ("survey", "Survey, interviews or focus groups"),
                            ("facilitators", "Visits of facilitators"),
                            ("materials", "Printed matter or radio"),
                            ("dialogue", "Dialogue table"),
                            ("other", "Something else"),
                        ],
                        max_length=12,
                        verbose_name="what it is",
                    ),
                ),
                (
                    "beyond_plan",
                    models.BooleanField(
                        default=False,
                        help_text="Tick it for what was held besides the plan. It is shown, and does not count for the plan.",
                        verbose_name="it is not in the approved plan",
                    ),
                ),
                ("planned_for", models.DateField(blank=True, null=True, verbose_name="planned for")),
                (
                    "held_on",
                    models.DateField(
                        blank=True,
                        help_text="What lasts longer: its first day. Leave empty what was not held, or when nobody says it.",
                        null=True,
                        verbose_name="held on",
                    ),
                ),
                (
                    "not_held",
                    models.BooleanField(
                        default=False, help_text="Tick it only where somebody says so.", verbose_name="it was not held"
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True,
                        help_text="Such as “communal hall”. It stands on public pages.",
                        max_length=120,
                        verbose_name="place",
                    ),
                ),
                (
                    "languages",
                    models.CharField(
                        blank=True,
                        help_text="Such as “Quechua, Spanish”.",
                        max_length=120,
                        verbose_name="languages spoken",
                    ),
                ),
                (
                    "interpreter_present",
                    models.BooleanField(
                        blank=True,
                        help_text="Leave empty when nobody says it.",
                        null=True,
                        verbose_name="an interpreter was present",
                    ),
                ),
                (
                    "women_present",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="By the list of who was there. Zero is not unknown.",
                        null=True,
                        verbose_name="women present",
                    ),
                ),
                ("men_present", models.PositiveIntegerField(blank=True, null=True, verbose_name="men present")),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participation_events",
                        to="projects.impactassessment",
                        verbose_name="impact assessment",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.community",
                        verbose_name="community",
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
                "ordering": ["assessment", "planned_for", "held_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("not_held", False),
                            models.Q(
                                ("held_on__isnull", True),
                                ("interpreter_present__isnull", True),
                                ("men_present__isnull", True),
                                ("women_present__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="what_was_not_held_had_nobody_present",
                        violation_error_message="It was not held: then leave the day, the interpreter and the people empty.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("assessment", "mechanism", "planned_for", "held_on", "place"),
                        name="a_participation_event_without_a_day_is_told_once",
                        nulls_distinct=False,
                        violation_error_message="This is already here. Open and amend it, or say for which other day or place it was planned.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("assessment", "mechanism", "held_on", "place"),
                        name="a_participation_event_is_held_once",
                        violation_error_message="This is already here. Open and amend it, or say at which other place this one was held.",
                    ),
                ],
            },
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
