"""Where a condition stands, who must do it, what it replaces, how often it asks for a report; and days that come later."""

import django.db.models.deletion
from django.db import migrations, models

from projects.first_days import FIRST_DAYS_MAY_COME_LATER


class Migration(migrations.Migration):
    """Columns more, all empty; what is due before a phase without a day has none either."""

    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0038_environmental_complaints"),
    ]

    operations = [
        migrations.AddField(
            model_name="assessmentcondition",
            name="every_months",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Where the study asks for a report of it again and again, the first on the day above: 3 is each quarter.",
                null=True,
                verbose_name="months from one report to the next",
            ),
        ),
        migrations.AddField(
            model_name="assessmentcondition",
            name="page",
            field=models.CharField(
                blank=True,
                help_text="Where it stands in the study or its resolution, such as 14.",
                max_length=20,
                verbose_name="page",
            ),
        ),
        migrations.AddField(
            model_name="assessmentcondition",
            name="paragraph",
            field=models.CharField(
                blank=True, help_text="Its number or its code.", max_length=60, verbose_name="paragraph or clause"
            ),
        ),
        migrations.AddField(
            model_name="assessmentcondition",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                help_text="Where this study changes a condition of the one that it changes. What no change names stays.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replacements",
                to="projects.assessmentcondition",
                verbose_name="condition that it replaces",
            ),
        ),
        migrations.AddField(
            model_name="assessmentcondition",
            name="responsible",
            field=models.CharField(
                blank=True,
                help_text="A company or an office, as the study says it; name no person. It stands on public pages.",
                max_length=120,
                verbose_name="who must do it",
            ),
        ),
        migrations.AddField(
            model_name="assessmentcondition",
            name="until",
            field=models.DateField(
                blank=True,
                help_text="Leave empty where the study names no last day.",
                null=True,
                verbose_name="reports until",
            ),
        ),
        migrations.AlterField(
            model_name="assessmentcondition",
            name="description",
            field=models.CharField(
                help_text="In the words of the study; name no person. They stand on public pages.",
                max_length=300,
                verbose_name="what must be done",
            ),
        ),
        migrations.AlterField(
            model_name="assessmentcondition",
            name="due_on",
            field=models.DateField(
                blank=True,
                help_text="Leave empty what is due some days before a phase: its day follows once that phase is on record.",
                null=True,
                verbose_name="due on",
            ),
        ),
        migrations.AlterField(
            model_name="assessmentcondition",
            name="first_due_on",
            field=models.DateField(
                blank=True,
                help_text="Leave empty unless the day was moved before you enter this. It cannot be changed later.",
                null=True,
                verbose_name="first agreed for",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessmentcondition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_on__isnull", False),
                    models.Q(
                        models.Q(("before_phase", ""), _negated=True),
                        ("first_due_on__isnull", True),
                        ("later_day_agreed_by", ""),
                        ("later_day_agreed_on__isnull", True),
                        ("later_day_document", ""),
                        ("later_day_known_by", ""),
                    ),
                    _connector="OR",
                ),
                name="what_waits_for_a_phase_alone_has_no_day",
                violation_error_message="Fill this in. Only what is due before a phase that has no day yet can wait for it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessmentcondition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("every_months__isnull", True), ("until__isnull", True)),
                    models.Q(("every_months__gte", 1), ("every_months__isnull", False)),
                    _connector="OR",
                ),
                name="reports_come_every_month_or_more",
                violation_error_message="Say after how many months the next report is due, 1 or more.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessmentcondition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_on__isnull", True),
                    ("until__isnull", True),
                    ("until__gte", models.F("due_on")),
                    _connector="OR",
                ),
                name="reports_end_after_the_first",
                violation_error_message="The last day of the reports is earlier than the first one.",
            ),
        ),
        FIRST_DAYS_MAY_COME_LATER,
    ]
