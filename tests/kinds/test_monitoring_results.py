"""Monitoring results from the form to the page: units, what was not detected, who measured, and what a year comes to."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organisation, User
from compliance.evaluation.criteria.monitoring import MonitoringFact
from compliance.evaluation.gathering import Scope, gather
from compliance.public_pages.checks import describe_checks
from compliance.public_pages.sections import Subject
from projects.environmental_limits import AIR, LMP, all_limits, limit_of
from projects.forms import SourceForm
from projects.kinds import KINDS_OF_RECORD
from projects.models import EnvironmentalLimit, MonitoringResult, MonitoringStation, Project, Source
from projects.models.parameters import CATEGORIES, NOISE_ZONES, OF_AIR, OF_NOISE, OF_WATER, Parameter
from projects.services import intake
from tests.cast import YEAR, enter, gather_cast, open_mine, produced, published
from tests.compliance.evaluation.test_games import VERSIONS
from tests.projects.intake_help import confirm, upload, work

KIND, FOUND_BY, BY_COMPANIES = "monitoring-results", "r-20", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """What a laboratory found of copper in May."""
    station = mine.monitoring_stations.earliest("pk")
    test = {"station": station.pk, "taken_on": f"{year}-05-12", "parameter": "copper", "value": "0.05", "unit": "mg/L"}
    return test | {"laboratory": company.pk, "accredited": "true", "number": "M-5"}


def test_effluents_have_both_limits_of_the_decree_and_receiving_water_those_of_its_category() -> None:
    copper, ph = (limit_of("LMP", parameter, date(2025, 1, 1)) for parameter in ("copper", "ph"))
    assert copper
    assert (copper.most, copper.mean_most) == (Decimal("0.5"), Decimal("0.4"))
    assert ph
    assert (ph.least, ph.most, ph.mean_most) == (Decimal(6), Decimal(9), None)
    for_animals = limit_of("3-D2", "zinc", date(2025, 1, 1))
    assert for_animals
    assert for_animals.most == 24
    assert limit_of("LMP", "copper", date(2010, 8, 21)) is None
    assert limit_of("", "copper", date(2025, 1, 1)) is None
    assert len([one for one in all_limits() if one.standard == "LMP"]) == 12


@pytest.mark.parametrize(
    ("category", "limits"),
    [
        ("1-A1", {"lead": "0.01", "cadmium": "0.003", "cyanide": "0.07", "solids": None}),
        ("1-A3", {"arsenic": "0.15", "manganese": "0.5", "cyanide": None}),
        ("1-B1", {"chromium-6": "0.05", "oil": None}),
        ("1-B2", dict.fromkeys(Parameter.values)),
        ("2-C1", {"copper": "0.0031", "mercury": "0.00094", "iron": None}),
        ("2-C3", {"lead": "0.03", "cadmium": None}),
        ("3-D1", {"copper": "0.2", "oil": None}),
        ("4-E1", {"lead": "0.0025", "solids": "25", "cadmium": None, "iron": None}),
        ("4-E2", {"copper": "0.1", "solids": None}),
        ("4-E3", {"arsenic": "0.036", "zinc": "0.081"}),
    ],
)
def test_water_of_a_category_has_its_own_limits_and_what_is_not_known_is_not_judged(
    category: str, limits: dict[str, str | None]
) -> None:
    for parameter, most in limits.items():
        found = limit_of(category, parameter, date(2025, 1, 1))
        assert (found.most if found else None) == (Decimal(most) if most else None), parameter
        assert found is None or (found.standard, found.norm) == (category, "D.S. 004-2017-MINAM")
    assert limit_of(category, "copper", date(2017, 6, 7)) is None


def test_each_limit_is_of_a_category_and_a_parameter_that_stations_and_tests_can_have() -> None:
    known = {code for code, _name in CATEGORIES} | {LMP, AIR}
    assert {one.standard for one in all_limits()} == known - {"1-B2"}
    assert {one.parameter for one in all_limits()} <= set(Parameter.values)
    assert all(one.most > 0 and (one.parameter == "ph") == (one.least is not None) for one in all_limits())
    of_standards = {LMP: OF_WATER, AIR: OF_AIR} | dict.fromkeys(NOISE_ZONES, OF_NOISE)
    assert all(one.parameter in of_standards.get(one.standard, OF_WATER) for one in all_limits())
    article = {one.article for one in all_limits() if one.standard.startswith("4-")}
    assert article == {"anexo: categoría 4"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("category", "most", "exceeding"),
    [("3-D1", "0.05", 0), ("4-E1", "0.0025", 1), ("1-A1", "0.01", 0), ("1-B2", None, 0)],
)
def test_the_same_water_is_within_the_standard_of_one_category_and_beyond_that_of_another(
    category: str, most: str | None, exceeding: int
) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    MonitoringStation.objects.update(category=category)
    enter_lead(cast.monitor, mine, date(YEAR, 1, 5), "0.004")
    [row] = lead_in(mine)
    assert (row.most, row.exceeding) == (Decimal(most) if most else None, exceeding)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "label"), [("en", "A monitoring committee"), ("es", "Un comité de monitoreo")])
def test_a_file_of_samples_that_a_committee_took_becomes_its_own_line_beside_the_mines(
    client: Client, language: str, label: str
) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    name = mine.monitoring_stations.earliest("pk").name
    head, row = "project,station,taken on,parameter,value,unit", f"05/05/{YEAR},copper,0.4,mg/L"
    batch = upload(cast.monitor, "tests.csv", f"{head}\n{mine.name},{name},{row}\n".encode(), KIND)
    client.force_login(cast.monitor)
    page = f"/{language}/work/imports/{batch.pk}/columns/"
    assert f'<option value="committee">{label}</option>' in client.get(page).content.decode()
    posted = {f"{code}.column": chosen["column"] for code, chosen in intake.proposal(batch)[0].items()}
    assert client.post(page, {**posted, "voice": "committee"}).status_code == 302
    work()
    assert confirm(cast.monitor, batch).state == "imported"
    [row_of_committee] = [one for one in results_in(mine, "copper") if one.voice == "committee"]
    assert (row_of_committee.tests, row_of_committee.bare_word) == (1, False)


@pytest.mark.django_db
def test_monitors_are_offered_a_committee_as_who_says_so_and_a_companys_people_are_not() -> None:
    cast = gather_cast()
    forms: list[Any] = [SourceForm(actor=who) for who in (cast.monitor, cast.operator)]
    offered = [{code for code, _label in form.fields["voice"].choices} for form in forms]
    assert ("committee" in offered[0], offered[1]) == (True, {"company"})


@pytest.mark.django_db
def test_postgresql_counts_by_the_limits_of_the_file() -> None:
    kept = {(one.standard, one.parameter, one.most, one.mean_most) for one in EnvironmentalLimit.objects.all()}
    assert kept == {(one.standard, one.parameter, one.most, one.mean_most) for one in all_limits()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"value": "20"}, {"as_in_report": "unlikely"}),
        ({"value": "19.9"}, {}),
        ({"value": "20", "as_in_report": "on"}, {}),
        ({"value": "0.2", "unit": "ug/L"}, {"as_in_report": "unlikely"}),
        ({"value": "0.21", "unit": "ug/L"}, {}),
        ({"value": "0", "unit": "ug/L"}, {}),
        ({"value": "", "below_detection": "on", "detection_limit": "0.2"}, {}),
        ({"value": "", "below_detection": "on", "detection_limit": "0.21"}, {"as_in_report": "unlikely"}),
        ({"value": "", "below_detection": "on"}, {"value": "a_test_has_a_value_or_a_detection_limit"}),
        ({"value": ""}, {"value": "a_test_has_a_value_or_a_detection_limit"}),
        ({"value": "-1"}, {"value": "value_of_a_result_is_not_negative"}),
        ({"unit": "pH"}, {"unit": "a_result_is_in_a_unit_of_its_parameter"}),
        ({"parameter": "ph", "value": "7", "unit": "pH"}, {}),
        ({"parameter": "ph", "value": "70", "unit": "pH"}, {"value": "ph_is_at_most_14"}),
        ({"parameter": "ph", "value": "7"}, {"unit": "a_result_is_in_a_unit_of_its_parameter"}),
        ({"parameter": "pm10", "value": "80", "unit": "ug/m3"}, {"parameter": "of_another_medium"}),
        (
            {"parameter": "ph", "value": "", "unit": "pH", "below_detection": "on", "detection_limit": "7"},
            {"below_detection": "ph_and_noise_are_always_detected"},
        ),
    ],
)
def test_what_is_most_likely_a_slip_is_asked_about_and_what_cannot_be_is_refused(
    columns: dict[str, Any], refused: dict[str, str]
) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    MonitoringStation.objects.update(category="3-D1")
    test = typed(mine.project, cast.company, YEAR) | {"number": "M-6"} | columns
    form = KINDS_OF_RECORD[KIND].form(test, actor=cast.monitor, project=mine.project)
    assert {name: found[0].code or "" for name, found in form.errors.as_data().items()} == refused


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("medium", "category", "columns", "refused"),
    [
        ("air", "", {"parameter": "pm10", "value": "80", "unit": "ug/m3"}, {}),
        ("air", "", {"parameter": "pm10", "value": "0.08", "unit": "ug/m3"}, {"as_in_report": "unlikely"}),
        ("air", "", {"parameter": "pm10", "value": "80"}, {"unit": "a_result_is_in_a_unit_of_its_parameter"}),
        ("air", "", {"parameter": "noise-day", "value": "60", "unit": "dBA"}, {"parameter": "of_another_medium"}),
        ("noise", "residential", {"parameter": "noise-night", "value": "55", "unit": "dBA"}, {}),
        ("noise", "", {"parameter": "noise-night", "value": "141", "unit": "dBA"}, {"value": "noise_is_at_most_140"}),
        (
            *("noise", "", {"parameter": "noise-day", "value": "", "unit": "dBA", "below_detection": "on"}),
            {"below_detection": "ph_and_noise_are_always_detected", "value": "a_test_has_a_value_or_a_detection_limit"},
        ),
        ("dust", "", {"parameter": "settled-dust", "value": "1.4", "unit": "mg/cm2"}, {}),
        ("dust", "", {"parameter": "copper"}, {"parameter": "of_another_medium"}),
    ],
)
def test_a_station_for_air_noise_or_dust_takes_what_it_measures_in_its_unit(
    medium: str, category: str, columns: dict[str, Any], refused: dict[str, str]
) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    MonitoringStation.objects.update(medium=medium, category=category)
    said = typed(mine.project, cast.company, YEAR) | {"number": "M-6"} | columns
    form = KINDS_OF_RECORD[KIND].form(said, actor=cast.monitor, project=mine.project)
    assert {name: found[0].code or "" for name, found in form.errors.as_data().items()} == refused


@pytest.mark.django_db
def test_air_has_its_standard_with_the_days_that_may_be_beyond_and_its_mean_of_the_year() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    found = {"parameter": "pm10", "unit": "ug/m3"}
    of_this(mine, "air")
    enter_lead(cast.monitor, mine, date(YEAR, 1, 5), "101", **found)
    enter_lead(cast.monitor, mine, date(YEAR, 1, 6), "100", **found)
    [row] = results_in(mine, "pm10")
    assert (row.medium, row.most, row.mean_most, row.times_allowed) == ("air", Decimal(100), Decimal(50), 7)
    assert (row.tests, row.exceeding, row.mean) == (2, 1, Decimal("100.5"))
    assert limit_of("air", "pm10", date(2017, 6, 7)) is None


@pytest.mark.django_db
def test_noise_is_held_against_its_zone_and_its_mean_is_the_one_of_its_energy() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    of_this(mine, "noise", "residential")
    for day, value in ((5, "50"), (6, "60")):
        enter_lead(cast.monitor, mine, date(YEAR, 1, day), value, parameter="noise-night", unit="dBA")
    [row] = results_in(mine, "noise-night")
    assert (row.most, row.exceeding, row.mean_most) == (Decimal(50), 1, None)
    assert row.mean == Decimal("57.403627")  # of 50 and 60 dB half the sum of energies, not 55
    MonitoringStation.objects.update(category="")
    assert [one.most for one in results_in(mine, "noise-night")] == [None]


@pytest.mark.django_db
def test_an_amount_of_any_size_is_summed_up() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    of_this(mine, "air")
    enter_lead(cast.monitor, mine, date(YEAR, 1, 5), "27005", parameter="co-1h", unit="ug/m3")
    [row] = results_in(mine, "co-1h")
    assert (row.exceeding, row.mean) == (0, Decimal(27005))


@pytest.mark.django_db
def test_dust_that_settles_has_no_limit_and_is_told_all_the_same() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    of_this(mine, "dust")
    enter_lead(cast.monitor, mine, date(YEAR, 7, 30), "1.4", "community", parameter="settled-dust", unit="mg/cm2")
    [row] = results_in(mine, "settled-dust")
    assert (row.most, row.tests, row.worst) == (None, 1, Decimal("1.4"))


@pytest.mark.django_db
def test_a_station_with_results_is_not_made_one_for_something_else() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    enter_lead(cast.monitor, mine, date(YEAR, 1, 5), "0.04")
    station = mine.monitoring_stations.earliest("pk")
    station.medium, station.category = "effluent", ""
    station.clean()
    station.medium = "noise"
    with pytest.raises(ValidationError) as refused:
        station.clean()
    assert refused.value.error_dict["medium"][0].code == "has_other_results"


def of_this(mine: Project, medium: str, category: str = "") -> None:
    """Let the station of a mine stand for something else, without what was found there."""
    MonitoringResult.objects.all().delete()
    mine.monitoring_stations.update(medium=medium, category=category)


def enter_lead(actor: User, mine: Project, day: date, value: str | None, voice: str = "authority", **more: Any) -> None:
    """Enter a test of lead at the station of a mine; without a value less than a hundredth could be detected."""
    found = {"value": Decimal(value)} if value else {"below_detection": True, "detection_limit": Decimal("0.01")}
    station = mine.monitoring_stations.earliest("pk")
    usual = {"parameter": "lead", "accredited": True}
    test = MonitoringResult(station=station, taken_on=day, **usual | found | more)
    enter(actor, test)
    test.source.voice = voice
    test.source.save()


def lead_in(mine: Project, year: int = YEAR) -> list[MonitoringFact]:
    """What the facts of a year say of lead."""
    return results_in(mine, "lead", year)


def results_in(mine: Project, parameter: str, year: int = YEAR) -> list[MonitoringFact]:
    """What the facts of a year say of a parameter."""
    [facts] = gather(Scope(frozenset({(mine.pk, year)}), date(year + 2, 1, 1))).values()
    return [row for row in facts[MonitoringFact] if row.parameter == parameter]


@pytest.mark.django_db
def test_the_tests_of_a_year_are_one_fact_for_each_side_that_took_them() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    enter_lead(cast.monitor, mine, date(YEAR, 1, 5), "0.04")
    unseen: dict[str, Any] = {"detection_limit": Decimal("0.2"), "as_in_report": True}
    enter_lead(cast.monitor, mine, date(YEAR, 1, 5), None, number="second of the day", **unseen)
    enter_lead(cast.monitor, mine, date(YEAR, 1, 6), None)
    enter_lead(cast.monitor, mine, date(YEAR, 3, 7), "60", unit="ug/L")
    enter_lead(cast.monitor, mine, date(YEAR, 3, 7), "0.02", number="second of the day")
    enter_lead(cast.monitor, mine, date(YEAR, 4, 8), None, **unseen)
    enter_lead(cast.monitor, mine, date(YEAR, 5, 9), "0.07", "community")
    enter_lead(cast.monitor, mine, date(YEAR, 6, 9), "0.01", accredited=None)
    enter_lead(cast.monitor, mine, date(YEAR - 1, 5, 9), "0.5")
    rows = {(row.voice, row.accredited): row for row in lead_in(mine)}
    assert rows.keys() == {("authority", True), ("community", True), ("authority", False)}
    one = rows["authority", True]
    assert (one.most, one.exceeding, one.undetected) == (Decimal("0.05"), 1, 1)
    assert (one.tests_of_months, one.undecided_of_months) == ((2, 0, 1, *(0,) * 9), (0, 0, 0, 1, *(0,) * 8))
    assert (one.worst, one.mean, one.mean_at_most) == (Decimal("0.06"), Decimal("0.035"), Decimal("0.11625"))
    assert one.months == (Decimal("0.04"), None, Decimal("0.06"), *(None,) * 9)
    assert one.record == f"monitoring-result/{MonitoringResult.objects.get(unit='ug/L').pk}"
    assert [row.tests for row in lead_in(mine, YEAR - 1)] == [1]


@pytest.mark.django_db
def test_water_without_a_category_has_no_limit_and_withdrawn_tests_count_nowhere() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    enter_lead(cast.monitor, mine, date(YEAR, 1, 5), "0.04")
    MonitoringStation.objects.update(category="")
    assert [(row.most, row.tests, row.exceeding) for row in lead_in(mine)] == [(None, 1, 0)]
    MonitoringResult.objects.update(withdrawn_at="2026-01-01T00:00Z")
    assert lead_in(mine) == []


@pytest.mark.django_db
def test_in_the_mixing_zone_no_limit_holds() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    enter_lead(cast.monitor, mine, date(YEAR, 1, 5), "0.4")
    MonitoringStation.objects.update(in_mixing_zone=True)
    assert [(row.most, row.tests, row.exceeding) for row in lead_in(mine)] == [(None, 1, 0)]
    assert MonitoringStation.objects.earliest("pk").standard == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("voice", "tests"), [("authority", [1]), ("community", [1]), ("company", [1, 1]), ("unknown", [1, 1])]
)
def test_a_day_counts_once_for_each_side_and_paper_parts_only_the_words_that_need_it(
    voice: str, tests: list[int]
) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    for number in ("on paper", "without"):
        enter_lead(cast.monitor, mine, date(YEAR, 1, 5), "0.04", voice, number=number)
    on_paper = MonitoringResult.objects.get(number="on paper").source
    on_paper.reference = "https://example.org/informe"
    on_paper.save()
    assert [row.tests for row in lead_in(mine)] == tests


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("states", "state"),
    [
        (("verified", "disputed"), "disputed"),
        (("disputed", "unverified"), "disputed"),
        (("verified", "unverified"), "unverified"),
        (("verified", "verified"), "verified"),
        (("verified", "reported"), None),
    ],
)
def test_what_sums_up_tests_is_in_dispute_with_any_of_them_and_verified_with_all(
    states: tuple[str, str], state: str | None
) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    by_whom = {
        "verified_by": cast.reviewer,
        "verified_at": timezone.now(),
        "verification_note": "Compared with the report.",
    }
    for month, (value, of_one) in enumerate(zip(("0.02", "0.01"), states, strict=True), start=1):
        enter_lead(cast.monitor, mine, date(YEAR, month, 5), value)
        checked = Source.objects.filter(pk=MonitoringResult.objects.latest("pk").source_id)
        checked.update(state=of_one, **(by_whom if of_one == "verified" else {}))
    [facts] = gather(Scope(frozenset({(mine.pk, YEAR)}), date(YEAR + 2, 1, 1))).values()
    [lead] = [row for row in facts[MonitoringFact] if row.parameter == "lead"]
    checks = describe_checks(Subject(mine, facts, VERSIONS[7], date(YEAR + 2, 1, 1), [])) or []
    assert [check.state for check in checks if check.record == lead.record] == ([state] if state else [])


@pytest.mark.django_db
def test_many_tests_take_as_many_queries_and_rows_of_facts_as_few() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    used = []
    for months in (range(1, 2), range(2, 9)):
        for month in months:
            enter_lead(cast.monitor, mine, date(YEAR, month, 5), "0.04")
        with CaptureQueriesContext(connection) as queries:
            rows = lead_in(mine)
        used.append((len(queries), len(rows)))
    assert used[0] == used[1]


@pytest.mark.django_db(databases=["default", "public"])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Water, air, noise and dust", "Beyond a limit: 1 of 2 (Lead).", "The community says so.", "limit")),
        ("es", ("Agua, aire, ruido y polvo", "Fuera de un límite: 1 de 2 (Plomo).", "Lo dice la comunidad.", "límite")),
    ],
)
def test_what_a_community_found_stands_in_public_beside_the_samples_of_the_mine(
    client: Client, language: str, words: tuple[str, ...]
) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    enter_lead(cast.monitor, mine.project, date(YEAR, 8, 9), "0.07", "community")
    published(cast, produced(mine.project))
    page = " ".join(client.get(f"/{language}/projects/{mine.project.slug}/environment/").content.decode().split())
    assert [one for one in words if one not in page] == []
    assert '<polyline class="trace"' not in page  # one month is no line
    assert 'href="#k-x"' in page
    table = client.get(f"/en/projects/{mine.project.slug}/{YEAR}/monitoring.csv").content.decode()
    assert sorted(line.split(",")[7] for line in table.splitlines()) == ["copper", "lead", "measured"]
