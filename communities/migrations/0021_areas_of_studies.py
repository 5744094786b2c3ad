"""Whom studies name in their area, and which communities say that a study left them out."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [
        ("communities_leftoutclaim", "answered_by_id"),
        ("communities_leftoutclaim", "withdrawn_for_id"),
        ("communities_studycommunity", "withdrawn_for_id"),
    ],
    "communities_community": [
        ("communities_leftoutclaim", "community_id"),
        ("communities_studycommunity", "community_id"),
    ],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("communities", "0020_first_days_stay"),
        ("projects", "0034_certified_area_of_a_study"),
    ]

    operations = [
        migrations.CreateModel(
            name="LeftOutClaim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                ("said_on", models.DateField(verbose_name="said on")),
                (
                    "said",
                    models.CharField(
                        help_text="In its words; name no person. They stand on public pages where everybody may read the source.",
                        max_length=300,
                        verbose_name="what it says",
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("left-out", "It was left out"),
                            ("taken-in", "It has been taken in since"),
                            ("outside", "It is outside of the area of influence"),
                        ],
                        help_text="Leave empty while no answer is known.",
                        max_length=8,
                        verbose_name="what an authority answered",
                    ),
                ),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="answered on")),
                (
                    "answer_document",
                    models.CharField(
                        blank=True,
                        help_text="Its number or its web address.",
                        max_length=300,
                        verbose_name="document of the answer",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="authority that answered",
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="left_out_claims",
                        to="projects.impactassessment",
                        verbose_name="impact assessment",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.community",
                        verbose_name="community that says it",
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
                "ordering": ["assessment", "-said_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("assessment", "community"),
                        name="a_community_claims_a_study_left_it_out_once",
                        violation_error_message="What this community says of this study is already here. Open and amend it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("answer_document", ""),
                                ("answered_by__isnull", True),
                                ("answered_on__isnull", True),
                            ),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_by__isnull", False),
                                ("answered_on__isnull", False),
                                models.Q(("answer_document", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_answer_says_whose_it_is_and_where",
                        violation_error_message="Say what was answered, by which authority, on which day and in which document; or none of it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_on__isnull", True), ("answered_on__gte", models.F("said_on")), _connector="OR"
                        ),
                        name="an_answer_follows_what_was_said",
                        violation_error_message="The answer is earlier than what the community said.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StudyCommunity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "degree",
                    models.CharField(
                        choices=[("direct", "Direct influence"), ("indirect", "Indirect influence")],
                        max_length=10,
                        verbose_name="degree",
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="named_communities",
                        to="projects.impactassessment",
                        verbose_name="impact assessment",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
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
                "ordering": ["assessment", "community"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("assessment", "community"),
                        name="a_study_names_a_community_once",
                        violation_error_message="This study already names this community. Open and amend that record.",
                    )
                ],
            },
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
