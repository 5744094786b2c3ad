"""What the workers of a mine do, and what public statistics say of people at work in all mines of a country."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.merged_rows import name_no_merged

COLUMNS = {"accounts_organisation": [("projects_employmentstatistic", "withdrawn_for_id")]}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0056_census_shares"),
    ]

    operations = [
        migrations.CreateModel(
            name="EmploymentStatistic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                (
                    "month",
                    models.DateField(
                        help_text="The first day of the month, such as 1 March 2024.", verbose_name="month"
                    ),
                ),
                ("area", models.CharField(max_length=120, verbose_name="province or other area")),
                (
                    "gender",
                    models.CharField(
                        blank=True,
                        choices=[("female", "Female"), ("male", "Male")],
                        help_text="Leave empty where the statistic counts everybody together.",
                        max_length=6,
                        verbose_name="gender",
                    ),
                ),
                (
                    "activity",
                    models.CharField(
                        help_text="In the words of the statistic.", max_length=120, verbose_name="activity"
                    ),
                ),
                (
                    "people",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="As the statistic gives it, also where it is no whole number.",
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="people at work",
                    ),
                ),
            ],
            options={
                "ordering": ["country", "-month", "area", "activity", "gender"],
            },
        ),
        migrations.AddField(
            model_name="employmentreturn",
            name="accidents",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Persons who could not work for a day or more, and those who died, in the whole period.",
                null=True,
                verbose_name="people hurt in accidents at work",
            ),
        ),
        migrations.AddField(
            model_name="employmentreturn",
            name="heads_fte",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="Whoever leads an area or the whole mine.",
                max_digits=10,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="heads",
            ),
        ),
        migrations.AddField(
            model_name="employmentreturn",
            name="quits",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Persons, in the whole period.",
                null=True,
                verbose_name="people who left of their own will",
            ),
        ),
        migrations.AddField(
            model_name="employmentreturn",
            name="skilled_fte",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="Everybody but helpers; those of the next two lines count here too.",
                max_digits=10,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="skilled workers, technicians and heads",
            ),
        ),
        migrations.AddField(
            model_name="employmentreturn",
            name="technical_fte",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="The heads count here too.",
                max_digits=10,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="technicians and heads",
            ),
        ),
        migrations.AddConstraint(
            model_name="employmentreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(("heads_fte__isnull", True), ("heads_fte__gte", 0), _connector="OR"),
                name="heads_fte_is_not_negative",
                violation_error_message="A number of people cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="employmentreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(("technical_fte__isnull", True), ("technical_fte__gte", 0), _connector="OR"),
                name="technical_fte_is_not_negative",
                violation_error_message="A number of people cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="employmentreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(("skilled_fte__isnull", True), ("skilled_fte__gte", 0), _connector="OR"),
                name="skilled_fte_is_not_negative",
                violation_error_message="A number of people cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="employmentreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("heads_fte__isnull", True),
                        ("technical_fte__isnull", True),
                        ("heads_fte__lte", models.F("technical_fte")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("heads_fte__isnull", True),
                        ("skilled_fte__isnull", True),
                        ("heads_fte__lte", models.F("skilled_fte")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("heads_fte__isnull", True),
                        ("total_fte__isnull", True),
                        ("heads_fte__lte", models.F("total_fte")),
                        _connector="OR",
                    ),
                ),
                name="heads_are_at_most_those_below_them",
                violation_error_message="More heads than technicians and heads, or than skilled workers, or than workers in all.",
            ),
        ),
        migrations.AddConstraint(
            model_name="employmentreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("technical_fte__isnull", True),
                        ("skilled_fte__isnull", True),
                        ("technical_fte__lte", models.F("skilled_fte")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("technical_fte__isnull", True),
                        ("total_fte__isnull", True),
                        ("technical_fte__lte", models.F("total_fte")),
                        _connector="OR",
                    ),
                ),
                name="technicians_are_at_most_all_skilled_workers",
                violation_error_message="More technicians and heads than skilled workers, or than workers in all.",
            ),
        ),
        migrations.AddConstraint(
            model_name="employmentreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("skilled_fte__isnull", True),
                    ("total_fte__isnull", True),
                    ("skilled_fte__lte", models.F("total_fte")),
                    _connector="OR",
                ),
                name="skilled_workers_are_at_most_all_workers",
                violation_error_message="More skilled workers than workers in all.",
            ),
        ),
        migrations.AddField(
            model_name="employmentstatistic",
            name="source",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.source"
            ),
        ),
        migrations.AddField(
            model_name="employmentstatistic",
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
            model_name="employmentstatistic",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("country", "month", "area", "gender", "activity"),
                name="a_statistic_counts_people_of_a_month_once",
                violation_error_message="This month, area, gender and activity are already here. Open and amend them.",
            ),
        ),
        migrations.AddConstraint(
            model_name="employmentstatistic",
            constraint=models.CheckConstraint(
                condition=models.Q(("people__isnull", True), ("people__gte", 0), _connector="OR"),
                name="people_at_work_are_not_negative",
                violation_error_message="A number of people cannot be negative.",
            ),
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
