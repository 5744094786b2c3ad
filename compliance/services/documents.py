"""Composing the publication document: sealed facts and judgement, with the names that people know things by.

Every sum comes from the facts that the scorecard sealed; the live record adds names, addresses and evidence only.
The shape is in docs/publication-document.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from communities.models import Commitment, Disbursement, Influence, Obligation
from compliance.evaluation import canonical
from compliance.evaluation.employment import gives_a_share, weigh
from compliance.evaluation.facts import CommitmentFact, EmploymentFact, Facts, ObligationFact, PaymentFact
from compliance.evaluation.framework import Framework
from compliance.evaluation.scoring import Judgement, judge
from compliance.evaluation.settlement import Settlement, known_sum, settle_obligation
from compliance.models import Publication, Scorecard
from compliance.services.frameworks import rules_of
from compliance.services.reviews import Standing, overrides_of
from projects.models import ImpactAssessment, Project

Json = dict[str, Any]
ZERO = Decimal(0)


def compose(scorecard: Scorecard, standing: Standing, on: date) -> Json:
    """Everything that the public may see of one project and year, without its place in the chain.

    `on` is the day as of which lateness is counted: the day of approval.
    """
    facts = Facts.from_json(scorecard.facts)
    framework = rules_of(scorecard.framework)
    judgement = judge(framework, facts, overrides_of(standing))
    project = Project.objects.select_related("operator").get(pk=scorecard.project_id)
    before = Publication.objects.current().filter(project_slug=project.slug, year=scorecard.year - 1).first()
    document = {
        "demo": project.is_demo,
        "project": describe_project(project, date(scorecard.year, 12, 31)),
        "period": {"year": scorecard.year, "start": facts.period_start, "end": facts.period_end},
        "as_of": on,
        "money": describe_money(facts, on),
        "employment": describe_employment(project, facts),
        "assessments": describe_assessments(facts),
        "commitments": describe_commitments(facts, on),
        "communities": describe_communities(project),
        "scorecard": describe_scorecard(framework, judgement, before),
        "facts": facts.to_json(),
        "framework": framework.to_json(),
    }
    sealed: Json = canonical.plain(document)
    corrected = Publication.objects.for_project(project.slug).filter(year=scorecard.year).first()
    earlier = corrected or before
    return sealed | {"changes": changes_between(earlier.content, sealed) if earlier else []}


SHOWN = ("project", "money", "employment", "assessments", "commitments", "communities")
"""Parts that live rows give words to; facts and judgement are sealed already."""


def shown_digest(document: Json) -> str:
    """The fingerprint of what an approver saw beside the sealed facts."""
    return canonical.digest({part: document[part] for part in SHOWN})


def describe_project(project: Project, on: date) -> Json:
    """The mine, its owners and its phase as they were on the last day of the year."""
    phase = project.phases.filter(starts_on__lte=on).exclude(ends_on__lte=on).first()
    stakes = project.stakes.filter(starts_on__lte=on).exclude(ends_on__lte=on).select_related("owner")
    return {
        "slug": project.slug,
        "name": project.name,
        "country": project.country,
        "operator": {"name": project.operator.name} if project.operator else None,
        "followed_by": list(
            project.assignments.order_by("organisation__name").values_list("organisation__name", flat=True)
        ),
        "minerals": [
            {
                "code": mineral.code,
                "name": {"en": mineral.name_en, "es": mineral.name_es},
                "uses": {"en": mineral.uses_en, "es": mineral.uses_es},
            }
            for mineral in project.minerals.all()
        ],
        "phase": {"code": phase.phase, "since": phase.starts_on} if phase else None,
        "areas": [
            {"code": area.code, "name": area.name, "level": area.level, "path": area.path}
            for area in project.areas.select_related("parent__parent")
        ],
        "stakes": [
            {
                "owner": stake.owner.name,
                "country": stake.owner.country,
                "state_owned": stake.owner.state_owned,
                "share_percent": stake.share_percent,
                "starts_on": stake.starts_on,
            }
            for stake in stakes
        ],
    }


def describe_money(facts: Facts, on: date) -> Json:
    """What was owed, paid and confirmed: in all, by recipient and by purpose; currencies never added."""
    of_obligation: defaultdict[str | None, list[PaymentFact]] = defaultdict(list)
    for payment in facts.payments:
        of_obligation[payment.obligation].append(payment)
    evidence = evidence_of([payment.record for payment in facts.payments])
    recipients = Recipients(facts, on)
    for obligation in facts.obligations:
        settled = of_obligation.get(obligation.record, [])
        recipients.settle(obligation, settled)
        for payment in settled:
            recipients.add(obligation, payment, evidence)
        if not settled:
            recipients.add(obligation, None, evidence)
    for payment in of_obligation.get(None, []):
        recipients.add(None, payment, evidence)
    rows = recipients.rows()
    return {"totals": totals_of(rows), "communities": rows, "purposes": purposes_of(facts.payments)}


class Recipients:
    """Collects payments by recipient and currency."""

    def __init__(self, facts: Facts, on: date) -> None:
        """Look up once who the recipients of all these flows are."""
        self.on = on
        owed = Obligation.objects.select_related("community", "recipient", "payer").in_bulk(
            [key_of(row.record) for row in facts.obligations]
        )
        flows = Disbursement.objects.select_related("community", "payee", "payer").in_bulk(
            [key_of(row.record) for row in facts.payments]
        )
        self.names: dict[str, tuple[str | None, str, str]] = {}
        for obligation in owed.values():
            payee = obligation.payee
            self.names[f"obligation/{obligation.pk}"] = (
                getattr(payee, "slug", None), str(payee), obligation.payer.name
            )  # fmt: skip
        for flow in flows.values():
            to = flow.community or flow.payee
            self.names[f"disbursement/{flow.pk}"] = (getattr(to, "slug", None), str(to), flow.payer.name)
        self.found: defaultdict[tuple[str | None, str, str], list[Json]] = defaultdict(list)
        self.settlements: defaultdict[tuple[str | None, str, str], list[Settlement]] = defaultdict(list)
        self.counted: set[str] = set()

    def settle(self, obligation: ObligationFact, payments: list[PaymentFact]) -> None:
        """Where the sum that was owed is now, in its own currency."""
        slug, name, _payer = self.names[obligation.record]
        same = [payment for payment in payments if payment.currency == obligation.currency]
        self.settlements[slug, name, obligation.currency].append(settle_obligation(obligation.amount, same))

    def add(
        self, obligation: ObligationFact | None, payment: PaymentFact | None, evidence: dict[str, list[Json]]
    ) -> None:
        """One line: what was due, and what each side says about one payment of it."""
        anchor = payment or obligation
        if anchor is None:
            return
        slug, name, payer = self.names[(obligation or anchor).record]
        first = obligation is not None and obligation.record not in self.counted
        if obligation:
            self.counted.add(obligation.record)
        state = state_of_payment(obligation, payment)
        self.found[slug, name, anchor.currency].append(
            {
                "record": payment.record if payment else anchor.record,
                "payer": payer,
                "due_on": obligation.due_on if obligation else None,
                "due": obligation.amount if obligation and first else None,
                "paid_on": payment.paid_on if payment else None,
                "paid": payment.company_amount if payment else None,
                "received_on": payment.received_on if payment else None,
                "received": payment.recipient_amount if payment else None,
                "purpose": payment.purpose if payment else None,
                "state": state,
                "days_late": days_late(state, obligation, payment, self.on),
                "evidence": evidence.get(payment.record, []) if payment else [],
            }
        )

    def rows(self) -> list[Json]:
        """One row a recipient and currency, with where each sum is; None wherever nobody has said anything."""
        rows = []
        for key, payments in sorted(self.found.items(), key=lambda item: (item[0][1], item[0][2])):
            slug, name, currency = key
            payments.sort(key=lambda p: (p["due_on"] or p["paid_on"] or date.min, p["record"]))
            loose = [p for p in payments if p["due_on"] is None]
            rows.append(
                {"slug": slug, "name": name, "currency": currency}
                | sums_of(self.settlements[key], loose)
                | {"payments": payments}
            )
        return rows


PLACES = ("unanswered", "disputed", "unpaid", "unknown")
"""Where money that is not confirmed is."""


def sums_of(settlements: list[Settlement], loose: list[Json]) -> Json:
    """The sums of one recipient: what was owed and where it is, and apart from it money beyond any obligation."""
    paid = known_sum(p["paid"] for p in loose)
    received = known_sum(p["received"] for p in loose)
    if not settlements:
        return {"promised": None, "paid": paid, "confirmed": received} | dict.fromkeys(
            (*PLACES, "beyond_paid", "beyond_confirmed"), ZERO
        )
    return {
        "promised": sum((one.due for one in settlements), ZERO),
        "paid": known_sum(one.paid for one in settlements),
        "confirmed": known_sum(one.confirmed for one in settlements),
        **{place: sum((getattr(one, place) for one in settlements), ZERO) for place in PLACES},
        "beyond_paid": sum((one.beyond_paid for one in settlements), paid or ZERO),
        "beyond_confirmed": sum((one.beyond_confirmed for one in settlements), received or ZERO),
    }


def key_of(record: str) -> int:
    """The row's key in a record's name such as "obligation/12"."""
    return int(record.partition("/")[2])


def state_of_payment(obligation: ObligationFact | None, payment: PaymentFact | None) -> str:
    """What is known of one payment: arrived, claimed, disputed, unpaid or unknown."""
    if payment is None:
        return "unknown"
    paid, received = payment.company_amount, payment.recipient_amount
    if paid:
        if received is None:
            return "claimed"
        return "arrived" if received >= paid else "disputed"
    if received:
        return "arrived"
    return "unpaid"


def days_late(state: str, obligation: ObligationFact | None, payment: PaymentFact | None, on: date) -> int | None:
    """Days after the due day: until it was paid, or until `on` where it was not; None where nobody knows."""
    if obligation is None or state == "unknown":
        return None
    if state == "unpaid":
        return max(0, (on - obligation.due_on).days)
    day = payment and (payment.paid_on or payment.received_on)
    return max(0, (day - obligation.due_on).days) if day else None


def totals_of(rows: list[Json]) -> list[Json]:
    """By currency: promised, paid, confirmed, where the rest is, and money beyond any obligation."""
    totals = []
    for currency in sorted({row["currency"] for row in rows}):
        same = [row for row in rows if row["currency"] == currency]
        owed = [row for row in same if row["promised"] is not None]
        loose = [row for row in same if row["promised"] is None] if owed else []
        counted = owed or same
        totals.append(
            {
                "currency": currency,
                **{name: known_sum(row[name] for row in counted) for name in ("promised", "paid", "confirmed")},
                **{place: sum((row[place] for row in counted), ZERO) for place in PLACES},
                "beyond_paid": sum(
                    (row["beyond_paid"] for row in counted), known_sum(r["paid"] for r in loose) or ZERO
                ),
                "beyond_confirmed": sum(
                    (row["beyond_confirmed"] for row in counted), known_sum(r["confirmed"] for r in loose) or ZERO
                ),
            }
        )
    return totals


def added(total: Decimal | None, more: Decimal | None) -> Decimal | None:
    """A sum of what is known; unknown where nothing is."""
    return total if more is None else (total or ZERO) + more


def purposes_of(payments: Iterable[PaymentFact]) -> list[Json]:
    """By purpose and currency: what the company says it paid, and what recipients confirm."""
    sums: dict[tuple[str, str], Json] = {}
    for payment in payments:
        purpose = payment.purpose or "unknown"
        row = sums.setdefault(
            (purpose, payment.currency),
            {
                "purpose": purpose,
                "currency": payment.currency,
                "promised": None,
                "paid": None,
                "confirmed": None,
            },
        )
        row["paid"] = added(row["paid"], payment.company_amount)
        row["confirmed"] = added(row["confirmed"], payment.recipient_amount)
    return [sums[key] for key in sorted(sums)]


def evidence_of(records: Iterable[str]) -> dict[str, list[Json]]:
    """The files behind the statements about each disbursement: name, kind, size and fingerprint, never the file."""
    flows = Disbursement.objects.filter(pk__in=[key_of(record) for record in records]).prefetch_related(
        "source__evidence", "statements__source__evidence"
    )
    found: dict[str, list[Json]] = {}
    for flow in flows:
        files = {
            file.pk: file
            for source in (flow.source, *(statement.source for statement in flow.statements.all()))
            for file in source.evidence.all()
        }
        found[f"disbursement/{flow.pk}"] = [
            {"name": f.name, "media_type": f.media_type, "size": f.size, "sha256": f.sha256} for f in files.values()
        ]
    return found


def describe_employment(project: Project, facts: Facts) -> list[Json]:
    """Workers of this year from its facts, and of each year before it as it was published."""
    earlier = Publication.objects.current().filter(project_slug=project.slug, year__lt=facts.year).order_by("year")
    published = [row for before in earlier for row in before.content["employment"] if row["year"] == before.year]
    return [*published, employment_of(facts)] if facts.employment else published


def employment_of(facts: Facts) -> Json:
    """Average workers of one year, weighted as the indicators do; unknown where any return leaves a part unsaid."""
    returns = facts.employment
    counted = weigh(returns) if all(gives_a_share(row) for row in returns) else []
    total, national = (average(counted, name) for name in ("total_fte", "national_fte"))
    voices = {row.voice for row in returns}
    return {
        "year": facts.year,
        "total": total,
        "district": average(counted, "district_fte"),
        "province": average(counted, "province_fte"),
        "region": average(counted, "region_fte"),
        "national": national,
        "foreign": total - national if total is not None and national is not None else None,
        "women": average(counted, "women_fte"),
        "returns": len(returns),
        "voice": voices.pop() if len(voices) == 1 else "unknown",
    }


def average(counted: list[tuple[EmploymentFact, Decimal]], column: str) -> Decimal | None:
    """The weighted sum of one column in whole hundredths, or None where any part is unknown."""
    people = [(getattr(report, column), weight) for report, weight in counted]
    if not people or any(number is None for number, _weight in people):
        return None
    return sum((number * weight for number, weight in people), ZERO).quantize(Decimal("0.01"))


def describe_assessments(facts: Facts) -> list[Json]:
    """Each study with the days between its approval and the start of works."""
    resolutions = dict(
        ImpactAssessment.objects.filter(pk__in=[key_of(row.record) for row in facts.assessments]).values_list(
            "pk", "resolution"
        )
    )
    described = []
    for row in facts.assessments:
        started = row.works_started_on if row.works_started_on and row.works_started_on <= facts.period_end else None
        days = (started - row.approved_on).days if started and row.approved_on else None
        if started is None:
            state = "not_started" if row.works_started_on else "unknown"
        elif days is None:
            state = "unknown"
        else:
            state = "before" if days >= 0 else "after"
        described.append(
            {
                "record": row.record,
                "instrument": row.instrument,
                "component": row.component,
                "submitted_on": row.submitted_on,
                "approved_on": row.approved_on,
                "works_started_on": started,
                "days_before_start": days,
                "state": state,
                "resolution": resolutions.get(key_of(row.record), ""),
                "participation_planned": row.participation_planned,
                "participation_held": row.participation_held,
            }
        )
    return described


def describe_commitments(facts: Facts, on: date) -> list[Json]:
    """Each promise due in the year, and what each side says became of it."""
    records = Commitment.objects.select_related("community").in_bulk([key_of(row.record) for row in facts.commitments])
    described = []
    for row in facts.commitments:
        record = records[key_of(row.record)]
        state = state_of_commitment(row)
        fulfilled_on = row.confirmed_on or row.company_says_fulfilled_on
        described.append(
            {
                "record": row.record,
                "description": record.description,
                "community": {"slug": record.community.slug, "name": record.community.name}
                if record.community
                else None,
                "due_on": row.due_on,
                "voluntary": row.voluntary,
                "state": state,
                "fulfilled_on": fulfilled_on,
                "days_late": max(0, (fulfilled_on - row.due_on).days)
                if fulfilled_on
                else (on - row.due_on).days
                if state == "late"
                else None,
            }
        )
    return sorted(described, key=lambda item: (item["due_on"], item["record"]))


def state_of_commitment(row: CommitmentFact) -> str:
    """Confirmed, claimed by the company alone, late, disputed by any two who were asked, or unknown."""
    answers = (row.community_says, row.authority_says)
    if "not_fulfilled" in answers:
        return "disputed" if row.company_says_fulfilled_on or "fulfilled" in answers else "late"
    if "fulfilled" in answers:
        return "late" if row.confirmed_on and row.confirmed_on > row.due_on else "confirmed"
    return "claimed" if row.company_says_fulfilled_on else "unknown"


def describe_communities(project: Project) -> list[Json]:
    """The neighbours, recognised or claiming to be."""
    influences = Influence.objects.filter(project=project).select_related("community__district")
    return [
        {
            "slug": influence.community.slug,
            "name": influence.community.name,
            "kind": influence.community.kind,
            "district": influence.community.district.name,
            "degree": influence.degree,
            "recognition": influence.recognition,
            "languages": [part.strip() for part in influence.community.languages.split(",") if part.strip()],
        }
        for influence in influences.order_by("community__name")
    ]


def describe_scorecard(framework: Framework, judgement: Judgement, before: Publication | None) -> Json:
    """The judgement with the names, help texts and rules of its framework, and last year's grades."""
    sealed = judgement.to_json()
    earlier = before.content["scorecard"] if before else None
    earlier_grades = {row["code"]: row["grade"] for row in earlier["policies"]} if earlier else {}
    policies = {policy.code: policy for policy in framework.policies}
    indicators = {indicator.code: indicator for indicator in framework.indicators}
    return sealed | {
        "previous": {"year": before.year, "score": earlier["score"], "grade": earlier["grade"]}
        if before and earlier
        else None,
        "policies": [
            row | {"name": dict(policies[row["code"]].names), "previous_grade": earlier_grades.get(row["code"])}
            for row in sealed["policies"]
        ],
        "indicators": [
            row | {"name": dict(indicators[row["code"]].names), "help": dict(indicators[row["code"]].help)}
            for row in sealed["indicators"]
        ],
    }


OVERALL = {"en": "Overall grade", "es": "Nota general"}
CONFIRMED = {"en": "Confirmed money", "es": "Dinero confirmado"}
KIND_OF_CHANGE = {"policies": "policy", "indicators": "indicator"}


def changes_between(earlier: Json, later: Json) -> list[Json]:
    """What a reader should know: grades and confirmed money that differ between two documents."""
    changes: list[Json] = []
    if earlier["scorecard"]["grade"] != later["scorecard"]["grade"]:
        changes.append(change("grade", OVERALL, earlier["scorecard"]["grade"], later["scorecard"]["grade"]))
    was = {row["currency"]: row["confirmed"] for row in earlier["money"]["totals"]}
    for row in later["money"]["totals"]:
        if row["currency"] in was and was[row["currency"]] != row["confirmed"]:
            changes.append(change("money", CONFIRMED, was[row["currency"]], row["confirmed"], row["currency"]))
    for level in ("policies", "indicators"):
        grades = {row["code"]: row["grade"] for row in earlier["scorecard"][level]}
        for row in later["scorecard"][level]:
            if row["code"] in grades and grades[row["code"]] != row["grade"]:
                changes.append(change(KIND_OF_CHANGE[level], row["name"], grades[row["code"]], row["grade"]))
    return changes


def change(kind: str, label: Json, before: str | None, after: str | None, currency: str | None = None) -> Json:
    """One line of the list of changes."""
    return {"kind": kind, "label": label, "before": before, "after": after, "currency": currency}
