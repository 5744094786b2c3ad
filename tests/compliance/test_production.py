"""From facts to a sealed scorecard, and from sealed publications to a chain in which every change shows."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Job, Organisation, User
from accounts.services import jobs
from compliance.evaluation import canonical, scoring
from compliance.evaluation.facts import (
    TABLES,
    AssessmentFact,
    CommitmentFact,
    ConditionFact,
    EmploymentFact,
    Facts,
    ObligationFact,
    PaymentFact,
    Row,
)
from compliance.evaluation.framework import Framework
from compliance.evaluation.gathering import Scope, gather
from compliance.evaluation.judgement import Judgement
from compliance.evaluation.sealed import facts_of, rules_of
from compliance.models import PolicyFramework, Publication, Review, Scorecard, ScorecardHead
from compliance.services import production
from compliance.services.documents import compose
from compliance.services.production import produce_scorecards, reporting_pairs, store
from compliance.services.publications import approve_scorecard, publish_scorecard
from compliance.services.reviews import approve_exemption, decide_indicator, standing_of
from projects.models import EmploymentReturn, ImpactAssessment, PhasePeriod, Project
from projects.services.records import amend_record
from tests.cast import (
    RECIPIENT,
    YEAR,
    Cast,
    corrected,
    employment,
    enter,
    evidence,
    gather_cast,
    neighbour,
    obligation,
    open_all,
    open_mine,
    payment,
    says,
)
from tests.cast import mine as a_mine

QUERIES_OF_GATHER = len(TABLES) + 4
QUERIES_WHERE_NOTHING_IS_WRITTEN = 4
"""the mines, their phases, what is written about them, and holdings, which reach any number of mines"""
REASON = (
    "The bank returned the payment because of a wrong account number; see the disbursement of 31 March and its slip."
)


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


# ---------------------------------------------------------------------------------------------------- gathering


def test_gathering_takes_a_query_a_table_and_four_for_one_project_for_eight_and_for_sixty(cast: Cast) -> None:
    """For several years as well; each project gets its own facts, from every table; a table without any is not read."""
    whole = [open_mine(cast.monitor, cast.company, f"Mine {number}") for number in range(8)]
    for one in whole:
        approve_exemption(actor=cast.reviewer, exemption=one.records["exemptions"], revision=1)
    mines = [one.project for one in whole] + [a_mine(cast.monitor, f"Bare mine {number}") for number in range(52)]
    counted = {}
    for size in (1, 8, 60):
        for years in ((YEAR,), (YEAR - 2, YEAR - 1, YEAR)):
            pairs = frozenset((mine.pk, year) for mine in mines[:size] for year in years)
            with CaptureQueriesContext(connection) as queries:
                found = gather(Scope(pairs, date(YEAR + 1, 6, 1)))
            counted[size, len(years)] = len(queries)
            assert found.keys() == pairs
    assert set(counted.values()) == {QUERIES_OF_GATHER}, counted
    with CaptureQueriesContext(connection) as queries:
        gather(Scope(frozenset((mine.pk, YEAR) for mine in mines[8:]), date(YEAR + 1, 6, 1)))
    assert len(queries) == QUERIES_WHERE_NOTHING_IS_WRITTEN
    for one in whole:
        facts = found[one.project.pk, YEAR]
        assert facts.project == one.project.slug
        more = {"expected": len(one.lists), "holdings": len(whole) - 1}  # one company is behind all of them
        for table, known in TABLES.items():
            assert len(facts[table]) == 1 + more.get(known.name, 0), known.name


@pytest.mark.parametrize(
    ("table", "due_on"),
    [
        (ObligationFact, date(YEAR, 6, 30)),
        (CommitmentFact, date(YEAR, 8, 1)),
        (ConditionFact, date(YEAR, 5, 1)),
    ],
)
def test_what_is_due_today_is_not_judged_before_tomorrow(cast: Cast, table: type[Row], due_on: date) -> None:
    """Until the end of its day it can still be paid, kept or met."""
    pair = (open_mine(cast.monitor, cast.company).project.pk, YEAR)
    assert not gather(Scope(frozenset({pair}), due_on))[pair][table]
    assert len(gather(Scope(frozenset({pair}), due_on + timedelta(days=1)))[pair][table]) == 1


def known_of(mine: Project, year: int = YEAR) -> Facts:
    """The facts of one mine and year, long after it."""
    return gather(Scope(frozenset({(mine.pk, year)}), date(YEAR + 1, 6, 1)))[mine.pk, year]


def test_the_size_of_a_mine_is_known_with_whether_it_is_the_companys_bare_word(cast: Cast) -> None:
    mine = a_mine(cast.monitor, "Qori Pampa", operator=cast.company)
    assert (known_of(mine).stratum, known_of(mine).stratum_is_bare_word) == ("", False)
    mine.stratum = Project.Stratum.SMALL
    mine.save()
    assert (known_of(mine).stratum, known_of(mine).stratum_is_bare_word) == ("small", False)
    mine.source.voice = "company"
    mine.source.save()
    assert known_of(mine).stratum_is_bare_word
    mine.source.evidence.set([evidence(cast.monitor)])
    assert not known_of(mine).stratum_is_bare_word


def test_versions_that_do_not_look_at_the_size_of_a_mine_seal_facts_without_it(cast: Cast) -> None:
    mine = a_mine(cast.monitor, "Qori Pampa", operator=cast.company)
    before = known_of(mine)
    mine.stratum = Project.Stratum.SMALL
    mine.save()
    rules = {one.version: rules_of(one) for one in PolicyFramework.objects.filter(code="peru-recommended-policies")}
    after = known_of(mine)
    assert canonical.dumps(after.seen_by(rules[4].looks_at).to_json()) == canonical.dumps(
        before.seen_by(rules[4].looks_at).to_json()
    )
    assert after.seen_by(rules[5].looks_at).to_json()["stratum"] == "small"


def test_a_mine_whose_size_is_amended_is_judged_again_in_every_open_year(cast: Cast) -> None:
    mine = open_mine(cast.monitor, cast.company).project
    Job.objects.all().delete()
    mine.stratum = Project.Stratum.SMALL
    source = mine.source
    amend_record(
        actor=cast.monitor, record=mine, source=source, revision=source.revision, reason="The register says it"
    )
    assert Job.objects.filter(kind="evaluate").exists()


def test_a_phase_ends_the_day_before_its_end(cast: Cast) -> None:
    mine = a_mine(cast.monitor, "Qori Pampa", operator=cast.company)
    for phase, start, end in (
        ("exploration", date(YEAR - 3, 1, 1), date(YEAR, 1, 1)),
        ("development", date(YEAR, 1, 1), date(YEAR, 12, 31)),
        ("operation", date(YEAR, 12, 31), None),
    ):
        enter(cast.monitor, PhasePeriod(project=mine, phase=phase, starts_on=start, ends_on=end))
    assert known_of(mine, YEAR - 1).phases == ("exploration",)
    assert known_of(mine).phases == ("development", "operation")
    assert known_of(mine, YEAR + 1).phases == ("operation",)


def test_the_files_behind_both_sides_of_a_payment_are_counted_until_they_are_superseded(cast: Cast) -> None:
    ana, one = cast.monitor, open_mine(cast.monitor, cast.company)
    assert known_of(one.project)[PaymentFact][0].evidence == 1

    def correct(amount: str, name: str) -> None:
        files = [evidence(ana, name), evidence(ana, f"page 2 of {name}")]
        corrected(ana, one.disbursement, says(RECIPIENT, amount, files=files), "Counted again.")

    correct("900", "minutes.pdf")
    assert known_of(one.project)[PaymentFact][0].evidence == 3
    correct("950", "better minutes.pdf")
    assert known_of(one.project)[PaymentFact][0].evidence == 3


def test_two_organisations_of_one_name_stay_two_employers(cast: Cast) -> None:
    mine = a_mine(cast.monitor, "Qori Pampa", operator=cast.company)
    namesake = Organisation.objects.create(name=cast.company.name, kind=Organisation.Kind.COMMUNITY_BODY, country="PE")
    employment(cast.monitor, mine, district=60)
    again = EmploymentReturn(
        project=mine,
        employer=namesake,
        period_start=date(YEAR, 1, 1),
        period_end=date(YEAR, 12, 31),
        contractors_included=True,
        total_fte=Decimal(100),
        district_fte=Decimal(90),
    )
    enter(cast.monitor, again)
    known = known_of(mine)
    assert {row.employer_key for row in known[EmploymentFact]} == {
        f"organisation/{cast.company.pk}",
        f"organisation/{namesake.pk}",
    }
    found = (
        scoring.judge(rules_of(PolicyFramework.objects.get(code="peru-recommended-policies", version=1)), known)
        .outcome("L01")
        .measured
    )
    assert (found.value, found.denominator, found.flags) == (Decimal(50), Decimal(300), ())


# --------------------------------------------------------------------------------------------------- production


@pytest.fixture
def mine(cast: Cast) -> Project:
    """A project with one employment return."""
    made = a_mine(cast.monitor, "Qori Pampa", operator=cast.company)
    employment(cast.monitor, made, district=60)
    return made


def head_of(mine: Project, year: int = YEAR) -> ScorecardHead:
    """What stands now."""
    return ScorecardHead.objects.select_related("scorecard").get(project=mine, year=year)


def amend_employment(mine: Project, district: int) -> None:
    """The monitor corrects the number of local workers."""
    found = EmploymentReturn.objects.get(project=mine)
    found.district_fte = Decimal(district)
    amend_record(
        actor=User.objects.get(full_name="Monitor"),
        record=found,
        source=found.source,
        revision=found.source.revision,
        reason="A slip.",
    )


@pytest.mark.promise("one-scorecard")
def test_the_same_facts_and_rules_give_the_same_scorecard(mine: Project) -> None:
    assert produce_scorecards({(mine.pk, YEAR)}) == 1
    first = head_of(mine)
    assert produce_scorecards({(mine.pk, YEAR)}) == 0
    again = head_of(mine)
    assert Scorecard.objects.filter(project=mine).count() == 1
    assert (again.scorecard_id, again.produced_at) == (first.scorecard_id, first.produced_at)
    assert again.facts_read_at > first.facts_read_at


def test_facts_that_are_judged_already_are_not_judged_again(mine: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[int] = []

    def judge(rules: Framework, facts: Facts) -> Judgement:
        judged.append(facts.year)
        return scoring.judge(rules, facts)

    monkeypatch.setattr(production, "judge", judge)
    produce_scorecards({(mine.pk, YEAR)})
    produce_scorecards({(mine.pk, YEAR), (mine.pk, YEAR - 1)})
    assert judged == [YEAR, YEAR - 1]


def test_a_score_is_cut_to_its_column_and_not_rounded_into_the_next_grade(mine: Project) -> None:
    pair = (mine.pk, YEAR)
    rules = rules_of(PolicyFramework.objects.get(code="peru-recommended-policies", version=1))
    judgement = scoring.judge(rules, known_of(mine))
    just_below = replace(judgement, score=Decimal("74.99996"), worst=None, best=Decimal("99.99999"), grade="B")
    stored = production.produced((*pair, "0" * 64), "{}", None, just_below)
    assert (stored.score, stored.worst, stored.best) == (Decimal("74.9999"), None, Decimal("99.9999"))
    assert json.loads(stored.judgement_text)["score"] == "74.99996"


@pytest.mark.promise("never-back")
def test_facts_are_read_as_of_one_moment(committed: str) -> None:
    """What somebody commits while facts are being read is seen by the next look, and not by half of this one."""
    cast = gather_cast()
    made = a_mine(cast.monitor, "Qori Pampa", operator=cast.company)
    with production.repeatable_read():
        assert EmploymentReturn.objects.count() == 0
        with ThreadPoolExecutor(1) as another:
            another.submit(enter_elsewhere, cast, made).result()
        assert EmploymentReturn.objects.count() == 0
    assert EmploymentReturn.objects.count() == 1


def enter_elsewhere(cast: Cast, mine: Project) -> None:
    """On a connection of its own, which is closed."""
    employment(cast.monitor, mine)
    connection.close()


@pytest.mark.promise("changed-figures")
def test_what_is_corrected_in_an_old_year_is_judged_again_in_the_later_ones(cast: Cast, mine: Project) -> None:
    for year in (YEAR - 2, YEAR - 1):
        employment(cast.monitor, mine, year)
    produce_scorecards(reporting_pairs())
    Job.objects.all().delete()
    study = ImpactAssessment(
        project=mine,
        instrument="EIA-d",
        component="pit",
        submitted_on=date(YEAR - 1, 3, 1),
        participation_planned=2,
        participation_held=1,
    )
    enter(cast.monitor, study)
    jobs.run(str(Job.objects.get().pk))
    known = {
        head.year: len(facts_of(head.scorecard)[AssessmentFact]) for head in ScorecardHead.objects.filter(project=mine)
    }
    assert known == {YEAR - 2: 0, YEAR - 1: 1, YEAR: 1}


def test_a_study_without_any_date_names_the_open_years_of_its_mine(cast: Cast, mine: Project) -> None:
    employment(cast.monitor, mine, YEAR - 2)
    Job.objects.all().delete()
    enter(cast.monitor, ImpactAssessment(project=mine, instrument="EIA-d", component="pit"))
    assert set(Job.objects.values_list("subject", flat=True)) == {
        f"project/{mine.pk}/{year}" for year in (YEAR - 2, YEAR)
    }


@pytest.mark.promise("one-scorecard")
def test_two_workers_that_judge_the_same_facts_store_one_scorecard(mine: Project) -> None:
    one, other = production.evaluate({(mine.pk, YEAR)}), production.evaluate({(mine.pk, YEAR)})
    assert (store(one), store(other)) == (1, 0)
    assert Scorecard.objects.filter(project=mine).count() == 1
    assert head_of(mine).facts_read_at == other.read_at


def test_changed_facts_give_another_scorecard_and_the_head_moves(mine: Project) -> None:
    produce_scorecards({(mine.pk, YEAR)})
    first = head_of(mine).scorecard
    amend_employment(mine, 40)
    assert produce_scorecards({(mine.pk, YEAR)}) == 1
    second = head_of(mine).scorecard
    assert second.pk != first.pk
    assert second.facts_sha256 != first.facts_sha256
    assert Scorecard.objects.filter(project=mine).count() == 2


def test_facts_that_change_back_give_the_first_scorecard_again(mine: Project) -> None:
    produce_scorecards({(mine.pk, YEAR)})
    first = head_of(mine).scorecard_id
    amend_employment(mine, 40)
    produce_scorecards({(mine.pk, YEAR)})
    amend_employment(mine, 60)
    assert produce_scorecards({(mine.pk, YEAR)}) == 0
    assert head_of(mine).scorecard_id == first


@pytest.mark.promise("never-back")
def test_a_head_never_goes_back_to_facts_that_were_read_earlier(mine: Project) -> None:
    """A slow worker stores what it read before the correction; the head stays with what was read after it."""
    slow = production.evaluate({(mine.pk, YEAR)})
    amend_employment(mine, 40)
    quick = production.evaluate({(mine.pk, YEAR)})
    assert slow.read_at < quick.read_at
    store(quick)
    stands = head_of(mine)
    store(slow)
    assert head_of(mine).scorecard_id == stands.scorecard_id
    assert head_of(mine).facts_read_at == stands.facts_read_at
    assert Scorecard.objects.filter(project=mine).count() == 2


def test_a_scorecard_seals_the_facts_that_it_was_computed_from(mine: Project) -> None:
    produce_scorecards({(mine.pk, YEAR)})
    card = head_of(mine).scorecard
    assert canonical.fingerprint(card.facts_text) == card.facts_sha256
    assert facts_of(card)[EmploymentFact][0].district_fte == 60
    assert canonical.dumps(json.loads(card.judgement_text)) == card.judgement_text


def test_facts_that_an_earlier_version_sealed_are_published_as_they_were_sealed(mine: Project) -> None:
    produce_scorecards({(mine.pk, YEAR)})
    card = head_of(mine).scorecard
    facts = json.loads(card.facts_text)
    del facts["employment"][0]["employer_key"]
    earlier = Scorecard(project=mine, year=YEAR, framework=card.framework, facts_text=canonical.dumps(facts))
    assert compose(earlier, standing_of(card), date(YEAR + 1, 6, 1))["facts"] == facts


def test_everything_is_produced_in_bounded_steps(mine: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(production, "CHUNK", 2)
    steps: list[tuple[int, int]] = []
    pairs = {(mine.pk, year) for year in range(2020, 2025)}
    produce_scorecards(pairs, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(2, 5), (4, 5), (5, 5)]
    assert ScorecardHead.objects.filter(project=mine).count() == 5


def test_years_to_come_are_not_judged(cast: Cast, mine: Project) -> None:
    near = neighbour(cast.monitor, "Wayra Pata")
    obligation(cast.monitor, mine, near, date(timezone.localdate().year + 3, 1, 1))
    assert reporting_pairs() == {(mine.pk, YEAR)}


def said_by(command: str, *arguments: str) -> str:
    """What a management command prints."""
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_scorecards_are_produced_by_hand_for_a_project_a_year_or_all(cast: Cast, mine: Project) -> None:
    other = a_mine(cast.monitor, "Second mine", operator=cast.company)
    employment(cast.monitor, other)
    employment(cast.monitor, other, YEAR - 1)
    assert "1 scorecards looked at, 1 new" in said_by("produce_scorecards", "--project", mine.slug)
    assert "2 scorecards looked at, 1 new, 1 unchanged" in said_by("produce_scorecards", "--year", str(YEAR))
    both = said_by("produce_scorecards", "--project", other.slug, "--year", str(YEAR - 1))
    assert "1 scorecards looked at, 1 new" in both
    assert "3 scorecards looked at, 0 new, 3 unchanged" in said_by("produce_scorecards", "--all")
    assert ScorecardHead.objects.count() == 3


@pytest.mark.django_db
def test_an_address_that_no_project_has_is_said() -> None:
    with pytest.raises(CommandError, match="No project has the address no-such-mine"):
        said_by("produce_scorecards", "--project", "no-such-mine")
    with pytest.raises(CommandError, match="--all"):
        said_by("produce_scorecards")


# ------------------------------------------------------------------------------------- the chain of publications


def review_and_publish(
    rosa: User, julian: User, mine: Project, year: int, *, override: str = "", why: str = ""
) -> None:
    """Through the services, as two people do it."""
    card = head_of(mine, year).scorecard
    standing = standing_of(card)
    open_all(rosa, card)
    for code in standing.undecided:
        if code == override:
            decide_indicator(
                actor=rosa,
                scorecard=card,
                indicator=code,
                action=Review.Action.OVERRIDE,
                reason=REASON,
                score=Decimal(50),
            )
        else:
            decide_indicator(actor=rosa, scorecard=card, indicator=code, action=Review.Action.ACCEPT)
    approve_scorecard(actor=rosa, scorecard=card)
    publish_scorecard(actor=julian, scorecard=card, correction_reason=why)


def make_chain() -> list[str]:
    """Five publications: two mines, two years, an override, and a correction; their fingerprints."""
    cast = gather_cast()
    ana, rosa, julian = cast.monitor, cast.reviewer, cast.second_reviewer
    qori, anta = (open_mine(ana, cast.company, name) for name in ("Qori", "Anta"))
    for one in (qori, anta):
        employment(ana, one.project, YEAR - 1)
        payment(ana, obligation(ana, one.project, one.community, date(YEAR - 1, 3, 31)))
    produce_scorecards({(one.project.pk, year) for one in (qori, anta) for year in (YEAR - 1, YEAR)})
    for year in (YEAR - 1, YEAR):
        review_and_publish(rosa, julian, qori.project, year)
        review_and_publish(rosa, julian, anta.project, year, override="R02")
    payment(ana, obligation(ana, qori.project, qori.community, date(YEAR, 6, 30)), paid="900", received="0")
    produce_scorecards({(qori.project.pk, YEAR)})
    review_and_publish(rosa, julian, qori.project, YEAR, why="A payment of June was missing.")
    return list(Publication.objects.order_by("sequence").values_list("sha256", flat=True))


@pytest.mark.django_db
def test_a_chain_made_by_the_review_services_has_no_flaw() -> None:
    chain = make_chain()
    assert len(chain) == 5
    said = said_by("verify_publications")
    assert said.strip() == f"5 publications match. Head: {chain[-1]}"
    for head in chain:  # each was the head once; a witness may have kept any of them
        assert "5 publications match" in said_by("verify_publications", "--head", head)


@pytest.mark.django_db
def test_an_empty_chain_has_no_flaw_but_a_witnessed_head_is_missed() -> None:
    assert "0 publications match. Head: none" in said_by("verify_publications")
    with pytest.raises(CommandError):
        said_by("verify_publications", "--head", "0" * 64)


Tamper = Callable[[Any, list[str]], None]


def edited(cursor: Any, number: int, change: Callable[[dict[str, Any]], None], *, seal: bool = True) -> str:
    """Change a published document; with `seal`, recompute its fingerprint as a forger would."""
    cursor.execute("SELECT document FROM compliance_publication WHERE sequence = %s", [number])
    document = json.loads(cursor.fetchone()[0])
    change(document)
    text = canonical.dumps(document)
    cursor.execute("UPDATE compliance_publication SET document = %s WHERE sequence = %s", [text, number])
    if seal:
        cursor.execute(
            "UPDATE compliance_publication SET sha256 = %s WHERE sequence = %s", [canonical.fingerprint(text), number]
        )
    return canonical.fingerprint(text)


def change_one_byte(cursor: Any, chain: list[str]) -> None:
    cursor.execute("UPDATE compliance_publication SET document = replace(document, 'Qori', 'Qoru') WHERE sequence = 3")


def change_a_score_and_its_fingerprint(cursor: Any, chain: list[str]) -> None:
    edited(cursor, 2, lambda document: document["scorecard"].update(score="99"))


def change_the_last_score_and_its_fingerprint(cursor: Any, chain: list[str]) -> None:
    edited(cursor, 5, lambda document: document["scorecard"].update(score="99", grade="A"))


def change_a_sealed_fact(cursor: Any, chain: list[str]) -> None:
    edited(cursor, 5, lambda document: document["facts"]["employment"][0].update(district_fte="190"))


def name_other_rules(cursor: Any, chain: list[str]) -> None:
    edited(cursor, 5, lambda document: document["framework"].update(sha256="c" * 64))


def name_a_schema_to_come(cursor: Any, chain: list[str]) -> None:
    edited(cursor, 5, lambda document: document.update(schema="minka-publication/9"))


def take_an_override_away(cursor: Any, chain: list[str]) -> None:
    def forget(document: dict[str, Any]) -> None:
        for row in document["scorecard"]["indicators"]:
            row["override"] = None

    edited(cursor, 4, forget)


def delete_from_the_middle(cursor: Any, chain: list[str]) -> None:
    cursor.execute("DELETE FROM compliance_publishedplace WHERE publication_id = 3")
    cursor.execute("DELETE FROM compliance_publication WHERE sequence = 3")


def delete_and_close_the_gap(cursor: Any, chain: list[str]) -> None:
    """Every later one is numbered, linked and sealed again, as by somebody who knows the format."""
    delete_from_the_middle(cursor, chain)
    previous = chain[1]
    for number in (4, 5):
        place: dict[str, Any] = {"sequence": number - 1, "previous": previous}
        edited(cursor, number, partial(move, place))
        cursor.execute(
            "UPDATE compliance_publication SET sequence = %s, previous_sha256 = %s WHERE sequence = %s"
            " RETURNING sha256",
            [number - 1, previous, number],
        )
        previous = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE compliance_publishedplace SET publication_id = %s WHERE publication_id = %s", [number - 1, number]
        )


def move(place: dict[str, Any], document: dict[str, Any]) -> None:
    """Give a document another place in the chain."""
    document.update(place)


def rewrite_the_tail(cursor: Any, chain: list[str]) -> None:
    """The last one is replaced by a forgery that is consistent in itself."""
    moment = "2026-01-01T00:00:00Z"
    edited(cursor, 5, lambda document: document.update(published_at=moment))
    cursor.execute("UPDATE compliance_publication SET published_at = %s WHERE sequence = 5", [moment])


def delete_the_tail(cursor: Any, chain: list[str]) -> None:
    cursor.execute("DELETE FROM compliance_publishedplace WHERE publication_id = 5")
    cursor.execute("DELETE FROM compliance_publication WHERE sequence = 5")


def change_a_column(cursor: Any, chain: list[str]) -> None:
    cursor.execute("UPDATE compliance_publication SET grade = 'E' WHERE sequence = 5")


def change_the_name_column(cursor: Any, chain: list[str]) -> None:
    cursor.execute("UPDATE compliance_publication SET project_name = 'Better' WHERE sequence = 1")


def change_the_day(cursor: Any, chain: list[str]) -> None:
    cursor.execute(
        "UPDATE compliance_publication SET published_at = published_at - interval '1 year' WHERE sequence = 2"
    )


def change_the_operator(cursor: Any, chain: list[str]) -> None:
    cursor.execute("UPDATE compliance_publication SET operator_name = 'Somebody else' WHERE sequence = 2")


def hide_it_from_a_community(cursor: Any, chain: list[str]) -> None:
    """The publication stays, and its community's page does not find it any more."""
    cursor.execute("DELETE FROM compliance_publishedplace WHERE publication_id = 5 AND kind = 'community'")


def change_the_pointer(cursor: Any, chain: list[str]) -> None:
    cursor.execute("UPDATE compliance_publication SET previous_sha256 = %s WHERE sequence = 4", ["a" * 64])


def swap_two(cursor: Any, chain: list[str]) -> None:
    for old, new in ((2, 90), (3, 2), (90, 3)):
        cursor.execute("UPDATE compliance_publication SET sequence = %s WHERE sequence = %s", [new, old])
        cursor.execute("UPDATE compliance_publishedplace SET publication_id = %s WHERE publication_id = %s", [new, old])


def replace_the_fingerprint_column(cursor: Any, chain: list[str]) -> None:
    cursor.execute("UPDATE compliance_publication SET sha256 = %s WHERE sequence = 5", ["b" * 64])


def put_spaces_into_the_document(cursor: Any, chain: list[str]) -> None:
    cursor.execute("SELECT document FROM compliance_publication WHERE sequence = 5")
    text = json.dumps(json.loads(cursor.fetchone()[0]))
    cursor.execute(
        "UPDATE compliance_publication SET document = %s, sha256 = %s WHERE sequence = 5",
        [text, canonical.fingerprint(text)],
    )


def put_rubbish_in_its_place(cursor: Any, chain: list[str]) -> None:
    cursor.execute(
        "UPDATE compliance_publication SET document = '[]', sha256 = %s WHERE sequence = 5",
        [canonical.fingerprint("[]")],
    )


def forget_the_step_of_publishing(cursor: Any, chain: list[str]) -> None:
    forget_step(cursor, "publish")


def forget_the_approval(cursor: Any, chain: list[str]) -> None:
    forget_step(cursor, "approve")


def forget_step(cursor: Any, action: str) -> None:
    """A step on the scorecard of the last publication was never taken."""
    cursor.execute(
        "DELETE FROM compliance_review WHERE action = %s AND scorecard_id ="
        " (SELECT scorecard_id FROM compliance_publication WHERE sequence = 5)",
        [action],
    )


def forget_who_gave_the_overrides(cursor: Any, chain: list[str]) -> None:
    cursor.execute("DELETE FROM compliance_review WHERE action = 'override'")


def rest_on_another_year(cursor: Any, chain: list[str]) -> None:
    rest_on_the_scorecard_of(cursor, 1)


def rest_on_other_facts(cursor: Any, chain: list[str]) -> None:
    rest_on_the_scorecard_of(cursor, 5)


def rest_on_the_scorecard_of(cursor: Any, other: int) -> None:
    """The third publication, of the mine and year that the fifth corrects, names another one's scorecard."""
    cursor.execute(
        "UPDATE compliance_publication SET scorecard_id ="
        " (SELECT scorecard_id FROM compliance_publication WHERE sequence = %s) WHERE sequence = 3",
        [other],
    )


ONLY_WITH_A_WITNESS = {rewrite_the_tail, delete_the_tail, delete_and_close_the_gap}
SEALED_TABLES = ("compliance_review", "compliance_publication", "compliance_publishedplace")
TAMPERINGS: dict[Tamper, str] = {
    change_one_byte: "publication 3: the document does not have its fingerprint",
    change_a_score_and_its_fingerprint: "publication 2: score is published as 99",
    change_the_last_score_and_its_fingerprint: "publication 5: score is published as 99",
    change_a_sealed_fact: "publication 5: L01 value is published as",
    name_other_rules: "publication 5: the rules are not those of its framework",
    name_a_schema_to_come: "the schema minka-publication/9 is not known",
    take_an_override_away: "publication 4: R02 score is published as",
    delete_from_the_middle: "publication 4: number 3 is missing",
    delete_and_close_the_gap: "the witnessed fingerprint",
    rewrite_the_tail: "the witnessed fingerprint",
    delete_the_tail: "the witnessed fingerprint",
    change_a_column: "publication 5: the column grade differs from the document",
    change_the_name_column: "publication 1: the column project_name differs from the document",
    change_the_day: "publication 2: the column published_at differs from the document",
    change_the_operator: "publication 2: the column operator_name differs from the document",
    hide_it_from_a_community: "publication 5: the places that lead to it differ from the document",
    change_the_pointer: "publication 4: it does not point to the one before",
    swap_two: "publication 2: the document names another place in the chain",
    replace_the_fingerprint_column: "publication 5: the document does not have its fingerprint",
    put_spaces_into_the_document: "publication 5: the document is not in canonical form",
    put_rubbish_in_its_place: "publication 5: the document cannot be read",
    forget_the_step_of_publishing: "publication 5: the step of publishing is not recorded",
    forget_the_approval: "publication 5: nobody approved what it shows",
    forget_who_gave_the_overrides: "publication 4: no reviewer gave the override of R02",
    rest_on_another_year: "publication 3: its scorecard is of another project or year",
    rest_on_other_facts: "publication 3: the facts are not those of its scorecard",
}


@pytest.mark.promise("tampering")
def test_every_kind_of_tampering_is_named(committed: str) -> None:
    """By the owner of the database with the triggers off; each is taken back before the next."""
    chain = make_chain()
    missed = []
    for tamper, named in TAMPERINGS.items():
        with connections["owner"].cursor() as cursor:
            for table in SEALED_TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                cursor.execute(f"CREATE TABLE IF NOT EXISTS kept_{table} AS TABLE {table}")
            with transaction.atomic(using="owner"):
                tamper(cursor, chain)
        out = io.StringIO()
        try:
            call_command("verify_publications", "--head", chain[-1], stdout=out)
        except CommandError:
            if named not in out.getvalue():
                missed.append(f"{tamper.__name__}: said {out.getvalue()}")
        else:
            missed.append(f"{tamper.__name__}: nobody noticed")
        without = io.StringIO()
        if tamper in ONLY_WITH_A_WITNESS:
            call_command("verify_publications", stdout=without)  # the chain alone cannot show it
        with connections["owner"].cursor() as cursor:
            for table in reversed(SEALED_TABLES):
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608
            for table in SEALED_TABLES:
                cursor.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")  # noqa: S608
        assert "5 publications match" in said_by("verify_publications", "--head", chain[-1])
    assert not missed, "\n".join(missed)
