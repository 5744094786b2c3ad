"""Monitoring: stations, how many samples are required, results and limits, and as a view what those of a year come to."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [
        ("projects_monitoringstation", "withdrawn_for_id"),
        ("projects_requiredsamples", "withdrawn_for_id"),
        ("projects_monitoringresult", "laboratory_id"),
        ("projects_monitoringresult", "withdrawn_for_id"),
    ],
    "projects_project": [("projects_monitoringstation", "project_id")],
}
"""By the table of what may be merged: tables and their columns that name it."""
SUMMARY = """
CREATE VIEW projects_monitoringsummary AS
WITH said AS (
    SELECT sample.id, sample.source_id, sample.station_id, sample.parameter, sample.taken_on, sample.below_detection,
           sample.accredited IS TRUE AS accredited, station.project_id, source.voice,
           source.voice NOT IN ('company', 'unknown')
           OR EXISTS (SELECT FROM projects_source_evidence file WHERE file.source_id = source.id)
           OR source.audience = 'public' AND source.reference ~ '^https?://' AS on_paper,
           CASE WHEN station.medium = 'effluent' THEN 'LMP' WHEN station.medium = 'air' THEN 'air'
                WHEN NOT station.in_mixing_zone THEN station.category END AS standard,
           CASE sample.unit WHEN 'ug/L' THEN 0.001 ELSE 1 END
           * CASE WHEN sample.below_detection THEN sample.detection_limit ELSE sample.value END AS reach
    FROM projects_monitoringresult sample
    JOIN projects_monitoringstation station ON station.id = sample.station_id
    JOIN projects_source source ON source.id = sample.source_id
    WHERE sample.withdrawn_at IS NULL
), test AS (
    SELECT said.id, source_id, station_id, said.parameter, taken_on, below_detection, accredited, project_id, voice, on_paper,
           reach, CASE WHEN below_detection THEN reach / 2 ELSE reach END AS amount, least, most, mean_most, times_allowed,
           below_detection AND reach > coalesce(most, reach) AS undecided,
           NOT below_detection AND (reach > most OR reach < least) AS beyond
    FROM said
    LEFT JOIN projects_environmentallimit allowed
      ON allowed.standard = said.standard AND allowed.parameter = said.parameter
     AND taken_on BETWEEN allowed.valid_from AND coalesce(allowed.valid_to, 'infinity')
), ranked AS (
    SELECT test.*,
           CASE WHEN undecided THEN -1 WHEN least IS NULL THEN amount ELSE abs(amount - (least + most) / 2) END AS far
    FROM test
), day AS (
    SELECT project_id, station_id, parameter, taken_on, voice, accredited, on_paper, least, most, mean_most, times_allowed,
           extract(month FROM taken_on)::int AS month,
           (array_agg(id ORDER BY far DESC, id))[1] AS id, (array_agg(source_id ORDER BY far DESC, id))[1] AS source_id,
           string_agg(id::text, ',') AS samples, max(far) AS far,
           (array_agg(amount ORDER BY far DESC, id) FILTER (WHERE NOT undecided))[1] AS amount,
           max(CASE WHEN undecided THEN reach ELSE amount END) AS at_most, bool_and(undecided) AS undecided,
           bool_or(beyond) AS beyond, bool_and(below_detection) AND NOT bool_and(undecided) AS undetected
    FROM ranked
    GROUP BY project_id, station_id, parameter, taken_on, voice, accredited, on_paper, least, most, mean_most, times_allowed
)
SELECT (array_agg(id ORDER BY far DESC, id))[1] AS id, project_id, station_id,
       (array_agg(source_id ORDER BY far DESC, id))[1] AS source_id, parameter,
       make_date(extract(year FROM taken_on)::int, 1, 1) AS taken_on, accredited, least, most, mean_most, times_allowed,
       string_to_array(string_agg(samples, ','), ',')::bigint[] AS samples,
       ARRAY[TESTS] AS tests_of_months,
       ARRAY[UNDECIDED] AS undecided_of_months,
       (count(*) FILTER (WHERE beyond))::int AS exceeding, (count(*) FILTER (WHERE undetected))::int AS undetected,
       round((array_agg(amount ORDER BY far DESC, id))[1], 6) AS worst,
       round(MEAN(amount), 6) AS mean, round(MEAN(at_most), 6) AS mean_at_most,
       ARRAY[WORST] AS months
FROM day
GROUP BY project_id, station_id, parameter, make_date(extract(year FROM taken_on)::int, 1, 1), voice, accredited, on_paper,
         least, most, mean_most, times_allowed
"""
OF_A_MONTH = {
    "TESTS": "(count(*) FILTER (WHERE month = {} AND NOT undecided))::int",
    "UNDECIDED": "(count(*) FILTER (WHERE month = {} AND undecided))::int",
    "WORST": "(array_agg(amount ORDER BY far DESC, id) FILTER (WHERE month = {}))[1]",
}
LOUDNESS = "coalesce(10 * log(avg(power(10, CASE WHEN parameter LIKE 'noise-%' THEN {0} END / 10))), avg({0}))"
"""Of noise the mean is the one of its energy, because decibels cannot be added; of all else no power is taken."""
for amount in ("amount", "at_most"):
    SUMMARY = SUMMARY.replace(f"MEAN({amount})", LOUDNESS.format(amount))
for name, figure in OF_A_MONTH.items():
    months = ",\n       ".join(figure.format(month) for month in range(1, 13))
    SUMMARY = SUMMARY.replace(f"ARRAY[{name}]", f"ARRAY[{months}]")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0031_exploration_updates_and_reports"),
    ]

    operations = [
        migrations.CreateModel(
            name="EnvironmentalLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("standard", models.CharField(max_length=11)),
                (
                    "parameter",
                    models.CharField(
                        choices=[
                            ("ph", "pH"),
                            ("solids", "Suspended solids"),
                            ("oil", "Oils and greases"),
                            ("cyanide", "Cyanide"),
                            ("arsenic", "Arsenic"),
                            ("cadmium", "Cadmium"),
                            ("chromium-6", "Chromium VI"),
                            ("copper", "Copper"),
                            ("iron", "Iron"),
                            ("iron-dissolved", "Dissolved iron"),
                            ("lead", "Lead"),
                            ("manganese", "Manganese"),
                            ("mercury", "Mercury"),
                            ("zinc", "Zinc"),
                            ("pm10", "Fine dust (PM10), 24 hours"),
                            ("pm25", "Finest dust (PM2.5), 24 hours"),
                            ("lead-pm10", "Lead in fine dust, a month"),
                            ("so2", "Sulphur dioxide, 24 hours"),
                            ("no2", "Nitrogen dioxide, one hour"),
                            ("co-1h", "Carbon monoxide, one hour"),
                            ("co-8h", "Carbon monoxide, 8 hours"),
                            ("ozone", "Ozone, 8 hours"),
                            ("h2s", "Hydrogen sulphide, 24 hours"),
                            ("mercury-gas", "Mercury as gas, 24 hours"),
                            ("noise-day", "Noise by day (07:01 to 22:00)"),
                            ("noise-night", "Noise at night (22:01 to 07:00)"),
                            ("settled-dust", "Dust that settled in 30 days"),
                        ],
                        max_length=14,
                    ),
                ),
                ("least", models.DecimalField(decimal_places=6, max_digits=14, null=True)),
                ("most", models.DecimalField(decimal_places=6, max_digits=14)),
                ("mean_most", models.DecimalField(decimal_places=6, max_digits=14, null=True)),
                ("times_allowed", models.PositiveSmallIntegerField(null=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="MonitoringResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "taken_on",
                    models.DateField(
                        help_text="Of what is measured over a time, the day on which it ended.", verbose_name="taken on"
                    ),
                ),
                (
                    "parameter",
                    models.CharField(
                        choices=[
                            ("ph", "pH"),
                            ("solids", "Suspended solids"),
                            ("oil", "Oils and greases"),
                            ("cyanide", "Cyanide"),
                            ("arsenic", "Arsenic"),
                            ("cadmium", "Cadmium"),
                            ("chromium-6", "Chromium VI"),
                            ("copper", "Copper"),
                            ("iron", "Iron"),
                            ("iron-dissolved", "Dissolved iron"),
                            ("lead", "Lead"),
                            ("manganese", "Manganese"),
                            ("mercury", "Mercury"),
                            ("zinc", "Zinc"),
                            ("pm10", "Fine dust (PM10), 24 hours"),
                            ("pm25", "Finest dust (PM2.5), 24 hours"),
                            ("lead-pm10", "Lead in fine dust, a month"),
                            ("so2", "Sulphur dioxide, 24 hours"),
                            ("no2", "Nitrogen dioxide, one hour"),
                            ("co-1h", "Carbon monoxide, one hour"),
                            ("co-8h", "Carbon monoxide, 8 hours"),
                            ("ozone", "Ozone, 8 hours"),
                            ("h2s", "Hydrogen sulphide, 24 hours"),
                            ("mercury-gas", "Mercury as gas, 24 hours"),
                            ("noise-day", "Noise by day (07:01 to 22:00)"),
                            ("noise-night", "Noise at night (22:01 to 07:00)"),
                            ("settled-dust", "Dust that settled in 30 days"),
                        ],
                        max_length=14,
                        verbose_name="parameter",
                    ),
                ),
                (
                    "value",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=14, null=True, verbose_name="value"),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("mg/L", "mg/L"),
                            ("ug/L", "µg/L"),
                            ("pH", "pH"),
                            ("ug/m3", "µg/m³"),
                            ("dBA", "dB(A)"),
                            ("mg/cm2", "mg/cm²"),
                        ],
                        default="mg/L",
                        max_length=6,
                        verbose_name="unit",
                    ),
                ),
                (
                    "below_detection",
                    models.BooleanField(
                        default=False,
                        help_text="Then there is no value, only a detection limit.",
                        verbose_name="less than could be detected",
                    ),
                ),
                (
                    "detection_limit",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=14, null=True, verbose_name="detection limit"
                    ),
                ),
                (
                    "accredited",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="the laboratory is accredited for this test"
                    ),
                ),
                ("method", models.CharField(blank=True, max_length=60, verbose_name="method")),
                ("number", models.CharField(blank=True, max_length=40, verbose_name="number of the sample")),
                (
                    "as_in_report",
                    models.BooleanField(
                        default=False,
                        help_text="Tick it where the unit or the detection limit was asked about, and is right.",
                        verbose_name="it stands so in the laboratory’s report",
                    ),
                ),
            ],
            options={
                "ordering": ["station", "-taken_on", "parameter", "pk"],
            },
        ),
        migrations.CreateModel(
            name="MonitoringStation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                ("name", models.CharField(max_length=60, verbose_name="name or code")),
                (
                    "medium",
                    models.CharField(
                        choices=[
                            ("effluent", "What leaves the mine (effluent)"),
                            ("receiving", "River, lake or spring (receiving water)"),
                            ("air", "Air"),
                            ("noise", "Noise"),
                            ("dust", "Dust that settles"),
                        ],
                        max_length=9,
                        verbose_name="what is measured there",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("1-A1", "1-A1"),
                            ("1-A2", "1-A2"),
                            ("1-A3", "1-A3"),
                            ("1-B1", "1-B1"),
                            ("1-B2", "1-B2"),
                            ("2-C1", "2-C1"),
                            ("2-C2", "2-C2"),
                            ("2-C3", "2-C3"),
                            ("2-C4", "2-C4"),
                            ("3-D1", "3-D1"),
                            ("3-D2", "3-D2"),
                            ("4-E1", "4-E1"),
                            ("4-E2", "4-E2"),
                            ("4-E3", "4-E3"),
                            ("special", "zone of special protection (schools, hospitals)"),
                            ("residential", "residential zone"),
                            ("commercial", "commercial zone"),
                            ("industrial", "industrial zone"),
                        ],
                        help_text="As the water authority classified receiving water, or the municipality the place where noise is measured; it decides which standard holds. What we know no limit for is kept and not judged.",
                        max_length=11,
                        verbose_name="category of the water, or zone of the noise",
                    ),
                ),
                (
                    "in_mixing_zone",
                    models.BooleanField(
                        default=False,
                        help_text="Where the authority allows an effluent to mix with the river; the standard does not hold there.",
                        verbose_name="it lies in the mixing zone",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="where it is")),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=5,
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude",
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=5,
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude",
                    ),
                ),
            ],
            options={
                "ordering": ["project", "name"],
            },
        ),
        migrations.CreateModel(
            name="RequiredSamples",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "parameter",
                    models.CharField(
                        choices=[
                            ("ph", "pH"),
                            ("solids", "Suspended solids"),
                            ("oil", "Oils and greases"),
                            ("cyanide", "Cyanide"),
                            ("arsenic", "Arsenic"),
                            ("cadmium", "Cadmium"),
                            ("chromium-6", "Chromium VI"),
                            ("copper", "Copper"),
                            ("iron", "Iron"),
                            ("iron-dissolved", "Dissolved iron"),
                            ("lead", "Lead"),
                            ("manganese", "Manganese"),
                            ("mercury", "Mercury"),
                            ("zinc", "Zinc"),
                            ("pm10", "Fine dust (PM10), 24 hours"),
                            ("pm25", "Finest dust (PM2.5), 24 hours"),
                            ("lead-pm10", "Lead in fine dust, a month"),
                            ("so2", "Sulphur dioxide, 24 hours"),
                            ("no2", "Nitrogen dioxide, one hour"),
                            ("co-1h", "Carbon monoxide, one hour"),
                            ("co-8h", "Carbon monoxide, 8 hours"),
                            ("ozone", "Ozone, 8 hours"),
                            ("h2s", "Hydrogen sulphide, 24 hours"),
                            ("mercury-gas", "Mercury as gas, 24 hours"),
                            ("noise-day", "Noise by day (07:01 to 22:00)"),
                            ("noise-night", "Noise at night (22:01 to 07:00)"),
                            ("settled-dust", "Dust that settled in 30 days"),
                        ],
                        max_length=14,
                        verbose_name="parameter",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "samples",
                    models.PositiveSmallIntegerField(
                        help_text="12 where it is one a month, 4 where it is one a quarter.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="samples required in the year",
                    ),
                ),
                (
                    "in_instrument",
                    models.BooleanField(
                        default=True,
                        help_text="By law the standard of receiving water is checked for what the approved study names.",
                        verbose_name="the approved study asks for it",
                    ),
                ),
            ],
            options={
                "ordering": ["station", "-year", "parameter"],
            },
        ),
        migrations.AddConstraint(
            model_name="environmentallimit",
            constraint=models.UniqueConstraint(
                fields=("standard", "parameter", "valid_from"), name="one_limit_holds_from_a_day"
            ),
        ),
        migrations.AddField(
            model_name="monitoringresult",
            name="laboratory",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="laboratory",
            ),
        ),
        migrations.AddField(
            model_name="monitoringresult",
            name="source",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.source"
            ),
        ),
        migrations.AddField(
            model_name="monitoringresult",
            name="withdrawn_for",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="monitoringstation",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="monitoring_stations",
                to="projects.project",
                verbose_name="project",
            ),
        ),
        migrations.AddField(
            model_name="monitoringstation",
            name="source",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.source"
            ),
        ),
        migrations.AddField(
            model_name="monitoringstation",
            name="withdrawn_for",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="monitoringresult",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="results",
                to="projects.monitoringstation",
                verbose_name="station",
            ),
        ),
        migrations.AddField(
            model_name="requiredsamples",
            name="source",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.source"
            ),
        ),
        migrations.AddField(
            model_name="requiredsamples",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="required_samples",
                to="projects.monitoringstation",
                verbose_name="station",
            ),
        ),
        migrations.AddField(
            model_name="requiredsamples",
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
            model_name="monitoringstation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("project", "name"),
                name="a_station_name_is_used_once_at_a_mine",
                violation_error_message="This mine has a station of this name already. Open and amend it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringstation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("category", ""),
                    models.Q(
                        (
                            "category__in",
                            (
                                "1-A1",
                                "1-A2",
                                "1-A3",
                                "1-B1",
                                "1-B2",
                                "2-C1",
                                "2-C2",
                                "2-C3",
                                "2-C4",
                                "3-D1",
                                "3-D2",
                                "4-E1",
                                "4-E2",
                                "4-E3",
                            ),
                        ),
                        ("medium", "receiving"),
                    ),
                    models.Q(
                        ("category__in", ("special", "residential", "commercial", "industrial")), ("medium", "noise")
                    ),
                    _connector="OR",
                ),
                name="a_category_is_of_receiving_water_or_of_noise",
                violation_error_message="Only receiving water has a category, and only noise a zone. Choose one of its own, or leave it empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringstation",
            constraint=models.CheckConstraint(
                condition=models.Q(("in_mixing_zone", False), ("medium", "receiving"), _connector="OR"),
                name="only_receiving_water_lies_in_a_mixing_zone",
                violation_error_message="Only receiving water lies in a mixing zone. Leave this empty, or choose receiving water.",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringstation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                    _connector="OR",
                ),
                name="a_station_has_both_coordinates_or_none",
                violation_error_message="Give latitude and longitude, or neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringresult",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("station", "taken_on", "parameter", "number"),
                name="a_test_is_recorded_once",
                violation_error_message="This test is already here. Open and amend it, or give the number of the other sample.",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringresult",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__isnull", True), ("value__gte", 0), _connector="OR"),
                name="value_of_a_result_is_not_negative",
                violation_error_message="There cannot be less than nothing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringresult",
            constraint=models.CheckConstraint(
                condition=models.Q(("detection_limit__isnull", True), ("detection_limit__gte", 0), _connector="OR"),
                name="detection_limit_of_a_result_is_not_negative",
                violation_error_message="There cannot be less than nothing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringresult",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("below_detection", False), ("value__isnull", False)),
                    models.Q(("below_detection", True), ("detection_limit__isnull", False), ("value__isnull", True)),
                    _connector="OR",
                ),
                name="a_test_has_a_value_or_a_detection_limit",
                violation_error_message="Give a value; or tick that it was less than could be detected, and give the detection limit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringresult",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("parameter__in", ("ph",)), ("unit__in", ("pH",))),
                    models.Q(
                        (
                            "parameter__in",
                            (
                                "solids",
                                "oil",
                                "cyanide",
                                "arsenic",
                                "cadmium",
                                "chromium-6",
                                "copper",
                                "iron",
                                "iron-dissolved",
                                "lead",
                                "manganese",
                                "mercury",
                                "zinc",
                            ),
                        ),
                        ("unit__in", ("mg/L", "ug/L")),
                    ),
                    models.Q(
                        (
                            "parameter__in",
                            (
                                "pm10",
                                "pm25",
                                "lead-pm10",
                                "so2",
                                "no2",
                                "co-1h",
                                "co-8h",
                                "ozone",
                                "h2s",
                                "mercury-gas",
                            ),
                        ),
                        ("unit__in", ("ug/m3",)),
                    ),
                    models.Q(("parameter__in", ("noise-day", "noise-night")), ("unit__in", ("dBA",))),
                    models.Q(("parameter__in", ("settled-dust",)), ("unit__in", ("mg/cm2",))),
                    _connector="OR",
                ),
                name="a_result_is_in_a_unit_of_its_parameter",
                violation_error_message="pH is in units of pH, what is in the air in µg/m³, noise in dB(A), settled dust in mg/cm², and all else in mg/L or µg/L.",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringresult",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("parameter", "ph"), _negated=True),
                    ("value__isnull", True),
                    ("value__lte", 14),
                    _connector="OR",
                ),
                name="ph_is_at_most_14",
                violation_error_message="pH lies between 0 and 14.",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringresult",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("parameter__in", ("noise-day", "noise-night")), _negated=True),
                    ("value__isnull", True),
                    ("value__lte", 140),
                    _connector="OR",
                ),
                name="noise_is_at_most_140",
                violation_error_message="No place where people live is louder than 140 dB(A). Look at the report again.",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringresult",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("parameter__in", ("ph", "noise-day", "noise-night")), _negated=True),
                    ("below_detection", False),
                    _connector="OR",
                ),
                name="ph_and_noise_are_always_detected",
                violation_error_message="pH and noise can always be measured. Give the value.",
            ),
        ),
        migrations.AddConstraint(
            model_name="requiredsamples",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("station", "parameter", "year"),
                name="samples_are_required_once_a_year",
                violation_error_message="What is required of this in this year is already here. Open and amend it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="requiredsamples",
            constraint=models.CheckConstraint(
                condition=models.Q(("samples__gte", 1)),
                name="at_least_one_sample_is_required",
                violation_error_message="At least one sample is required, or nothing is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringstation",
            constraint=models.CheckConstraint(
                condition=models.Q(("latitude__isnull", True), ("latitude__gt", -60), _connector="OR"),
                name="no_station_lies_in_the_antarctic",
                violation_error_message="This is too far south. Are latitude and longitude exchanged?",
            ),
        ),
        migrations.CreateModel(
            name="MonitoringSummary",
            fields=[("id", models.BigIntegerField(primary_key=True, serialize=False))],
            options={"db_table": "projects_monitoringsummary", "managed": False},
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
        migrations.RunSQL(SUMMARY, "DROP VIEW projects_monitoringsummary"),
    ]
