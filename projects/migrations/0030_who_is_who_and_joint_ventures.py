"""Who is who, what mines produced, and mines of several partners; none of it names what was merged."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import projects.models.rules
from django.db import migrations, models

from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [
        ("projects_agreedshare", "withdrawn_for_id"),
        ("projects_concession", "holder_id"),
        ("projects_concession", "withdrawn_for_id"),
        ("projects_figurebasis", "reporter_id"),
        ("projects_figurebasis", "withdrawn_for_id"),
        ("projects_minename", "withdrawn_for_id"),
        ("projects_organisationidentifier", "organisation_id"),
        ("projects_organisationidentifier", "withdrawn_for_id"),
        ("projects_organisationname", "organisation_id"),
        ("projects_organisationname", "withdrawn_for_id"),
        ("projects_productionreturn", "producer_id"),
        ("projects_productionreturn", "withdrawn_for_id"),
    ],
    "projects_project": [
        ("projects_agreedshare", "project_id"),
        ("projects_concession", "project_id"),
        ("projects_figurebasis", "project_id"),
        ("projects_minename", "project_id"),
        ("projects_productionreturn", "project_id"),
    ],
}
"""By the table of what may be merged: tables and their columns that name it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0029_accords_and_financings"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgreedShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "agreed_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="0 if the agreement or an authority says that none was agreed; empty if nobody knows how much was.",
                        max_digits=7,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="share agreed, %",
                    ),
                ),
                ("agreed_on", models.DateField(verbose_name="agreed on")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True, help_text="Leave empty while it lasts.", null=True, verbose_name="until"
                    ),
                ),
                (
                    "document",
                    models.CharField(
                        help_text="Such as “mining contract of 2014, clause 12”.",
                        max_length=200,
                        verbose_name="which document says so",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreed_shares",
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
                "ordering": ["project", "-agreed_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("agreed_percent__gte", 0), ("agreed_percent__lte", 100)),
                        name="an_agreed_share_is_at_most_100_percent",
                        violation_error_message="A share is 0 to 100 %%.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gt", models.F("agreed_on")), _connector="OR"
                        ),
                        name="an_agreed_share_ends_after_it_begins",
                        violation_error_message="The end must be after the start.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        expressions=[
                            ("project", "="),
                            (
                                projects.models.rules.DateRange(
                                    "agreed_on", "ends_on", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="agreed_shares_of_a_project_do_not_overlap",
                        violation_error_message="Another share was agreed for that time. End the earlier one first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Concession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "code",
                    models.CharField(
                        help_text="As the mining register spells it.",
                        max_length=30,
                        verbose_name="code of the concession",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=150, verbose_name="name of the concession")),
                (
                    "hectares",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="hectares"
                    ),
                ),
                ("titled_on", models.DateField(blank=True, null=True, verbose_name="day of the title")),
                ("country", models.CharField(blank=True, editable=False, max_length=2, verbose_name="country")),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="holder of the title",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="concessions",
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
                "ordering": ["project", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("country", "code"),
                        name="a_concession_is_of_one_mine",
                        violation_error_message="A mine of this country has a concession of this code already. Correct the code or the mine.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hectares__isnull", True), ("hectares__gte", 0), _connector="OR"),
                        name="hectares_is_not_negative",
                        violation_error_message="A number of hectares cannot be negative.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FigureBasis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                ("period_start", models.DateField(verbose_name="period from")),
                ("period_end", models.DateField(verbose_name="period to")),
                (
                    "of",
                    models.CharField(
                        choices=[
                            ("employment", "Employment returns"),
                            ("purchases", "Procurement returns"),
                            ("production", "Production returns"),
                        ],
                        max_length=10,
                        verbose_name="of which figures",
                    ),
                ),
                (
                    "reporter",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leave empty if it is so of all returns.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="whose returns",
                    ),
                ),
                (
                    "declared",
                    models.CharField(
                        choices=[
                            ("whole", "The whole mine (100 %)"),
                            ("share", "Only the reporting partner’s share (attributable)"),
                            ("not-said", "The return does not say"),
                        ],
                        max_length=8,
                        verbose_name="what they are about",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figure_bases",
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
                "ordering": ["project", "-period_end", "of"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("period_end__gte", models.F("period_start"))),
                        name="figurebasis_ends_after_it_starts",
                        violation_error_message="The period ends before it starts.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("project", "of", "reporter", "period_start", "period_end"),
                        name="the_basis_of_figures_is_said_once_a_period",
                        violation_error_message="What these figures are about is already here for this period. Open and amend it.",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MineName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                ("name", models.CharField(max_length=200, verbose_name="other name")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("es", "Spanish"),
                            ("en", "English"),
                            ("qu", "Quechua"),
                            ("ay", "Aymara"),
                            ("zh", "Chinese"),
                            ("ja", "Japanese"),
                            ("ko", "Korean"),
                            ("pt", "Portuguese"),
                            ("fr", "French"),
                            ("de", "German"),
                        ],
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                (
                    "starts_on",
                    models.DateField(
                        blank=True, help_text="Leave empty where nobody knows it.", null=True, verbose_name="from"
                    ),
                ),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="Of a former name: the first day on which it was called otherwise.",
                        null=True,
                        verbose_name="until",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="other_names",
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
                "ordering": ["project", "name"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True),
                            ("ends_on__isnull", True),
                            ("ends_on__gt", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="minename_ends_after_it_starts",
                        violation_error_message="The end must be after the start.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("project", "name"),
                        name="an_other_name_of_a_mine_is_recorded_once",
                        violation_error_message="This name of it is already here. Open and amend it.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrganisationIdentifier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("PE-RUC", "RUC (Peru)"),
                            ("XI-LEI", "LEI (worldwide)"),
                            ("CL-RUT", "RUT (Chile)"),
                            ("CN-USCC", "Unified social credit code (China)"),
                            ("AU-ABN", "ABN (Australia)"),
                        ],
                        max_length=10,
                        verbose_name="register",
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        help_text="Numbers of people, such as a RUC that does not begin with 20, are not published.",
                        max_length=30,
                        verbose_name="number",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identifiers",
                        to="accounts.organisation",
                        verbose_name="organisation",
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
                "ordering": ["organisation", "scheme", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("scheme", "number"),
                        name="a_number_of_a_register_is_one_organisation_s",
                        violation_error_message="An organisation has this number already. Correct the number, or choose that organisation.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrganisationName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                ("name", models.CharField(max_length=200, verbose_name="other name")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("es", "Spanish"),
                            ("en", "English"),
                            ("qu", "Quechua"),
                            ("ay", "Aymara"),
                            ("zh", "Chinese"),
                            ("ja", "Japanese"),
                            ("ko", "Korean"),
                            ("pt", "Portuguese"),
                            ("fr", "French"),
                            ("de", "German"),
                        ],
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                (
                    "starts_on",
                    models.DateField(
                        blank=True, help_text="Leave empty where nobody knows it.", null=True, verbose_name="from"
                    ),
                ),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="Of a former name: the first day on which it was called otherwise.",
                        null=True,
                        verbose_name="until",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="other_names",
                        to="accounts.organisation",
                        verbose_name="organisation",
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
                "ordering": ["organisation", "name"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True),
                            ("ends_on__isnull", True),
                            ("ends_on__gt", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="organisationname_ends_after_it_starts",
                        violation_error_message="The end must be after the start.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("organisation", "name"),
                        name="an_other_name_of_an_organisation_is_recorded_once",
                        violation_error_message="This name of it is already here. Open and amend it.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductionReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                ("period_start", models.DateField(verbose_name="period from")),
                ("period_end", models.DateField(verbose_name="period to")),
                (
                    "quantity",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="What the concentrate or product holds of this mineral, as the return says.",
                        max_digits=18,
                        null=True,
                        verbose_name="produced",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[("t", "tonnes"), ("kg", "kilograms"), ("g", "grams"), ("oz", "troy ounces")],
                        max_length=2,
                        verbose_name="unit",
                    ),
                ),
                (
                    "mineral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.mineral",
                        verbose_name="mineral",
                    ),
                ),
                (
                    "producer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="producer",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="production_returns",
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
                "ordering": ["project", "-period_end", "producer", "mineral"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("period_end__gte", models.F("period_start"))),
                        name="productionreturn_ends_after_it_starts",
                        violation_error_message="The period ends before it starts.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("project", "producer", "mineral", "period_start", "period_end"),
                        name="a_mineral_is_reported_once_a_period",
                        violation_error_message="What this company produced of this mineral in this period is already here. Open and amend it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__isnull", True), ("quantity__gte", 0), _connector="OR"),
                        name="quantity_is_not_negative",
                        violation_error_message="What was produced is 0 or more.",
                    ),
                ],
            },
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
    ]
