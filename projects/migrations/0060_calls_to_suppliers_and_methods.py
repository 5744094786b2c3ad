"""Calls to local suppliers, and the methods in use at a mine."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [
        ("projects_suppliercall", "buyer_id"),
        ("projects_suppliercall", "withdrawn_for_id"),
        ("projects_methodinuse", "withdrawn_for_id"),
    ],
    "projects_project": [("projects_suppliercall", "project_id"), ("projects_methodinuse", "project_id")],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0022_who_is_a_last_owner"), ("projects", "0059_posts_held_by_foreigners")]

    operations = [
        migrations.CreateModel(
            name="SupplierCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "sought",
                    models.CharField(
                        help_text="Such as food for the camp, 200 people. It stands on public pages where everybody may read the source.",
                        max_length=160,
                        verbose_name="what is sought",
                    ),
                ),
                (
                    "sought_from",
                    models.CharField(
                        blank=True,
                        help_text="Such as firms of the three districts.",
                        max_length=120,
                        verbose_name="from whom",
                    ),
                ),
                ("opens_on", models.DateField(verbose_name="opens on")),
                (
                    "closes_on",
                    models.DateField(help_text="The last day on which an offer is taken.", verbose_name="closes on"),
                ),
                (
                    "where_to_ask",
                    models.CharField(
                        blank=True,
                        help_text="An office, its telephone or a web address; name no person.",
                        max_length=200,
                        verbose_name="where to ask",
                    ),
                ),
                (
                    "buyer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="buyer",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplier_calls",
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
                "ordering": ["project", "-closes_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("project", "buyer", "sought", "opens_on"),
                        name="a_call_to_suppliers_is_reported_once",
                        violation_error_message="This call is already here. Open and amend it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                        name="a_call_to_suppliers_closes_after_it_opens",
                        violation_error_message="It closes before it opens.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MethodInUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("extraction", "Extraction"),
                            ("water", "Water treatment"),
                            ("waste", "Waste and tailings"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                        verbose_name="what it is for",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        help_text="Such as dry tailings. It stands on public pages where everybody may read the source.",
                        max_length=160,
                        verbose_name="method",
                    ),
                ),
                (
                    "replaces",
                    models.CharField(
                        blank=True,
                        help_text="Leave empty where nobody knows it.",
                        max_length=160,
                        verbose_name="what it replaces",
                    ),
                ),
                ("since", models.DateField(verbose_name="in use since")),
                ("until", models.DateField(blank=True, null=True, verbose_name="in use until")),
                (
                    "changed",
                    models.CharField(
                        blank=True,
                        choices=[("water", "Water"), ("energy", "Energy"), ("tailings", "Tailings")],
                        help_text="Leave empty where nobody says it.",
                        max_length=8,
                        verbose_name="what it changed",
                    ),
                ),
                (
                    "before",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="how much before",
                    ),
                ),
                (
                    "after",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="how much with it",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        blank=True,
                        help_text="Such as cubic metres of water for one tonne of ore.",
                        max_length=60,
                        verbose_name="unit",
                    ),
                ),
                (
                    "accord",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leave empty where it came by none, or nobody says it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="methods",
                        to="projects.accord",
                        verbose_name="accord by which it came",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="methods",
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
                "ordering": ["project", "field", "-since", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("project", "method", "since"),
                        name="a_method_is_reported_once",
                        violation_error_message="This method is already here. Open and amend it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gt", models.F("since")), _connector="OR"),
                        name="a_method_ends_after_it_began",
                        violation_error_message="That is not later than the day since which it is in use.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("changed", ""), _negated=True),
                            models.Q(("after__isnull", True), ("before__isnull", True)),
                            _connector="OR",
                        ),
                        name="figures_of_a_method_say_what_changed",
                        violation_error_message="Say what it changed, or leave the figures empty.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("unit", ""), _negated=True),
                            models.Q(("after__isnull", True), ("before__isnull", True)),
                            _connector="OR",
                        ),
                        name="figures_of_a_method_have_a_unit",
                        violation_error_message="Say in which unit it is.",
                    ),
                ],
            },
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
