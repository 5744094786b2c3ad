"""The page of a community: what each mine owes it, and what arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from compliance.public_pages.commitments import PublishedPromise, promises_of
from compliance.public_pages.communities import Neighbour, neighbours_of
from compliance.public_pages.document import Document
from compliance.public_pages.money import Recipient, Sums, added_sums, money_of
from compliance.public_pages.payments import PaymentAsRead, for_the_community, in_order
from compliance.public_pages.project import Mine, keepers, mine_of, recorders
from compliance.public_pages.scorecard import grade_range


@dataclass(frozen=True)
class PaymentToUs:
    """A payment as its community reads it, with the mine that owed it."""

    read: PaymentAsRead
    mine: str
    keepers: str

    @property
    def state(self) -> str:
        """What is known of it."""
        return self.read.payment.state

    @property
    def tone(self) -> str:
        """The colour of its words."""
        return {"arrived": "community", "disputed": "wrong", "claimed": "company"}.get(self.state, "")

    @property
    def on(self) -> date:
        """The day it stands at."""
        return self.read.payment.due_on or self.read.payment.paid_on or date.min


@dataclass(frozen=True)
class MineHere:
    """A mine that affects the community, with the grade of its newest publication."""

    document: Document
    influence: Neighbour | None

    @property
    def mine(self) -> Mine:
        """The mine itself."""
        return mine_of(self.document)

    @property
    def range(self) -> str:
        """What its grade could be."""
        return grade_range(self.document.scorecard)


@dataclass(frozen=True)
class PromiseToUs:
    """A promise to this community, or to all parties of an agreement; `unsure` where they are not known."""

    promise: PublishedPromise
    mine: str
    unsure: bool


@dataclass(frozen=True)
class CommunityPage:
    """What each mine owes one community. `documents` are current, newest year first; sums are of that year."""

    slug: str
    documents: Sequence[Document]

    @property
    def year(self) -> int:
        """The newest year among the documents."""
        return self.documents[0].year

    @cached_property
    def latest(self) -> list[Document]:
        """The documents of that year."""
        return [document for document in self.documents if document.year == self.year]

    @cached_property
    def rows(self) -> list[tuple[Document, Recipient]]:
        """What each mine owes it, by currency."""
        return [
            (document, row)
            for document in self.latest
            for row in money_of(document).communities
            if row.slug == self.slug
        ]

    @cached_property
    def profile(self) -> Neighbour | None:
        """What a study or the community itself says of it."""
        return next((one for document in self.documents if (one := neighbour(self.slug, document))), None)

    @property
    def name(self) -> str:
        """The name as published."""
        if self.profile:
            return self.profile.name
        return next(
            (row.name for one in self.documents for row in money_of(one).communities if row.slug == self.slug),
            self.slug,
        )

    @cached_property
    def sums(self) -> list[Sums]:
        """Due, paid and confirmed per currency; confirmed is unknown only where nobody answered for any mine."""
        return added_sums(row for _document, row in self.rows)

    @cached_property
    def payments(self) -> list[PaymentToUs]:
        """Every payment of the year, newest first."""
        payments = [
            PaymentToUs(read, document.name, keepers(document))
            for document, row in self.rows
            for read in for_the_community(in_order(row.payments), row.currency)
        ]
        return sorted(payments, key=lambda payment: payment.on, reverse=True)

    @property
    def waiting(self) -> list[PaymentToUs]:
        """Payments of which the mine says that it paid them, and nobody has answered."""
        return [payment for payment in self.payments if payment.state == "claimed"]

    @property
    def open(self) -> list[PaymentToUs]:
        """Payments that did not come, or not whole, or of which nobody knows."""
        return [payment for payment in self.payments if payment.state in ("unpaid", "disputed", "unknown")]

    @property
    def owing(self) -> int:
        """How many mines owe it money."""
        return len({document.slug for document, row in self.rows if row.promised is not None})

    @cached_property
    def mines(self) -> list[MineHere]:
        """Each mine that affects it."""
        newest: dict[str, Document] = {}
        for document in self.documents:
            held = newest.setdefault(document.slug, document)
            if document.year > held.year:
                newest[document.slug] = document
        return [MineHere(document, neighbour(self.slug, document)) for document in newest.values()]

    @cached_property
    def promises(self) -> list[PromiseToUs]:
        """Promises to it, and to all parties of an agreement that it is one of."""
        return [
            PromiseToUs(one, document.name, made is None)
            for document in self.latest
            for one in promises_of(document)
            if (made := one.made_to(self.slug)) is not False
        ]

    @property
    def recorders(self) -> list[tuple[str, str]]:
        """Who records what it is owed."""
        return recorders(self.documents)


def neighbour(slug: str, document: Document) -> Neighbour | None:
    """What a document says of one community."""
    return next((one for one in neighbours_of(document) if one.slug == slug), None)
