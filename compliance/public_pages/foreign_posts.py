"""Posts that foreigners hold, and by which day nationals follow them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.design.writing import long_date, yes_or_no
from compliance.evaluation.criteria.foreign_posts import ForeignPostFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import (
    RecordRow,
    Section,
    Subject,
    Table,
    Values,
    public_records,
    register,
    rows_shown,
    table_of,
)
from projects.models import ForeignPost


@dataclass(frozen=True, slots=True, kw_only=True)
class PostWords:
    """What a post is called, where everybody may read the source."""

    record: str
    post: str


def describe_posts(subject: Subject) -> list[PostWords] | None:
    """What each post is called whose source is public; of the others only the days are published."""
    rows = subject.facts[ForeignPostFact]
    records = public_records(ForeignPost, rows)
    return [PostWords(record=row.record, post=records[row.key].post) for row in rows if row.key in records] or None


def names_of(document: Document) -> dict[str, str]:
    """What each post is called, by the record; nothing where not everybody may read it."""
    return {one.record: one.post for one in document.rows(PostWords, "foreign-posts")}


def show_posts(document: Document) -> Values | None:
    """Each post with its plan, those that a foreigner holds longest first, below how many have a plan with a day."""
    names = names_of(document)
    posts = sorted(document.facts[ForeignPostFact], key=lambda one: (one.held_since, one.key))
    rows = [
        RecordRow(
            names.get(row.record) or _("Its name is not public"),
            row.employer,
            row.voice,
            [long_date(row.held_since), plan_words(row), passed_on_words(row)],
        )
        for row in posts
    ]
    shown = rows_shown(
        [_("Post"), _("Held by a foreigner since"), _("A national follows by"), _("Passed on to a national")], rows
    )
    return shown and {"lead": posts_words(posts), **shown}


def posts_words(posts: list[ForeignPostFact]) -> str:
    """How many posts are on record, and how many of them name a day; whose word that is stands beside each."""
    words = ngettext(
        "%(all)d post held by a foreigner is on record; a day by which a national follows is named for %(plans)d.",
        "%(all)d posts held by foreigners are on record; a day by which a national follows is named for %(plans)d.",
        len(posts),
    )
    return words % {"all": len(posts), "plans": sum(one.follows_by is not None for one in posts)}


def plan_words(row: ForeignPostFact) -> str:
    """The day in the plan; without one whether there is a plan."""
    if row.follows_by is not None:
        day = long_date(row.follows_by)
        return _("%(day)s, without a document") % {"day": day} if row.bare_word else day
    if row.has_plan is None:
        return _("We don’t know")
    return _("The plan names no day") if row.has_plan else _("There is no plan")


def passed_on_words(row: ForeignPostFact) -> str:
    """The day on which a national followed; that none is on record is no word that none did."""
    return _("No day is on record") if row.passed_on is None else long_date(row.passed_on)


def posts_table(document: Document) -> Table:
    """One row a post."""
    names = names_of(document)
    columns: dict[str, Callable[[ForeignPostFact], object]] = {
        _("record"): lambda row: row.record,
        _("employer"): lambda row: row.employer,
        _("post"): lambda row: names.get(row.record),
        _("held by a foreigner since"): lambda row: row.held_since,
        _("there is a plan"): lambda row: None if row.has_plan is None else yes_or_no(row.has_plan),
        _("a national follows by"): lambda row: row.follows_by,
        _("passed on to a national on"): lambda row: row.passed_on,
        _("who says so"): lambda row: row.voice,
    }
    return table_of(document, columns, document.facts[ForeignPostFact])


register(
    Section(
        name="foreign-posts",
        page="work",
        place=3,
        title=gettext_lazy("Posts passed on to nationals"),
        part=PostWords,
        is_list=True,
        describe=describe_posts,
        show=show_posts,
        table=posts_table,
        template="table",
    )
)
