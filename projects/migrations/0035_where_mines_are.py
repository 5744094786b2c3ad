"""Boundaries of areas, positions of mines, and outlines of what is theirs."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.merged_rows import name_no_merged


class Migration(migrations.Migration):
    """Two tables and two columns more; nothing is moved."""

    dependencies = [("projects", "0034_certified_area_of_a_study")]

    operations = [
        migrations.CreateModel(
            name="Boundary",
            fields=[
                (
                    "area",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="boundary",
                        serialize=False,
                        to="projects.area",
                    ),
                ),
                ("polygons", models.JSONField()),
                ("loaded_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="project",
            name="latitude",
            field=models.DecimalField(
                blank=True,
                decimal_places=5,
                max_digits=8,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(-90),
                    django.core.validators.MaxValueValidator(90),
                ],
                verbose_name="latitude",
                help_text="In degrees, such as -14.08: below zero in the south. Where the works are.",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="longitude",
            field=models.DecimalField(
                blank=True,
                decimal_places=5,
                max_digits=8,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(-180),
                    django.core.validators.MaxValueValidator(180),
                ],
                verbose_name="longitude",
                help_text="In degrees, such as -72.33: below zero in the west.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                    _connector="OR",
                ),
                name="a_mine_has_both_coordinates_or_none",
                violation_error_message="Give latitude and longitude, or neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("latitude__isnull", True), ("latitude__gt", -60), _connector="OR"),
                name="no_mine_lies_in_the_antarctic",
                violation_error_message="Nobody may mine so far south. Are latitude and longitude exchanged?",
            ),
        ),
        migrations.CreateModel(
            name="Outline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "area",
                    models.CharField(
                        choices=[
                            ("concession", "Concession"),
                            ("operation", "Area of operation"),
                            ("direct", "Area of direct influence"),
                            ("indirect", "Area of indirect influence"),
                        ],
                        max_length=10,
                        verbose_name="what it is",
                    ),
                ),
                (
                    "outline",
                    models.TextField(
                        help_text=(
                            "GeoJSON with a Polygon or a MultiPolygon, longitude before latitude, in degrees (WGS 84)."
                        ),
                        max_length=200000,
                        verbose_name="outline",
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True, help_text="Leave empty while it lasts.", null=True, verbose_name="until"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outlines",
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
            options={"ordering": ["project", "area", "pk"]},
        ),
        migrations.AddConstraint(
            model_name="outline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_on__isnull", True),
                    ("ends_on__isnull", True),
                    ("ends_on__gt", models.F("starts_on")),
                    _connector="OR",
                ),
                name="an_outline_ends_after_it_starts",
                violation_error_message="The end must be after the start.",
            ),
        ),
        name_no_merged("projects_outline", "project_id", "projects_project"),
        name_no_merged("projects_outline", "withdrawn_for_id", "accounts_organisation"),
    ]
