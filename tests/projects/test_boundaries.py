"""Boundaries: which areas a file means, what is left out, and where a mine may lie once they are loaded."""

import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from projects.forms import ProjectForm
from projects.models import Area, Boundary, Project
from projects.services.boundaries import load_boundaries
from tests.cast import Cast, gather_cast
from tests.projects.intake_help import codes, confirm, map_columns, upload

pytestmark = pytest.mark.django_db

BOW = [[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]
INLAND = (Decimal("-14.08"), Decimal("-72.33"))


def square(west: float, south: float, size: float = 1) -> list[list[list[float]]]:
    """The rings of a square."""
    east, north = west + size, south + size
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def collection(*features: tuple[dict[str, Any], Any]) -> str:
    """A file of polygons with their properties."""
    made = [
        {"type": "Feature", "properties": said, "geometry": rings and {"type": "Polygon", "coordinates": rings}}
        for said, rings in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": made})


def whole_country(codes: Iterable[str] = ()) -> str:
    """Every region of Peru as a strip of an invented country, from 80 to 67.5 west and 20 south to the equator."""
    regions = sorted(codes or Area.objects.filter(country="PE").regions().values_list("code", flat=True))
    strips = (
        [[[w, -20], [w + 0.5, -20], [w + 0.5, 0], [w, 0], [w, -20]]] for w in (-80 + 0.5 * at for at in range(25))
    )
    return collection(*(({"ubigeo": code}, strip) for code, strip in zip(regions, strips, strict=False)))


def peru() -> Any:
    """The areas of Peru."""
    return Area.objects.filter(country="PE")


def test_areas_are_found_by_code_else_by_a_name_that_only_one_has() -> None:
    loaded = load_boundaries(
        collection(
            ({"IDDIST": "030505", "IDPROV": "0305", "NOMBDIST": "Mara"}, square(-72.2, -14.1, 0.1)),
            ({"NOMBDIST": "TAMBOBAMBA"}, square(-72.4, -14.1, 0.1)),
            ({"NOMBDIST": "Santa Rosa"}, square(-71, -14, 0.1)),
            ({"IDDIST": "999999", "NOMBDIST": "Atlantis"}, square(-71, -14, 0.1)),
        ),
        peru(),
    )
    assert set(Boundary.objects.values_list("area__code", flat=True)) == {"030505", "030501"}
    assert (loaded.changed, loaded.unmatched) == (2, ["Santa Rosa", "999999 Atlantis"])


def test_features_of_one_area_are_one_outline_and_what_cannot_be_drawn_is_named() -> None:
    loaded = load_boundaries(
        collection(
            ({"ubigeo": "07"}, square(-77.1, -12.1, 0.1)),
            ({"ubigeo": "07"}, square(-77.3, -12.1, 0.1)),
            ({"ubigeo": "15"}, [BOW]),
            ({"ubigeo": "16"}, None),
        ),
        peru(),
    )
    assert len(Boundary.objects.get(area__code="07").polygons) == 2
    assert [one.partition(":")[0] for one in loaded.refused] == ["Lima", "Loreto"]


def test_the_same_file_once_more_changes_nothing_and_another_one_takes_its_place() -> None:
    first = collection(({"ubigeo": "03"}, square(-73.00049, -14)))
    assert load_boundaries(first, peru()).changed == 1
    before = Boundary.objects.get()
    assert before.polygons[0][0][0] == [-73.0, -14]
    again = load_boundaries(first, peru())
    assert (again.changed, again.unchanged) == (0, 1)
    assert Boundary.objects.get().loaded_at == before.loaded_at
    assert load_boundaries(collection(({"ubigeo": "03"}, square(-73, -15))), peru()).changed == 1


def test_the_command_tells_what_it_left_out_and_refuses_what_is_no_geojson(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "areas.geojson"
    file.write_text(collection(({"ubigeo": "03"}, square(-73, -14)), ({"ubigeo": "77"}, square(-73, -14))))
    call_command("load_boundaries", file)
    said = capsys.readouterr()
    assert said.out == "1 loaded, 0 as before, 1 left out.\n"
    assert said.err == "Not on record: 77\n"
    for content in (b"code,name\n", b"\xff\xfe"):
        file.write_bytes(content)
        with pytest.raises(CommandError):
            call_command("load_boundaries", file)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_boundaries", tmp_path / "none.geojson")


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


POSITIONS = [
    ("-14.08", "-72.33", {}),
    ("-14,080004", "-72,330001", {}),
    ("", "", {}),
    ("-14.08", "", {"longitude": "Give latitude and longitude, or neither."}),
    ("-14.08", "181", {"longitude": "Write 180 or less."}),
    ("14°05'S", "-72.33", {"latitude": "Write degrees as a number, such as -14.08."}),
    ("-72.33", "-14.08", {"latitude": "Nobody may mine so far south. Are latitude and longitude exchanged?"}),
    ("-60", "-72.33", {"latitude": "Nobody may mine so far south. Are latitude and longitude exchanged?"}),
]


@pytest.mark.parametrize(("latitude", "longitude", "refused"), POSITIONS)
def test_a_position_is_both_degrees_and_no_mine_is_in_the_antarctic(
    cast: Cast, latitude: str, longitude: str, refused: dict[str, str]
) -> None:
    assert errors_of(cast, latitude, longitude) == refused


def errors_of(cast: Cast, latitude: str, longitude: str, country: str = "PE") -> dict[str, str]:
    """What the form of a mine says against a position."""
    typed = {"name": "Sumaq Urqu", "country": country, "latitude": latitude, "longitude": longitude}
    return {name: str(said[0]) for name, said in ProjectForm(typed, actor=cast.monitor, project=None).errors.items()}


@pytest.mark.parametrize(
    ("latitude", "longitude", "country", "says"),
    [
        ("-14.08", "-72.33", "PE", None),
        ("-20.01", "-72.33", "PE", None),
        ("-20.03", "-72.33", "PE", "lies outside"),
        ("-14.08", "-82.33", "PE", "lies outside"),
        ("14.08", "-72.33", "PE", "lies outside"),
        ("-14.08", "-82.33", "CL", None),
    ],
)
def test_a_mine_lies_in_its_country_where_its_boundaries_are_loaded(
    cast: Cast, latitude: str, longitude: str, country: str, says: str | None
) -> None:
    """Two kilometres beyond a coarse boundary it may; a country without boundaries takes every position."""
    load_boundaries(whole_country(), peru())
    said = errors_of(cast, latitude, longitude, country)
    assert said.keys() == ({"latitude"} if says else set())
    assert says is None or says in said["latitude"]


def test_degrees_that_fit_the_other_way_round_are_asked_about(cast: Cast) -> None:
    """Where the country does not lie so far west that the rule of the Antarctic says it."""
    load_boundaries(whole_country(), peru())
    Boundary.objects.update(polygons=[square(-50, -20, 10)])
    assert "Exchange them" in errors_of(cast, "-45", "-15")["latitude"]


def test_a_country_of_which_one_region_is_missing_refuses_no_position(cast: Cast) -> None:
    load_boundaries(whole_country(["03", "08"]), peru())
    assert errors_of(cast, "-14.08", "-100") == {}


def test_positions_are_imported_by_the_same_rules(cast: Cast) -> None:
    load_boundaries(whole_country(), peru())
    lines = ["Uno,-14.080,-72.330", "Dos,-14.08,", "Tres,-72.33,-14.08", "Cuatro,-14.08,-99", "Cinco,,", "Seis,-91,1"]
    data = "\n".join(["proyecto,latitud,longitud", *lines]).encode()
    batch = map_columns(cast.monitor, upload(cast.monitor, "p.csv", data, "projects"))
    assert {row.number: codes(row) for row in batch.rows.all() if codes(row)} == {
        3: {"longitude": "broken_rule"},
        4: {"latitude": "broken_rule"},
        5: {"latitude": "broken_rule"},
        7: {"latitude": "broken_rule"},
    }
    confirm(cast.monitor, batch)
    assert set(Project.objects.values_list("name", "latitude", "longitude")) == {
        ("Uno", *INLAND),
        ("Cinco", None, None),
    }


REAL = "peru_geojson/peru_{}_simple.geojson"


def test_the_real_regions_of_peru_are_all_found_and_are_one_land(
    cast: Cast, shared_data: Callable[[str], Path]
) -> None:
    """Callao, Puno, Loreto and the last beach before the border lie in it; La Paz, Arica, the sea and Colombia do not."""
    loaded = load_boundaries(shared_data(REAL.format("departamental")).read_text("utf-8"), peru())
    assert (loaded.changed, loaded.unmatched, loaded.refused) == (25, [], [])
    for latitude, longitude in (("-12.06", "-77.15"), ("-15.84", "-70.02"), ("-3.5", "-73.2"), ("-18.2", "-70.4")):
        assert errors_of(cast, latitude, longitude) == {}, (latitude, longitude)
    for latitude, longitude in (("-16.5", "-68.15"), ("-18.6", "-70.2"), ("-12.1", "-78"), ("0.5", "-75")):
        assert "lies outside" in errors_of(cast, latitude, longitude)["latitude"], (latitude, longitude)


def test_of_the_real_districts_what_is_not_loaded_is_named(shared_data: Callable[[str], Path]) -> None:
    loaded = load_boundaries(shared_data(REAL.format("distrital")).read_text("utf-8"), peru())
    assert loaded.changed + len(loaded.unmatched) + len(loaded.refused) == 1834
    assert loaded.changed > 1800
