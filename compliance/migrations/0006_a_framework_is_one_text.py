"""A framework is stored once, as the sealed text that scorecards and publications name by its fingerprint."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Room for the text beside the tables that hold it in parts, and for a reviewer's choice of rules."""

    dependencies = [("compliance", "0005_opened_again")]

    operations = [
        migrations.AddField("policyframework", "text", models.TextField(default=""), preserve_default=False),
        migrations.AddField(
            "policyframework",
            "countries",
            django.contrib.postgres.fields.ArrayField(models.CharField(max_length=2), default=list, size=None),
        ),
        migrations.AlterField(
            "review",
            "action",
            models.CharField(
                choices=[
                    ("accept", "Accepted"),
                    ("query", "Question asked"),
                    ("reply", "Company replied"),
                    ("override", "Overridden"),
                    ("approve", "Approved"),
                    ("return", "Returned"),
                    ("publish", "Published"),
                    ("reopen", "Opened again"),
                    ("keep", "Left as published"),
                    ("rules", "Other rules chosen"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            "review",
            "framework",
            models.ForeignKey(
                blank=True,
                help_text="The version by which the year is judged from this step on.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="compliance.policyframework",
            ),
        ),
        migrations.AddConstraint(
            "review",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("action", "rules"), ("framework__isnull", False), models.Q(("reason", ""), _negated=True)
                    ),
                    models.Q(models.Q(("action", "rules"), _negated=True), ("framework__isnull", True)),
                    _connector="OR",
                ),
                name="a_choice_of_rules_names_them_and_says_why",
                violation_error_message="Say why this year is judged by other rules.",
            ),
        ),
    ]
