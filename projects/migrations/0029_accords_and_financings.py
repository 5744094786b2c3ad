"""Accords with States, loans and sales in advance, none of which names what was merged."""

import django.core.validators
import django.db.models.deletion
import projects.currencies
from django.db import migrations, models

from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [
        ("projects_accord", "company_id"),
        ("projects_accord", "withdrawn_for_id"),
        ("projects_accordpromise", "withdrawn_for_id"),
        ("projects_financing", "party_id"),
        ("projects_financing", "withdrawn_for_id"),
    ],
    "projects_project": [("projects_accord", "project_id"), ("projects_financing", "project_id")],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0028_inspections_and_sanctions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Accord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "instrument",
                    models.CharField(
                        choices=[
                            ("between-states", "Accord between States"),
                            ("investment", "Investment contract"),
                            ("stability", "Stability contract"),
                            ("memorandum", "Memorandum of understanding"),
                        ],
                        max_length=14,
                        verbose_name="what it is",
                    ),
                ),
                (
                    "partner_country",
                    models.CharField(
                        help_text="Of the other State, or of the company: two letters, as in ISO 3166.",
                        max_length=2,
                        verbose_name="country of the other side",
                    ),
                ),
                ("signed_on", models.DateField(verbose_name="signed on")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="ends on")),
                (
                    "text_withheld",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="text withheld by a confidentiality clause"
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leave empty where only States did.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="company that signed it",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accords",
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
                "ordering": ["project", "-signed_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="AccordPromise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("investment", "Investment"),
                            ("training", "Training"),
                            ("technology", "Technology"),
                            ("infrastructure", "Infrastructure"),
                            ("other", "Something else"),
                        ],
                        max_length=14,
                        verbose_name="about",
                    ),
                ),
                (
                    "description",
                    models.CharField(
                        help_text="It stands on public pages; name no person.",
                        max_length=300,
                        verbose_name="what was promised",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=18,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="amount promised",
                    ),
                ),
                (
                    "came_amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=18,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="amount that came",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        blank=True,
                        max_length=3,
                        validators=[projects.currencies.validate_currency],
                        verbose_name="currency",
                    ),
                ),
                (
                    "due_by",
                    models.DateField(
                        blank=True, help_text="Leave empty where no day was agreed.", null=True, verbose_name="due on"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("nothing", "Nothing came"), ("part", "A part came"), ("all", "All of it came")],
                        help_text="Leave empty while nobody knows it.",
                        max_length=7,
                        verbose_name="what came",
                    ),
                ),
                ("known_on", models.DateField(blank=True, null=True, verbose_name="as known on")),
                (
                    "accord",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promises",
                        to="projects.accord",
                        verbose_name="accord",
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
                "ordering": ["accord", "due_by", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Financing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "instrument",
                    models.CharField(
                        choices=[
                            ("loan", "Loan"),
                            ("bond", "Bond"),
                            ("stream", "Stream (minerals paid in advance)"),
                            ("royalty", "Royalty of a private party"),
                            ("off-take", "Off-take (minerals sold in advance)"),
                        ],
                        max_length=8,
                        verbose_name="what it is",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=18,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="amount",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        blank=True,
                        max_length=3,
                        validators=[projects.currencies.validate_currency],
                        verbose_name="currency",
                    ),
                ),
                (
                    "share_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="Of a stream or an off-take: of what is dug. Of a royalty: of what the mine earns by it.",
                        max_digits=7,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="share, %",
                    ),
                ),
                ("signed_on", models.DateField(verbose_name="signed on")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True, help_text="Leave empty while nobody knows it.", null=True, verbose_name="ends on"
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="who lends or buys",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="financings",
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
                "ordering": ["project", "-signed_on", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="accord",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__isnull", True), ("ends_on__gt", models.F("signed_on")), _connector="OR"),
                name="an_accord_ends_after_it_was_signed",
                violation_error_message="It ends before it was signed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="accord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("company__isnull", True),
                    models.Q(("instrument", "between-states"), _negated=True),
                    _connector="OR",
                ),
                name="an_accord_between_states_is_signed_by_no_company",
                violation_error_message="Only States sign an accord between States. Choose another instrument, or leave the company empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="accordpromise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__isnull", True), ("came_amount__isnull", True)),
                    models.Q(("currency", ""), _negated=True),
                    _connector="OR",
                ),
                name="amounts_of_a_promise_have_a_currency",
                violation_error_message="Say in which currency it is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="accordpromise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("came_amount__isnull", True), ("outcome", "")),
                    ("known_on__isnull", False),
                    _connector="OR",
                ),
                name="what_came_is_known_on_a_day",
                violation_error_message="Say on which day this was known: more can have come since.",
            ),
        ),
        migrations.AddConstraint(
            model_name="accordpromise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("came_amount__isnull", True),
                    ("outcome", ""),
                    models.Q(("came_amount", 0), ("outcome", "nothing")),
                    models.Q(("came_amount__gt", 0), ("outcome", "part")),
                    models.Q(
                        ("outcome", "all"),
                        models.Q(("amount__isnull", True), ("came_amount__gte", models.F("amount")), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="the_amount_that_came_fits_the_outcome",
                violation_error_message="The amount that came and the outcome do not fit. Correct the one that is wrong.",
            ),
        ),
        migrations.AddConstraint(
            model_name="financing",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__isnull", True), ("ends_on__gt", models.F("signed_on")), _connector="OR"),
                name="a_financing_ends_after_it_was_signed",
                violation_error_message="It ends before it was signed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="financing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__isnull", True), models.Q(("currency", ""), _negated=True), _connector="OR"
                ),
                name="a_financing_says_its_currency",
                violation_error_message="Say in which currency it is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="financing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("share_percent__isnull", True),
                    models.Q(
                        models.Q(("instrument", "loan"), _negated=True), models.Q(("instrument", "bond"), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="a_debt_is_paid_in_money",
                violation_error_message="A loan or a bond is paid in money. Choose what it is, or leave the share empty.",
            ),
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
