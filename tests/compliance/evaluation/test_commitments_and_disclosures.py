"""P03 and T01: promises kept, and figures published."""

from decimal import Decimal

from compliance.evaluation.counted import NOT_SAID, community_stands_on
from projects.testimony import PAPER, WORD
from tests.compliance.evaluation.builders import (
    bounds,
    broken,
    commitment,
    day,
    disclosure,
    facts,
    kept,
    measured,
    outcome,
    score,
)


def test_44_of_55_commitments_on_time() -> None:
    known = facts(commitments=[kept() for _ in range(44)] + [broken() for _ in range(11)])
    assert measured("P03", known).value == 80
    assert score("P03", known) == Decimal("66.7")


def test_the_companys_word_alone_raises_only_the_best_case() -> None:
    claimed = commitment(company_says_fulfilled_on=day("2025-06-01"))
    known = facts(commitments=[kept(), claimed])
    found = measured("P03", known)
    assert (found.value, found.low, found.high) == (50, 50, 100)
    assert found.missing == ("company-word-only",)
    assert {part.name: part.value for part in found.breakdown}["company"] == 100 // 2
    assert bounds("P03", known) == (0, 100)


def test_a_community_that_says_no_outweighs_everybody_else() -> None:
    known = facts(
        commitments=[
            broken(
                authority_says="fulfilled",
                company_says_fulfilled_on=day("2025-06-01"),
                confirmed_on=day("2025-06-01"),
            )
        ]
    )
    found = measured("P03", known)
    assert (found.value, found.high) == (0, 0)
    assert "disputed" in found.flags


def test_the_community_and_the_authority_may_disagree_and_the_no_counts() -> None:
    for community, authority in (("fulfilled", "not_fulfilled"), ("not_fulfilled", "fulfilled")):
        promise = commitment(community_says=community, authority_says=authority, confirmed_on=day("2025-06-01"))
        found = measured("P03", facts(commitments=[promise]))
        assert (found.value, found.flags) == (0, ("disputed", "small-base"))


def test_the_companys_claim_on_the_due_day_is_in_time() -> None:
    known = facts(
        commitments=[commitment(company_says_fulfilled_on=day(said)) for said in ("2025-06-30", "2025-07-01")]
    )
    assert {part.name: part.value for part in measured("P03", known).breakdown}["company"] == 50
    claimed = broken(company_says_fulfilled_on=day("2025-06-30"))
    assert "disputed" in measured("P03", facts(commitments=[claimed])).flags


def test_fulfilled_a_day_late_is_not_on_time() -> None:
    assert measured("P03", facts(commitments=[kept(confirmed_on=day("2025-07-01"))])).value == 0
    assert measured("P03", facts(commitments=[kept(confirmed_on=day("2025-06-30"))])).value == 100


def test_the_authority_may_confirm_too() -> None:
    known = facts(commitments=[commitment(authority_says="fulfilled", confirmed_on=day("2025-06-01"))])
    assert measured("P03", known).value == 100


def test_where_no_list_is_asked_for_the_authority_alone_decides() -> None:
    for says, value in (("fulfilled", 100), ("not_fulfilled", 0)):
        found = measured("P03", facts(commitments=[commitment(authority_says=says, confirmed_on=day("2025-06-01"))]))
        assert (found.value, found.low, found.high, found.missing) == (value, value, value, ())


def test_where_bare_words_count_what_the_community_is_told_to_say_lacks_a_day_and_nothing_else() -> None:
    assert measured("P03", facts(commitments=[kept(community_known_by="told")])).value == 100
    undated = kept(community_known_by="told", confirmed_on=None)
    assert measured("P03", facts(commitments=[undated])).missing == ("no-day-of-fulfilment",)


def test_a_promise_of_an_earlier_year_that_is_still_open_counts_and_is_said_to() -> None:
    open_still = broken(due_on=day("2024-06-30"), carried=True)
    found = measured("P03", facts(commitments=[kept(), open_still]))
    assert (found.value, found.flags) == (50, ("carried-over", "small-base"))
    assert measured("P03", facts(commitments=[kept()])).flags == ("small-base",)


def test_a_confirmation_without_a_day_is_unknown() -> None:
    known = facts(commitments=[kept(), kept(confirmed_on=None), commitment()])
    assert measured("P03", known).missing == ("no-answer", "no-day-of-fulfilment")
    assert measured("P03", known).high == 100


def test_silence_on_everything_is_unknown() -> None:
    found = outcome("P03", facts(commitments=[commitment(company_says_fulfilled_on=day("2025-06-01"))]))
    assert (found.state, found.score, found.best) == ("unknown", 0, 100)
    assert outcome("P03", facts()).measured.missing == ("no-commitment-due",)


def test_voluntary_commitments_stand_apart() -> None:
    known = facts(commitments=[kept(), broken(voluntary=True)])
    found = measured("P03", known)
    assert (found.value, found.denominator) == (100, 1)
    parts = {part.name: part for part in found.breakdown}
    assert (parts["voluntary"].value, parts["voluntary"].denominator) == (0, 1)


def test_commitments_of_other_years_are_judged_there() -> None:
    known = facts(commitments=[kept(), broken(due_on=day("2026-01-01")), broken(due_on=day("2024-12-31"))])
    assert measured("P03", known).value == 100


def test_figures_published_310_days_after_the_year() -> None:
    known = facts(disclosures=[disclosure("2026-11-06"), disclosure("2027-03-01")])
    assert measured("T01", known).value == 310
    assert score("T01", known) == Decimal("76.4")


def test_a_year_that_is_not_published_scores_nothing_without_being_known() -> None:
    found = outcome("T01", facts(disclosures=[disclosure("2025-11-06", period_end="2024-12-31")]))
    assert (found.state, found.score, found.measured.missing) == ("unknown", 0, ("not-published",))


def test_figures_published_on_the_last_day_of_the_year_are_of_that_year() -> None:
    assert measured("T01", facts(disclosures=[disclosure("2025-12-31")])).value == 0
    assert outcome("T01", facts(disclosures=[disclosure("2025-12-30")])).state == "unknown"


def test_the_first_and_the_last_day_belong_to_the_year() -> None:
    for due_on, counts in (("2024-12-31", False), ("2025-01-01", True), ("2025-12-31", True), ("2026-01-01", False)):
        known = facts(commitments=[kept(due_on=day(due_on), confirmed_on=day("2024-12-01"))])
        assert (measured("P03", known).value == 100) is counts, due_on


def test_nobody_publishes_a_year_before_it_ends() -> None:
    assert outcome("T01", facts(disclosures=[disclosure("2025-11-06")])).state == "unknown"


def test_a_publication_without_a_day_could_have_been_the_first() -> None:
    known = facts(disclosures=[disclosure("2026-11-06"), disclosure(None)])
    assert (measured("T01", known).low, measured("T01", known).high) == (0, 310)
    assert bounds("T01", known) == (Decimal("76.4"), 100)


def test_days_beyond_the_limits_stay_between_0_and_100() -> None:
    assert score("T01", facts(disclosures=[disclosure("2026-01-01")])) == 100
    assert score("T01", facts(disclosures=[disclosure("2029-01-01")])) == 0


def test_a_promise_on_which_all_agree_is_not_called_disputed() -> None:
    said = day("2025-06-01")
    agreed = (
        kept(company_says_fulfilled_on=said),
        kept(authority_says="fulfilled", company_says_fulfilled_on=said),
        broken(authority_says="not_fulfilled"),
        broken(company_says_fulfilled_on=day("2025-07-01")),
        commitment(company_says_fulfilled_on=said),
        commitment(),
    )
    for promise in agreed:
        assert "disputed" not in measured("P03", facts(commitments=[promise])).flags
    for promise in (kept(authority_says="not_fulfilled"), broken(company_says_fulfilled_on=said)):
        assert "disputed" in measured("P03", facts(commitments=[promise])).flags


def test_of_several_reports_the_first_counts_whatever_their_order() -> None:
    reports = [disclosure("2026-06-01"), disclosure("2026-03-01"), disclosure("2026-09-01")]
    found = measured("T01", facts(disclosures=reports))
    assert (found.value, found.low, found.high, found.missing) == (60, 60, 60, ())
    undated = measured("T01", facts(disclosures=[*reports, disclosure(None)]))
    assert (undated.value, undated.low, undated.high) == (60, 0, 60)


def test_a_word_of_the_community_of_which_nobody_says_whose_it_is_stands_on_how_it_is_known() -> None:
    assert community_stands_on(kept(voice=NOT_SAID)) == PAPER
    assert community_stands_on(kept(voice=NOT_SAID, community_known_by="told")) == WORD
