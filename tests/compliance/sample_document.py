"""An invented publication with every state: arrived, claimed, disputed, unpaid, unknown, not yet due."""

import copy
import hashlib
import json
import unicodedata
from typing import Any

from compliance.evaluation import canonical
from compliance.evaluation.framework import Framework
from compliance.evaluation.judgement import Judgement, Outcome
from compliance.public_pages.document import Document, read_text
from tests.compliance.evaluation.builders import day, facts, framework

DAYS = ("2025-03-31", "2025-06-30", "2025-09-30", "2025-12-15")


def payment(number: int, due: str, state: str, **changes: Any) -> dict[str, Any]:
    """One payment of a community; what nobody said is null."""
    paid = state in ("arrived", "claimed", "disputed")
    row: dict[str, Any] = {
        "record": f"payment-{number}-{due}-{state}",
        "due_on": DAYS[number - 1],
        "due": due,
        "paid_on": DAYS[number - 1] if paid else None,
        "paid": due if paid else ("0" if state == "unpaid" else None),
        "received_on": DAYS[number - 1] if state == "arrived" else None,
        "received": {"arrived": due, "disputed": "0"}.get(state),
        "purpose": ("education", "health", "infrastructure", "other")[number - 1],
        "payer": "Minera Puka Willka",
        "state": state,
        "days_late": {"arrived": 0, "claimed": 0, "disputed": 0, "unpaid": 36}.get(state),
        "evidence": [
            {
                "name": f"slip-{number}.pdf",
                "media_type": "application/pdf",
                "size": 62000,
                "sha256": "ab" * 32,
            }
        ]
        if paid
        else [],
    }
    return row | changes


def community(slug: str, name: str, each: str, states: str) -> dict[str, Any]:
    """A community with four payments; one letter per state."""
    names = {"a": "arrived", "c": "claimed", "d": "disputed", "u": "unpaid", "q": "unknown", "n": "not_due"}
    payments = [payment(i, each, names[letter]) for i, letter in enumerate(states, start=1)]
    answered = any(row["state"] in ("arrived", "disputed") for row in payments)
    return {
        "slug": slug,
        "name": name,
        "currency": "PEN",
        "promised": str(int(each) * len(payments)),
        "paid": str(sum(int(row["paid"] or 0) for row in payments)),
        "confirmed": str(sum(int(row["received"] or 0) for row in payments)) if answered else None,
        "payments": payments,
    }


def names(english: str, spanish: str) -> dict[str, str]:
    return {"en": english, "es": spanish}


def indicator(code: str, policy: str, english: str, spanish: str, **changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "code": code,
        "policy": policy,
        "name": names(english, spanish),
        "help": names(f"{english}: how it is counted.", f"{spanish}: cómo se cuenta."),
        "unit": "percent",
        "state": "scored",
        "value": "40",
        "score": "50",
        "worst": "50",
        "best": "50",
        "numerator": "312",
        "denominator": "780",
        "grade": "C",
        "missing": [],
        "flags": [],
        "records": ["employment-return/12"],
        "override": None,
        "reason": "",
        "explanation": "",
        "low": None,
        "high": None,
        "passes": None,
        "score_at_most": "100",
        "computed_score": "50",
        "breakdown": [],
        "decided_by": "",
        "rule": canonical.plain(framework().indicator(code).rule(day("2025-12-31"))),
    }
    return row | changes


UNKNOWN = {
    "state": "unknown",
    "value": None,
    "score": None,
    "worst": "0",
    "best": "100",
    "numerator": None,
    "denominator": None,
    "grade": "?",
    "missing": ["no-answer"],
    "records": [],
}

BASE: dict[str, Any] = {
    "schema": "minka-publication/1",
    "sequence": 7,
    "previous": "0" * 64,
    "published_at": "2026-01-20T10:05:00Z",
    "demo": True,
    "supersedes": None,
    "correction_reason": None,
    "project": {
        "slug": "puka-willka",
        "name": "Puka Willka copper mine",
        "country": "PE",
        "operator": {"name": "Minera Puka Willka"},
        "minerals": [
            {
                "code": "Cu",
                "name": names("copper", "cobre"),
                "uses": names("wiring and motors", "cables y motores"),
            },
            {"code": "Au", "name": names("gold", "oro"), "uses": names("connectors", "conectores")},
        ],
        "phase": {"code": "operation", "since": "2022-02-03"},
        "areas": [
            {
                "code": "030101",
                "name": "Tambo Anta",
                "level": "district",
                "path": ["Qori Suyu", "Anta", "Tambo Anta"],
            }
        ],
        "stakes": [
            {
                "owner": "Qori Metals Holding",
                "country": "CN",
                "state_owned": True,
                "share_percent": "62.5",
                "starts_on": "2019-05-01",
            },
            {
                "owner": "Minera Andina Sur",
                "country": "PE",
                "state_owned": False,
                "share_percent": "37.5",
                "starts_on": "2019-05-01",
            },
        ],
    },
    "period": {"year": 2025, "start": "2025-01-01", "end": "2025-12-31"},
    "money": {
        "totals": [
            {
                "currency": "PEN",
                "promised": "4200000",
                "paid": "3705000",
                "confirmed": "2945000",
                "unpaid": "495000",
                "unanswered": "545000",
                "unknown": "60000",
                "disputed": "215000",
            }
        ],
        "communities": [
            community("wayrapampa", "Wayrapampa", "310000", "aaaa"),
            community("tikapata", "Tikapata", "245000", "aaac"),
            community("chakana-alta", "Chakana Alta", "215000", "aadu"),
            community("yuraq-mayu", "Yuraq Mayu", "180000", "aaau"),
            community("qantu-pampa", "Qantu Pampa", "100000", "cccu"),
            community("rumi-cruz", "Rumi Cruz", "60000", "qn"),
        ],
        "purposes": [
            {
                "purpose": "education",
                "currency": "PEN",
                "promised": "1260000",
                "paid": "1126000",
                "confirmed": "980000",
            },
            {
                "purpose": "health",
                "currency": "PEN",
                "promised": "1050000",
                "paid": "741000",
                "confirmed": "395000",
            },
            {
                "purpose": "infrastructure",
                "currency": "PEN",
                "promised": "1470000",
                "paid": "1412000",
                "confirmed": "1250000",
            },
            {
                "purpose": "unknown",
                "currency": "PEN",
                "promised": "420000",
                "paid": "426000",
                "confirmed": None,
            },
        ],
    },
    "employment": [
        {
            "year": 2023,
            "total": "1700",
            "district": "391",
            "province": "629",
            "region": "1003",
            "national": "1615",
            "foreign": "85",
            "women": "170",
            "returns": 1,
            "voice": "company",
        },
        {
            "year": 2024,
            "total": None,
            "district": None,
            "province": None,
            "region": None,
            "national": None,
            "foreign": None,
            "women": None,
            "returns": 0,
            "voice": None,
        },
        {
            "year": 2025,
            "total": "1848",
            "district": "536",
            "province": "813",
            "region": "1220",
            "national": "1793",
            "foreign": "55",
            "women": "259",
            "returns": 2,
            "voice": "company",
        },
    ],
    "assessments": [
        {
            "record": "assessment-1",
            "instrument": "EIA-d",
            "component": "First pit",
            "submitted_on": "2021-01-12",
            "approved_on": "2021-08-18",
            "works_started_on": "2022-02-03",
            "days_before_start": 169,
            "state": "before",
            "resolution": "R.D. 014-2021",
            "participation_planned": 6,
            "participation_held": 5,
        },
        {
            "record": "assessment-2",
            "instrument": "EIA-d",
            "component": "Expansion",
            "submitted_on": "2023-11-02",
            "approved_on": "2024-06-09",
            "works_started_on": "2024-04-22",
            "days_before_start": -48,
            "state": "after",
            "resolution": "R.D. 031-2024",
            "participation_planned": None,
            "participation_held": None,
        },
    ],
    "commitments": [
        {
            "record": "c1",
            "description": "Health post, open every day",
            "community": {"slug": "tikapata", "name": "Tikapata"},
            "due_on": "2025-06-30",
            "voluntary": False,
            "state": "confirmed",
            "days_late": 0,
            "fulfilled_on": "2025-06-20",
        },
        {
            "record": "c2",
            "description": "Water canal, 18 km",
            "community": {"slug": "chakana-alta", "name": "Chakana Alta"},
            "due_on": "2025-09-30",
            "voluntary": False,
            "state": "late",
            "days_late": 112,
            "fulfilled_on": None,
        },
        {
            "record": "c3",
            "description": "60 scholarships",
            "community": None,
            "due_on": "2025-12-31",
            "voluntary": True,
            "state": "claimed",
            "days_late": 0,
            "fulfilled_on": "2025-12-20",
        },
        {
            "record": "c4",
            "description": "Dust and noise report to each assembly",
            "community": None,
            "due_on": "2025-12-31",
            "voluntary": False,
            "state": "unknown",
            "days_late": None,
            "fulfilled_on": None,
        },
        {
            "record": "c5",
            "description": "Road repair",
            "community": None,
            "due_on": "2026-06-30",
            "voluntary": False,
            "state": "not_due",
            "days_late": None,
            "fulfilled_on": None,
        },
        {
            "record": "c6",
            "description": "School roof",
            "community": {"slug": "chakana-alta", "name": "Chakana Alta"},
            "due_on": "2025-08-31",
            "voluntary": False,
            "state": "disputed",
            "days_late": 0,
            "fulfilled_on": "2025-08-20",
        },
    ],
    "communities": [
        {
            "slug": slug,
            "name": name,
            "kind": "campesina",
            "district": "Tambo Anta",
            "degree": "direct",
            "recognition": recognition,
            "languages": ["qu", "es"],
        }
        for slug, name, recognition in (
            ("wayrapampa", "Wayrapampa", "recognised"),
            ("tikapata", "Tikapata", "recognised"),
            ("chakana-alta", "Chakana Alta", "recognised"),
            ("yuraq-mayu", "Yuraq Mayu", "recognised"),
            ("qantu-pampa", "Qantu Pampa", "claimed"),
            ("rumi-cruz", "Rumi Cruz", "recognised"),
        )
    ],
    "scorecard": {
        "score": "52.4",
        "unweighted": "55.1",
        "worst": "41.2",
        "best": "63.9",
        "coverage": "71",
        "grade": "C",
        "grade_worst": "D",
        "grade_best": "B",
        "capped_by": [],
        "blocked_by": [],
        "policies": [
            {
                "code": "REV",
                "name": names("Revenue redistribution", "Redistribución de ingresos"),
                "score": "68",
                "worst": "62",
                "best": "70",
                "coverage": "90",
                "grade": "B",
                "known": 3,
                "applicable": 4,
                "previous_grade": "B",
            },
            {
                "code": "LOC",
                "name": names("Local content", "Contenido local"),
                "score": "42",
                "worst": "36",
                "best": "58",
                "coverage": "75",
                "grade": "D",
                "known": 2,
                "applicable": 3,
                "previous_grade": "C",
            },
            {
                "code": "ENV",
                "name": names("Ecosystem impact assessment", "Evaluación de impacto"),
                "score": "52",
                "worst": "40",
                "best": "60",
                "coverage": "80",
                "grade": "C",
                "known": 2,
                "applicable": 3,
                "previous_grade": "D",
            },
            {
                "code": "PAR",
                "name": names("Participatory governance", "Gobernanza participativa"),
                "score": None,
                "worst": "0",
                "best": "100",
                "coverage": "0",
                "grade": "?",
                "known": 0,
                "applicable": 1,
                "previous_grade": "?",
            },
            {
                "code": "TRA",
                "name": names("Transparency", "Transparencia"),
                "score": None,
                "worst": None,
                "best": None,
                "coverage": "100",
                "grade": None,
                "known": 0,
                "applicable": 0,
                "previous_grade": None,
            },
        ],
        "indicators": [
            indicator(
                "R01",
                "REV",
                "Paid vs due",
                "Pagado vs adeudado",
                value="88.2",
                numerator="3705000",
                denominator="4200000",
                score="0",
                grade="E",
            ),
            indicator(
                "R02",
                "REV",
                "Days late",
                "Días de atraso",
                unit="days",
                value="16.9",
                score="81.2",
                numerator=None,
                denominator=None,
                grade="A",
            ),
            indicator(
                "R04",
                "REV",
                "Priority-sector share",
                "Gasto prioritario",
                value="84.2",
                score="85.5",
                grade="A",
            ),
            indicator("R05", "REV", "Reconciliation gap", "Brecha de conciliación", **UNKNOWN),
            indicator(
                "L01",
                "LOC",
                "Local hire",
                "Empleo local",
                value="29",
                score="22.5",
                grade="E",
                override={
                    "indicator": "L01",
                    "score": "30",
                    "reason": "61 people registered elsewhere live in the district.",
                },
            ),
            indicator("L03", "LOC", "Women share", "Mujeres", value="14", score="36", grade="D"),
            indicator("L04", "LOC", "Foreign headcount", "Tope extranjeros", **UNKNOWN),
            indicator(
                "E01",
                "ENV",
                "Certified before start",
                "Certificación previa",
                unit="days",
                value="0",
                score="0",
                grade="E",
                numerator=None,
                denominator=None,
            ),
            indicator(
                "E03",
                "ENV",
                "Participation held",
                "Participación realizada",
                value="83.3",
                score="66.7",
                numerator="5",
                denominator="6",
                grade="B",
            ),
            indicator("E04", "ENV", "Mitigation overdue", "Compromisos vencidos", **UNKNOWN),
            indicator("P03", "PAR", "Agreement commitments", "Compromisos de convenios", **UNKNOWN),
            indicator(
                "T01",
                "TRA",
                "Disclosure timeliness",
                "Oportunidad",
                state="not_applicable",
                value=None,
                score=None,
                worst=None,
                best=None,
                grade=None,
                numerator=None,
                denominator=None,
            ),
        ],
        "previous": {"year": 2024, "score": "50.1", "grade": "C"},
    },
    "changes": [
        {
            "kind": "data",
            "label": names("Confirmed money", "Dinero confirmado"),
            "before": "2520000",
            "after": "2945000",
        },
        {"kind": "grade", "label": names("Local content", "Contenido local"), "before": "C", "after": "D"},
    ],
    "facts": facts().to_json(),
    "framework": framework().to_json(),
}
BASE["scorecard"] |= {
    "framework": {"code": framework().code, "version": framework().version},
    "project": "puka-willka",
    "year": 2025,
    "period": {"start": "2025-01-01", "end": "2025-12-31"},
}
for one in BASE["scorecard"]["policies"]:
    one |= {"weight": "20", "unweighted": one["score"], "grade_worst": "D", "grade_best": "B", "blocked_by": []}


def sample_document(**changes: Any) -> dict[str, Any]:
    """A fresh copy with some top-level parts replaced."""
    return copy.deepcopy(BASE) | changes


def sealed(document: dict[str, Any]) -> tuple[str, str]:
    """The canonical text and its SHA-256."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    text = unicodedata.normalize("NFC", text)
    return text, hashlib.sha256(text.encode()).hexdigest()


def second_schema(document: dict[str, Any]) -> dict[str, Any]:
    """The same as it is sealed today: the framework by its name alone, without its rules and words."""
    told = {"rule", "name", "help"}
    card = document["scorecard"] | {"framework": framework().reference}
    for level in ("policies", "indicators"):
        card[level] = [{key: value for key, value in row.items() if key not in told} for row in card[level]]
    return document | {"schema": "minka-publication/2", "framework": framework().reference, "scorecard": card}


def known_framework(sha256: str) -> Framework:
    """The only framework that sample documents name."""
    assert sha256 == framework().fingerprint
    return framework()


def read(document: dict[str, Any]) -> Document:
    """A sample as pages read it."""
    return read_text(sealed(document)[0], known_framework)


def judgement(**changes: Any) -> Judgement:
    """The sample's scorecard with some values replaced."""
    document = sample_document()
    return read(document | {"scorecard": document["scorecard"] | changes}).scorecard


def outcome(code: str, **changes: Any) -> Outcome:
    """One outcome of the sample's scorecard with some values replaced."""
    rows = sample_document()["scorecard"]["indicators"]
    return judgement(indicators=[row | changes if row["code"] == code else row for row in rows]).outcome(code)
