"""Which version of the rules judges a year, and what a new version changes: nothing that stands."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import Job
from accounts.services import jobs
from compliance.evaluation.framework import Framework, FrameworkError
from compliance.evaluation.scoring import judge
from compliance.evaluation.sealed import facts_of, judgement_of, rules_of
from compliance.models import PolicyFramework, Publication, Review, Scorecard, ScorecardHead
from compliance.models.frameworks import framework_for
from compliance.review_pages.page import review_page
from compliance.services.frameworks import load_framework, load_frameworks
from compliance.services.production import evaluate, produce_scorecards, reporting_pairs, store
from compliance.services.publications import approve_scorecard, find_flaws
from compliance.services.reviews import choose_rules, decide_indicator, standing_of
from tests.cast import YEAR, Cast, Mine, accept_all, obligation, open_mine, produced, published
from tests.compliance.evaluation.test_framework_files import HEAD
from tests.compliance.review_help import refused

pytestmark = pytest.mark.django_db
WHY = "The ministry asks for the newer rules from this year on."


def first_version() -> Framework:
    """The rules that every test database has."""
    return rules_of(PolicyFramework.objects.get(code="peru-recommended-policies", version=1))


def newer(valid_from: date, **changes: object) -> PolicyFramework:
    """One version more, loaded, with a stricter rule for local hire and one more indicator."""
    rules = rules_of(PolicyFramework.objects.get(code="peru-recommended-policies", version=4))
    stricter = [replace(one, ceiling=Decimal(90)) if one.code == "L01" else one for one in rules.indicators]
    added = replace(rules.indicator("L03"), code="L99", names={"en": "Women again", "es": "Mujeres otra vez"})
    return load_framework(
        replace(rules, version=9, valid_from=valid_from, indicators=(*stricter, added), **changes)  # type: ignore[arg-type]
    )


def head(mine: Mine) -> Scorecard:
    """The scorecard that stands."""
    return ScorecardHead.objects.select_related("scorecard__framework").get(project=mine.project, year=YEAR).scorecard


def test_loading_the_same_files_again_adds_nothing() -> None:
    before = list(PolicyFramework.objects.values_list("pk", "sha256"))
    load_frameworks()
    assert list(PolicyFramework.objects.values_list("pk", "sha256")) == before


def test_a_folder_with_one_broken_file_loads_nothing(tmp_path: Path) -> None:
    before = PolicyFramework.objects.count()
    other = HEAD.replace("code: tiny", "code: other").replace("countries: [XA]", "countries: [XB]")
    (tmp_path / "tiny.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "other.yaml").write_text(other.replace("measure: disclosure_delay", "measure: gone"), encoding="utf-8")
    with pytest.raises(FrameworkError, match=r"^other.yaml:14: T01: there is no measure gone$"):
        load_frameworks(tmp_path)
    assert PolicyFramework.objects.count() == before
    (tmp_path / "other.yaml").write_text(other, encoding="utf-8")
    assert [one.code for one in load_frameworks(tmp_path)] == ["other", "tiny"]
    (tmp_path / "more.yaml").write_text(HEAD.replace("tiny", "more").replace("XA", "XC"), encoding="utf-8")
    (tmp_path / "tiny.yaml").write_text(HEAD.replace("floor: 730", "floor: 700"), encoding="utf-8")
    with pytest.raises(ValidationError, match="Give the changed rules a new version"):
        load_frameworks(tmp_path)
    assert PolicyFramework.objects.count() == before + 2


def test_a_version_that_was_loaded_never_changes() -> None:
    with pytest.raises(ValidationError) as error:
        load_framework(replace(first_version(), minimum_coverage=Decimal(1)))
    assert error.value.code == "framework_version_changed"


def test_a_framework_is_stored_as_the_text_that_its_fingerprint_is_of() -> None:
    for row in PolicyFramework.objects.all():
        rules = rules_of(row)
        assert (rules.fingerprint, json.loads(row.text)) == (row.sha256, rules.to_json())
        assert (row.valid_from, row.countries) == (rules.valid_from, list(rules.countries))


@pytest.mark.parametrize(
    ("country", "period_end", "judge"),
    [
        ("PE", date(2019, 12, 31), "first"),
        ("PE", date(2024, 12, 31), "first"),
        ("PE", date(2025, 12, 31), "second"),
        ("PE", date(2025, 6, 30), "second"),
        ("PE", date(2025, 6, 29), "first"),
        ("ZZ", date(2025, 12, 31), "others"),
    ],
)
def test_a_period_is_judged_by_the_version_in_force_on_its_last_day(country: str, period_end: date, judge: str) -> None:
    rows = {
        "first": PolicyFramework(code="pe", version=1, valid_from=date(2020, 1, 1), countries=["PE"]),
        "second": PolicyFramework(code="pe", version=2, valid_from=date(2025, 6, 30), countries=["PE"]),
        "others": PolicyFramework(code="all", version=1, valid_from=date(2020, 1, 1)),
    }
    assert framework_for(list(rows.values()), country, period_end) is rows[judge]


def test_a_later_version_takes_the_place_of_an_earlier_one_that_comes_into_force_after_it() -> None:
    later, earlier = (
        PolicyFramework(code="pe", version=version, valid_from=date(year, 1, 1), countries=["PE"])
        for version, year in ((3, 2025), (2, 2027))
    )
    for year in (2025, 2027, 2030):
        assert framework_for([later, earlier], "PE", date(year, 12, 31)) is later


def test_a_year_that_is_over_and_was_judged_keeps_its_rules_when_newer_ones_are_loaded(
    cast: Cast, mine: Mine, card: Scorecard
) -> None:
    newest = newer(date(YEAR, 1, 2))
    assert produced(mine.project) == card
    assert produced(open_mine(cast.stranger, cast.other_company, "Yana Mayu").project).framework == newest


def test_the_running_year_is_judged_by_the_rules_that_come_into_force_in_it(cast: Cast, mine: Mine) -> None:
    running = timezone.localdate().year
    before = produced(mine.project, running)
    newest = newer(date(YEAR, 1, 2))
    assert before.framework != newest
    assert produced(mine.project, running).framework == newest


def test_a_day_that_passed_is_no_new_fact(mine: Mine, card: Scorecard) -> None:
    """The day of the evaluation is sealed with the facts, and a night later the same scorecard stands."""
    assert facts_of(card).as_of == timezone.localdate() == card.as_of
    pair = (mine.project.pk, YEAR)
    store(evaluate([pair], on=timezone.localdate() + timedelta(days=1)))
    assert head(mine) == card
    obligation(mine.records["obligations"].source.entered_by, mine.project, mine.community, date(YEAR, 5, 1))
    store(evaluate([pair], on=timezone.localdate() + timedelta(days=1)))
    assert facts_of(head(mine)).as_of == timezone.localdate() + timedelta(days=1)


def test_facts_that_the_rules_do_not_look_at_are_not_in_what_they_judge(
    cast: Cast, mine: Mine, card: Scorecard
) -> None:
    """So scorecards by the first rules keep the fingerprint that they had before the columns were there."""
    choose_rules(
        actor=cast.reviewer,
        scorecard=card,
        framework=PolicyFramework.objects.get(code="peru-recommended-policies", version=1),
        reason=WHY,
    )
    seen = facts_of(produced(mine.project)).to_json()
    assert "as_of" not in seen
    assert {"recipient_voice", "recipient_known_by", "company_known_by"}.isdisjoint(seen["payments"][0])
    assert facts_of(card).to_json()["payments"][0]["recipient_voice"] == "community"


def test_a_country_that_no_framework_judges_has_no_scorecard(mine: Mine) -> None:
    rows = [PolicyFramework(code="pe", version=1, valid_from=date(2020, 1, 1), countries=["PE"])]
    assert framework_for(rows, "CL", date(2025, 12, 31)) is None


def test_a_version_of_later_years_moves_no_head_and_takes_away_no_decision(
    cast: Cast, mine: Mine, card: Scorecard
) -> None:
    publication = published(cast, card)
    before = standing_of(card)
    newer(date(YEAR + 1, 1, 1))
    produce_scorecards(reporting_pairs())
    assert head(mine) == card
    after = standing_of(card)
    assert (after.decisions, after.publication) == (before.decisions, before.publication)
    assert publication.scorecard_id == card.pk
    assert list(find_flaws()) == []


def test_a_decision_stands_where_rule_and_outcome_are_the_same_under_a_newer_version(
    cast: Cast, mine: Mine, card: Scorecard
) -> None:
    accept_all(cast.reviewer, card)
    decided = standing_of(card).decisions
    choose_rules(actor=cast.reviewer, scorecard=card, framework=newer(date(YEAR + 1, 12, 29)), reason=WHY)
    judged = produced(mine.project)
    assert judged.framework.version == 9
    standing = standing_of(judged)
    assert standing.undecided == ("L01", "L99")
    assert {code: step.pk for code, step in standing.decisions.items()} == {
        code: step.pk for code, step in decided.items() if code != "L01"
    }


def test_a_reviewer_sees_what_a_newer_version_would_change_before_it_is_in_force(
    reviewer: Client, cast: Cast, card: Scorecard
) -> None:
    newer(date(YEAR + 5, 1, 1))
    found = next(one for one in review_page(cast.reviewer, card).other_rules if one.framework.version == 9)
    assert [outcome.code for outcome in found.added if outcome.code == "L99"] == ["L99"]
    assert "L01" in [comparison.after.code for comparison in found.changed]
    assert {comparison.cause for comparison in found.changed} == {"rule"}
    rules = rules_of(found.framework)
    assert found.result.score == judge(rules, facts_of(card)).score
    text = reviewer.get(f"/en/work/scorecards/{card.pk}/").content.decode()
    assert "version 9, for years that end on" in text
    assert "Women again" in text


def test_what_a_newer_version_would_change_counts_the_reviewers_scores(cast: Cast, card: Scorecard) -> None:
    newer(date(YEAR + 5, 1, 1))
    for code in ("E01", "L01"):
        decide_indicator(
            actor=cast.reviewer,
            scorecard=card,
            indicator=code,
            action=Review.Action.OVERRIDE,
            score=Decimal(50),
            reason="x" * 80,
        )
    result = review_page(cast.reviewer, card).other_rules[-1].result
    assert (result.outcome("E01").score, result.outcome("E01").override is None) == (Decimal(50), False)
    assert result.outcome("L01").override is None, (
        "the rule of L01 differs, so the score that a reviewer gave falls away"
    )


def test_an_older_year_is_judged_by_newer_rules_only_once_a_reviewer_says_so(
    cast: Cast, mine: Mine, card: Scorecard
) -> None:
    framework = newer(date(YEAR + 1, 1, 1))
    assert produced(mine.project) == card
    Job.objects.all().delete()
    step = choose_rules(actor=cast.reviewer, scorecard=card, framework=framework, reason=WHY)
    assert (step.action, step.framework, step.reason) == (Review.Action.RULES, framework, WHY)
    jobs.run(str(Job.objects.get().pk))
    assert head(mine).framework == framework
    assert judgement_of(head(mine)).outcome("L99").applicable
    assert produced(mine.project).framework == framework
    assert facts_of(head(mine)) == facts_of(card)


def test_rules_are_chosen_on_the_page_with_a_reason(reviewer: Client, cast: Cast, mine: Mine, card: Scorecard) -> None:
    newer(date(YEAR + 1, 1, 1))
    key = PolicyFramework.objects.get(version=9).pk
    address = f"/en/work/scorecards/{card.pk}/rules/{key}/"
    assert reviewer.post(address, {f"rules-{key}-reason": ""}).status_code == 422
    assert reviewer.post(address, {f"rules-{key}-reason": WHY}).status_code == 302
    assert produced(mine.project).framework.version == 9
    again = reviewer.post(f"/en/work/scorecards/{head(mine).pk}/rules/{key}/", {f"rules-{key}-reason": WHY})
    assert again.status_code == 422
    text = reviewer.get(f"/en/work/scorecards/{head(mine).pk}/").content.decode()
    assert WHY in text


def test_a_choice_of_rules_is_taken_back_by_choosing_the_earlier_ones(cast: Cast, mine: Mine, card: Scorecard) -> None:
    newest = newer(date(YEAR + 1, 1, 1))
    choose_rules(actor=cast.reviewer, scorecard=card, framework=newest, reason=WHY)
    judged = produced(mine.project)
    assert judged.framework == newest
    removed = next(one.removed for one in review_page(cast.reviewer, judged).other_rules if one.framework.version == 1)
    assert "L99" in [outcome.code for outcome in removed]
    choose_rules(actor=cast.reviewer, scorecard=judged, framework=card.framework, reason=WHY)
    assert produced(mine.project) == card


def test_nothing_is_approved_or_published_while_other_rules_are_chosen_and_not_yet_judged_by(
    cast: Cast, mine: Mine, card: Scorecard
) -> None:
    framework = newer(date(YEAR + 1, 1, 1))
    accept_all(cast.reviewer, card)
    choose_rules(actor=cast.reviewer, scorecard=card, framework=framework, reason=WHY)
    assert refused(lambda: approve_scorecard(actor=cast.reviewer, scorecard=card)) == "other_rules_chosen"
    assert Publication.objects.count() == 0


def test_only_rules_that_may_judge_the_country_can_be_chosen(cast: Cast, card: Scorecard) -> None:
    other = load_framework(replace(first_version(), code="other", version=1, countries=("XX",)))
    for framework in (card.framework, other):
        given = {"actor": cast.reviewer, "scorecard": card, "framework": framework, "reason": WHY}
        assert refused(lambda given=given: choose_rules(**given)) == "no_such_rules"  # type: ignore[misc]


def test_nobody_chooses_the_rules_for_their_own_records(cast: Cast, mine: Mine, card: Scorecard) -> None:
    framework = newer(date(YEAR + 1, 1, 1))
    with pytest.raises(PermissionDenied):
        choose_rules(actor=cast.monitor, scorecard=card, framework=framework, reason=WHY)


def test_a_country_that_gets_its_own_framework_keeps_the_rules_of_its_earlier_years() -> None:
    others = PolicyFramework(code="all", version=1, valid_from=date(2020, 1, 1))
    own = PolicyFramework(code="cl", version=1, valid_from=date(2027, 1, 1), countries=["CL"])
    assert framework_for([others, own], "CL", date(2026, 12, 31)) is others
    assert framework_for([others, own], "CL", date(2027, 12, 31)) is own
    assert framework_for([own], "CL", date(2026, 12, 31)) is own


def test_two_versions_that_come_into_force_on_one_day_are_refused() -> None:
    newer(date(YEAR + 1, 12, 29))
    with pytest.raises(ValidationError) as error:
        load_framework(replace(first_version(), version=10, valid_from=date(YEAR + 1, 12, 29)))
    assert error.value.code == "framework_days"


def test_a_version_that_is_the_first_to_name_the_country_does_not_judge_years_before_it() -> None:
    """The versions before it, which named no country, judge the country's earlier years as they always did."""
    first = PolicyFramework(code="pe", version=1, valid_from=date(2020, 1, 1))
    second = PolicyFramework(code="pe", version=2, valid_from=date(2027, 1, 1), countries=["PE"])
    assert framework_for([first, second], "PE", date(2025, 12, 31)) is first
    assert framework_for([first, second], "PE", date(2027, 12, 31)) is second
    assert framework_for([first, second], "EC", date(2027, 12, 31)) is first
