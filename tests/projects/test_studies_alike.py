"""Two studies that are likely to be one: asked about at the part of the mine, in the form and in a file."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from projects.kinds import KINDS_OF_RECORD
from projects.models import ImpactAssessment, Project
from tests.cast import Cast, enter, gather_cast, mine
from tests.projects.intake_help import codes, confirm, map_columns, upload

KIND = "assessments"
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def own(cast: Cast) -> Project:
    """A mine with a study of its northern pit."""
    own = mine(cast.monitor, "Qori Mayu")
    study = ImpactAssessment(project=own, instrument="EIA-d", component="Tajo Norte", approved_on=date(2019, 3, 1))
    enter(cast.monitor, study)
    return own


def asked(cast: Cast, own: Project, instance: ImpactAssessment | None = None, **given: Any) -> dict[str, Any]:
    """What the form says about a study."""
    typed = {"instrument": "EIA-d", "component": "Tajo Norte"} | given
    form = KINDS_OF_RECORD[KIND].form(typed, instance=instance, actor=cast.monitor, project=own)
    return {name: found[0] for name, found in form.errors.items()}


@pytest.mark.parametrize("part", ["Tajo Norte", "  TAJO   NÓRTE", "tajo-norte.", "Tajo Nortes"])
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "“EIA-d: Tajo Norte” is on record already."), ("es", "“EIA-d: Tajo Norte” ya está registrado.")],
)
def test_a_second_first_study_of_a_part_of_nearly_that_name_is_asked_about(
    cast: Cast, own: Project, part: str, language: str, words: str
) -> None:
    with translation.override(language):
        found = asked(cast, own, component=part)
    assert found.keys() == {"component"}
    assert found["component"].startswith(words)
    assert asked(cast, own, component=part, is_another="on") == {}


def test_another_part_another_instrument_a_change_and_another_mine_are_not_asked_about(
    cast: Cast, own: Project
) -> None:
    study = ImpactAssessment.objects.get()
    for given in ({"component": "Tajo Sur"}, {"instrument": "DIA"}, {"amends": study.pk}, {"decision": "refused"}):
        assert asked(cast, own, **given) == {}, given
    assert asked(cast, mine(cast.monitor, "Sumaq Urqu")) == {}
    assert asked(cast, own, instance=study) == {}


def test_a_study_that_was_refused_or_withdrawn_leaves_room_for_the_next_one(cast: Cast, own: Project) -> None:
    ImpactAssessment.objects.update(approved_on=None, decision="refused")
    assert asked(cast, own) == {}
    ImpactAssessment.objects.update(decision="", withdrawn_at="2026-01-01T00:00Z")
    assert asked(cast, own) == {}


def test_a_file_asks_about_studies_on_record_and_about_its_own_rows(cast: Cast, own: Project) -> None:
    parts = ["Tajo Norte,", "tajo norte,yes", "Presa,", "PRESA,", "presa,yes", "Planta,"]
    rows = [f"Qori Mayu,EIA-d,{part}" for part in parts]
    text = "\n".join(["project,kind of study,part of the mine,it is another study", *rows])
    batch = map_columns(cast.monitor, upload(cast.monitor, "s.csv", text.encode(), KIND))
    asks = {"component": "broken_rule"}
    assert [codes(row) for row in batch.rows.order_by("number")] == [asks, {}, {}, asks, {}, {}]
    errors = str(batch.rows.get(number=5).errors)
    assert "“EIA-d: Presa” is on record already" in errors or "“EIA-d: Presa”" in errors
    assert "ya está registrado" in errors
    confirm(cast.monitor, batch)
    assert ImpactAssessment.objects.count() == 5
