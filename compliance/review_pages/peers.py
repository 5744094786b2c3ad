"""The other mines of the year by which a result is compared."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from accounts.models import User
from compliance.evaluation.canonical import ZERO
from compliance.evaluation.judgement import WITHHELD, Judgement
from compliance.models import Scorecard, ScorecardHead
from compliance.review_pages.results import SEALED_TEXTS, Result, results_of

NO_GRADE = (None, WITHHELD)
MOST_PEERS = 100


@dataclass(frozen=True)
class Peer:
    """Another mine's result of the same year, by the same rules."""

    head: ScorecardHead
    result: Result


@dataclass(frozen=True)
class Peers:
    """The other mines of the year that the person sees."""

    graded: list[Peer]
    withheld: int
    """of so many too little is known for a grade, and they are compared with nothing"""
    more: bool
    """there are more than a drawing holds"""

    @property
    def scores(self) -> list[Decimal]:
        """Their scores, from the lowest."""
        return sorted(peer.result.score or ZERO for peer in self.graded)

    @property
    def coverages(self) -> list[Decimal]:
        """How much is known of each, from the least."""
        return sorted(peer.result.coverage or ZERO for peer in self.graded)

    @property
    def middle(self) -> Decimal:
        """As many scores lie below as above."""
        return median(self.scores)


def peers_of(actor: User, card: Scorecard, result: Judgement) -> Peers | None:
    """Whom to compare the result with; nobody where it has no grade itself, or where there is no other."""
    if result.grade in NO_GRADE:
        return None
    heads = ScorecardHead.objects.visible_to(actor).with_status().exclude(project=card.project_id)
    heads = heads.filter(year=card.year, scorecard__framework=card.framework_id).select_related(
        "scorecard__framework", "project"
    )
    heads = heads.defer(*SEALED_TEXTS).order_by("project__name")
    rows = results_of(heads[: MOST_PEERS + 1])
    graded = [Peer(head, result) for head, result in rows if result.grade not in NO_GRADE]
    more = len(rows) > MOST_PEERS
    return Peers(graded, len(rows) - len(graded), more) if graded or more else None
