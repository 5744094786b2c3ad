"""Posts that foreigners hold, and by which day nationals follow them."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.employment import NO_EMPLOYMENT_RETURN, PERIOD_NOT_COVERED
from compliance.evaluation.criteria.measurement import SMALL_BASE, Measurement, known_count, measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.employment import in_days, merged, span_of
from compliance.evaluation.facts import EmploymentFact, Facts, Row, column, fact_table, reference, while_in_force
from compliance.evaluation.framework import Indicator
from compliance.evaluation.words import code, gettext_noop

NO_FOREIGNERS = code("no-foreigners", gettext_noop("no employer reports a foreigner who counts by D.Leg. 689"))
NO_FOREIGN_HEADCOUNT = code(
    "no-foreign-headcount", gettext_noop("nobody says how many foreigners some employer has on its staff")
)
NO_FOREIGNERS_BARE_WORD = code(
    "no-foreigners-bare-word", gettext_noop("that there is no foreigner is a bare word without document")
)
POSTS_NOT_LISTED = code(
    "posts-not-listed",
    gettext_noop("employers report more foreigners than posts; those that are missing have no plan here"),
)
NO_WORD_ON_PLAN = code("no-word-on-plan", gettext_noop("nobody says whether there is a plan for some posts"))
PLAN_WITHOUT_DAY = code("plan-without-day", gettext_noop("some plans do not say by which day a national follows"))
PLAN_BARE_WORD = code(
    "plan-bare-word", gettext_noop("some plans are the company's bare word, without document, and do not count")
)
NO_PLAN = code(
    "no-plan",
    gettext_noop(
        "some posts have no plan, and no day by the end of the year is on record on which a national followed"
    ),
)
PLAN_OVERDUE = code(
    "plan-overdue",
    gettext_noop(
        "the day of some plans passed in an earlier year, and no day by the end of the year is on record on which a national "
        "followed; they do not count"
    ),
)
Employer = tuple[str, str]


@fact_table("foreign-posts", record="foreign-post", years=while_in_force("held_since__year", "passed_on__year"))
class ForeignPostFact(Row):
    """One post that a foreigner holds, or held until a national followed; what it is called is no fact."""

    employer: str = column("employer__name")
    employer_key: str = reference("employer", "organisation", default="")
    held_since: date
    has_plan: bool | None = None
    """None: nobody says whether there is a plan by which a national follows"""
    follows_by: date | None = None
    """the day in the plan; None: it names none, or nobody says it"""
    passed_on: date | None = None
    """the day on which a national followed; None: none did, as far as is known"""

    @property
    def employed_by(self) -> Employer:
        """Who the employer is, as returns of employment name it."""
        return self.employer, self.employer_key


@measure(
    divides=(gettext_noop("posts of foreigners with a plan and a day"), gettext_noop("posts of foreigners")),
    codes=(
        *(NO_FOREIGNERS, NO_FOREIGN_HEADCOUNT, NO_FOREIGNERS_BARE_WORD, NO_EMPLOYMENT_RETURN, PERIOD_NOT_COVERED),
        *(POSTS_NOT_LISTED, NO_WORD_ON_PLAN, NO_PLAN, PLAN_WITHOUT_DAY, PLAN_BARE_WORD, PLAN_OVERDUE, SMALL_BASE),
    ),
)
def posts_passed_on(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the posts held by foreigners for which a plan says by which day a national follows.

    Rule: posts with such a plan ÷ posts held by foreigners at any time in the period, as they are on record one by one. A
    post that was passed on to a national in the period counts as planned. A plan of which the day passed in an earlier year does not.
    Where an employer's returns count more foreigners than it has posts on record, those that are missing have no plan here.
    Unit: percent of posts. Source: D.Leg. 689 art. 5, contracts of foreigners state that nationals are trained for the
    same occupation; thresholds are policy.
    Missing: a plan without a day, one that is a bare word, silence about it, and posts that are missing do not count and raise
    the best case. So does a post without a plan, or with one of which the day has passed, while no day is on record on which
    it was passed on: a national may have followed. Where nobody says how many foreigners an employer has, or nobody reports
    on some days, the range is open. Where every employer's return says on paper, for the whole period, that no foreigner
    counts, and no post is on record, the rule does not apply; as a bare word that is not known.
    """
    posts, missing = facts[ForeignPostFact], set[str]()
    returns = in_days(facts[EmploymentFact], facts.period_start, facts.period_end)
    heads, open_codes = _foreigners(returns, facts)
    if not posts and not open_codes and not sum(heads.values(), ZERO):
        if not any(one.bare_word for one in returns):
            return measurement(returns, applicable=False, reason=NO_FOREIGNERS)
        return measurement(returns, {NO_FOREIGNERS_BARE_WORD})
    share, flags = Share(), set[str]()
    on_record = defaultdict[Employer, Decimal](Decimal)
    for post in posts:
        on_record[post.employed_by] += 1
        known, why = _planned(post, facts)
        share.add(Decimal(1), known, known=why in {NO_PLAN, PLAN_OVERDUE})
        missing |= {why} if why and known is None else set()
        flags |= {why} if why and known is not None else set()
    for employer, most in heads.items():
        if most > on_record[employer]:
            share.add(most - on_record[employer], None)
            missing.add(POSTS_NOT_LISTED)
    if open_codes:
        share.open()
    return share.measurement(missing | open_codes, [*posts, *returns], flags=flags)


def _foreigners(returns: list[EmploymentFact], facts: Facts) -> tuple[dict[Employer, Decimal], set[str]]:
    """The most foreigners that each employer reports, and as codes why there may be more."""
    heads, spans = dict[Employer, Decimal](), defaultdict[Employer, list[tuple[date, date]]](list)
    missing = set() if returns else {NO_EMPLOYMENT_RETURN}
    for report in returns:
        spans[report.employed_by].append(span_of(report))
        foreign = known_count(report.foreign_headcount)
        if foreign is None:
            missing.add(NO_FOREIGN_HEADCOUNT)
        else:
            heads[report.employed_by] = max(heads.get(report.employed_by, ZERO), foreign)
    if any(merged(own) != [(facts.period_start, facts.period_end)] for own in spans.values()):
        missing.add(PERIOD_NOT_COVERED)
    return heads, missing


def _planned(post: ForeignPostFact, facts: Facts) -> tuple[Decimal | None, str]:
    """1 for a post with a plan that counts, 0 for one without, None where that is not known; and a code that says why.

    That no national followed in the period is known only where the day is on record on which one did later.
    """
    is_passed_on = post.passed_on is not None and post.passed_on <= facts.period_end
    if not is_passed_on:
        at_most = None if post.passed_on is None else ZERO
        if post.has_plan is None:
            return None, NO_WORD_ON_PLAN
        if not post.has_plan:
            return at_most, NO_PLAN
        if post.follows_by is None:
            return None, PLAN_WITHOUT_DAY
        if post.follows_by < facts.period_start:
            return at_most, PLAN_OVERDUE
    return (None, PLAN_BARE_WORD) if post.bare_word else (Decimal(1), "")
