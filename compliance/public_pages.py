"""What public pages show of a publication: pure functions from the sealed document to values for templates.

Nothing here reads a table, a clock or a request. Unknown stays unknown: ``None`` becomes words, never a zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.minka_ui import (
    as_decimal,
    capitalised,
    days,
    long_date,
    money,
    number,
    of_every_100,
    pick_language,
    score,
    share_of,
)
from compliance.evaluation.facts import CERTIFYING
from compliance.tables import safe_cell
from compliance.words import source_words, words_of

Document = Mapping[str, Any]
Row = dict[str, Any]

GRADES = "EDCBA"
SHORT_OF_FACTS = "?"


# Money


def money_totals(document: Document) -> list[Row]:
    """The sums per currency; what is confirmed is unknown, not zero, where no recipient answered at all."""
    money = document["money"]
    answered = {row["currency"] for row in money["communities"] if row["confirmed"] is not None}
    return [
        {**total, "confirmed": total["confirmed"] if total["currency"] in answered else None}
        for total in money["totals"]
    ]


def money_answers(totals: Sequence[Mapping[str, Any]]) -> list[Row]:
    """For each currency the three sums with one scale, and the sentence that joins them; the first leads."""
    return [
        {
            **total,
            "scale": max(as_decimal(total[key]) or Decimal(0) for key in ("promised", "paid", "confirmed")),
            "sentence": confirmed_sentence(total),
            "open": open_amount(total),
            "rest": rest_words(total),
        }
        for total in totals
    ]


def rest_words(total: Mapping[str, Any]) -> str:
    """Where the money is that nobody confirms, for paper, which cannot follow a link."""
    places = (
        ("unpaid", _("not paid")), ("unanswered", _("paid, no answer yet")), ("disputed", _("disputed")),
        ("unknown", _("nobody knows")),
    )  # fmt: skip
    return "; ".join(
        f"{words}: {money(total[place], total['currency'])}" for place, words in places if as_decimal(total.get(place))
    )


def confirmed_sentence(total: Mapping[str, Any]) -> str:
    """Of every S/ 100 promised, how much is confirmed; or that nobody can say yet."""
    if total["confirmed"] is None:
        return _("No community has answered yet, so we don’t know what arrived.")
    if total["promised"] is None:
        return _("Nobody has recorded what was promised.")
    share = of_every_100(total["confirmed"], total["promised"])
    if share is None:
        return _("Nothing was due in this period.")
    hundred = money(100, total["currency"])
    return _("Of every %(hundred)s promised, communities confirm %(share)s.") % {
        "hundred": hundred,
        "share": share,
    }


def open_amount(total: Mapping[str, Any]) -> Decimal | None:
    """What was promised and is not confirmed."""
    promised, confirmed = as_decimal(total["promised"]), as_decimal(total["confirmed"])
    return None if promised is None else max(promised - (confirmed or 0), Decimal(0))


def community_rows(document: Document) -> list[Row]:
    """The ledger, community by community; within one currency all cords share a scale."""
    rows = document["money"]["communities"]
    widest: dict[str, Decimal] = {}
    for row in rows:
        sums = (as_decimal(row["promised"]) or Decimal(0), as_decimal(row["paid"]) or Decimal(0))
        widest[row["currency"]] = max(widest.get(row["currency"], Decimal(0)), *sums)
    return [
        {
            **row,
            "known": row["slug"] in {one["slug"] for one in document["communities"]},
            "sign": cell_currency(document, row["currency"]),
            "scale": widest[row["currency"]],
            "payments": in_order(row["payments"]),
            "spoken": ", ".join(state_words(payment) for payment in in_order(row["payments"])),
            "lines": payment_lines(in_order(row["payments"])),
        }
        for row in rows
    ]


def only_currency(document: Document) -> str:
    """The currency of the whole ledger, to stand in the heading once; nothing where there are several."""
    currencies = {row["currency"] for row in document["money"]["communities"]}
    return currencies.pop() if len(currencies) == 1 else ""


def cell_currency(document: Document, currency: str) -> str:
    """The currency to write in a cell: none where the heading has it."""
    return "" if only_currency(document) else currency


def in_order(payments: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Payments as they fell due, each with its number."""
    ordered = sorted(payments, key=lambda row: (row["due_on"] or row["paid_on"] or "9999", row["record"]))
    return [{**payment, "number": place} for place, payment in enumerate(ordered, start=1)]


def state_words(payment: Mapping[str, Any]) -> str:
    """One payment's state in words; who says so is part of them."""
    return {
        "arrived": _("arrived"),
        "claimed": _("no answer yet"),
        "disputed": _("disputed"),
        "unpaid": _("not paid"),
        "not_due": _("not yet due"),
    }.get(payment["state"], _("not known"))


def payment_lines(payments: Sequence[Mapping[str, Any]]) -> list[Row]:
    """What is open, payments of one state together; one line where all arrived."""
    if payments and all(payment["state"] == "arrived" for payment in payments):
        text = ngettext("The payment arrived", "All %(count)d payments arrived", len(payments))
        text = _("Both payments arrived") if len(payments) == 2 else text
        return [{"state": "arrived", "text": text % {"count": len(payments)}}]
    lines = []
    for state in ("disputed", "unpaid", "claimed", "unknown", "not_due"):
        group = [payment for payment in payments if payment["state"] == state]
        if group:
            lines.append({"state": state, "text": open_line(state, group)})
    return lines


def open_line(state: str, group: Sequence[Mapping[str, Any]]) -> str:
    """``Payments 2 and 3: not paid, up to 36 days late``."""
    numbers = [str(payment["number"]) for payment in group]
    which = ngettext("Payment %(list)s", "Payments %(list)s", len(group)) % {"list": ", ".join(numbers)}
    late = max((payment["days_late"] or 0) for payment in group)
    words = {
        "disputed": disputed_words(group),
        "unpaid": _("not paid, %(days)s late") % {"days": days(late)} if late else _("not paid"),
        "claimed": _("no answer from the community yet"),
        "unknown": _("we don’t know if it was paid"),
        "not_due": _("not yet due"),
    }[state]
    return f"{which}: {words}"


def disputed_words(group: Sequence[Mapping[str, Any]]) -> str:
    """Nothing arrived, or not all of it: the community's word."""
    if all(as_decimal(payment["received"]) == 0 for payment in group):
        return _("did not arrive, says the community")
    return _("not all arrived, says the community")


def payment_title(payment: Mapping[str, Any]) -> str:
    """The state of one payment as its community reads it."""
    if payment["state"] == "unpaid" and payment["days_late"]:
        return _("Not paid, %(days)s late") % {"days": days(payment["days_late"])}
    if payment["state"] == "disputed" and as_decimal(payment["received"]) == 0:
        return _("Did not arrive. In dispute")
    return {
        "arrived": _("Arrived"),
        "claimed": _("Waiting for our answer"),
        "disputed": _("Not all arrived. In dispute"),
        "unpaid": _("Not paid"),
        "not_due": _("Not yet due"),
    }.get(payment["state"], _("We don’t know if it was paid"))


def purpose_rows(document: Document) -> list[Row]:
    """What the money was for, at one scale per currency."""
    names = {
        "education": _("Education"),
        "health": _("Health"),
        "infrastructure": _("Infrastructure"),
        "other": _("Other"),
    }
    rows = document["money"]["purposes"]
    answered = {
        (payment["purpose"] or "unknown", community["currency"])
        for community in document["money"]["communities"]
        for payment in community["payments"]
        if payment["received"] is not None
    }
    return [
        {
            **row,
            "confirmed": row["confirmed"] if (row["purpose"], row["currency"]) in answered else None,
            "name": names.get(row["purpose"], _("Purpose not known")),
            "scale": purpose_scale(rows, row["currency"]),
            "sign": cell_currency(document, row["currency"]),
        }
        for row in rows
    ]


def purpose_scale(rows: Iterable[Mapping[str, Any]], currency: str) -> Decimal:
    sums = (as_decimal(row[key]) for row in rows if row["currency"] == currency for key in ("promised", "paid"))
    return max((value for value in sums if value is not None), default=Decimal(0))


# Jobs


def jobs_answer(document: Document) -> Row:
    """How many of every 100 workers are neighbours in the period's year, and who says so."""
    year = document["period"]["year"]
    row = next((row for row in document["employment"] if row["year"] == year), None)
    share = of_every_100(row["district"], row["total"]) if row else None
    return {"share": share, "row": row, "dots": share_of(row["district"], row["total"]) if row else None}


def jobs_series(document: Document) -> Row:
    """Of every 100 workers, by year, at one scale; each wider area includes the narrower one."""
    rows = document["employment"]
    parts = (
        ("district", _("District (neighbours)")), ("province", _("Province")), ("region", _("Region")),
        ("abroad", _("Other countries")), ("women", _("Women")),
    )  # fmt: skip
    counts = [{**row, "abroad": from_abroad(row)} for row in rows]
    series: list[Row] = [
        {"name": name, "values": [share_of(row[part], row["total"]) for row in counts]}
        for part, name in parts
        if any(row[part] is not None for row in counts)
    ]
    known: list[Decimal] = [value for one in series for value in one["values"] if value is not None]
    top = (max(known, default=Decimal(100)) / 10).to_integral_value(ROUND_CEILING) * 10
    return {"years": [row["year"] for row in rows], "series": series, "top": top or Decimal(10)}


def from_abroad(row: Mapping[str, Any]) -> Decimal | None:
    """Workers who are not nationals, in the same count as all others (the legal head count is another)."""
    total, national = as_decimal(row["total"]), as_decimal(row["national"])
    return None if total is None or national is None else total - national


# Studies


def study_answer(assessments: Sequence[Mapping[str, Any]]) -> Row:
    """Yes, no, or both; and by how many days."""
    certifying = [one for one in assessments if one["instrument"] in CERTIFYING]
    known = [one for one in certifying if one["state"] in ("before", "after")]
    if not known:
        waiting = bool(certifying) and all(one["state"] == "not_started" for one in certifying)
        return {
            "say": _("Digging has not started") if waiting else _("We don’t know"),
            "lines": [],
            "known": 0,
        }
    good = sum(one["state"] == "before" for one in known)
    if good == len(known):
        say = _("Yes")
    elif good == 0:
        say = _("No")
    elif len(known) == 2:
        parts = {one["state"]: one["component"] or one["instrument"] for one in known}
        say = capitalised(_("%(good)s yes, %(bad)s no") % {"good": parts["before"], "bad": parts["after"]})
    else:
        say = ngettext("%(good)d of %(all)d was", "%(good)d of %(all)d were", good) % {
            "good": good,
            "all": len(known),
        }
    return {"say": say, "lines": [study_line(one) for one in known], "known": len(known)}


def study_line(one: Mapping[str, Any]) -> str:
    """``First pit: 169 days before.``"""
    if one["days_before_start"] is None:
        return capitalised(one["component"] or one["instrument"])
    count = days(one["days_before_start"])
    words = _("%(days)s before") if one["state"] == "before" else _("%(days)s too late")
    return f"{capitalised(one['component'] or one['instrument'])}: {words % {'days': count}}."


def study_events(assessments: Sequence[Mapping[str, Any]], closing: bool) -> list[Row]:
    """A timeline of what is on record; steps without a date stand last, as unknown. A mine that closes digs no more."""
    events = []
    begun = _("%(part)s: works start.") if closing else _("%(part)s: digging starts.")
    too_soon = (
        _("%(part)s: works start, without approval.") if closing else _("%(part)s: digging starts, without approval.")
    )
    for one in assessments:
        part = capitalised(one["component"] or one["instrument"])
        late = one["state"] == "after"
        steps = (
            ("submitted_on", "record", _("%(part)s: study handed in (%(instrument)s).")),
            ("approved_on", "record", _("%(part)s: study approved.") + " %(resolution)s"),
            ("works_started_on", "late" if late else "claimed", too_soon if late else begun),
        )  # fmt: skip
        for key, mark, words in steps:
            text = words % {"part": part, "instrument": one["instrument"], "resolution": approval(one)}
            if one[key]:
                events.append({"on": one[key], "mark": mark, "text": text.strip(), "strong": mark == "late"})
        if not one["approved_on"]:
            text = _("%(part)s: we have no approval on record.") % {"part": part}
            events.append({"on": None, "mark": "unknown", "text": text, "strong": False})
    return sorted(events, key=lambda event: event["on"] or "9999")


def approval(one: Mapping[str, Any]) -> str:
    """The resolution, and how many of the planned meetings with people were held before it."""
    resolution = f"{one['resolution']}." if one["resolution"] else ""
    if not one["participation_planned"]:
        return resolution
    if one["participation_held"] is None:
        words = _("Meetings with people: %(planned)s planned; we don’t know how many were held.")
    else:
        words = _("Meetings with people: %(held)s of %(planned)s planned were held.")
    held = words % {"held": one["participation_held"], "planned": one["participation_planned"]}
    return f"{resolution} {held}".strip()


# Promises


def promise_rows(commitments: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Promises with a date; whose word it is stands in the state."""
    return [{**one, **promise_state(one)} for one in sorted(commitments, key=lambda one: one["due_on"] or "9999")]


def promise_state(one: Mapping[str, Any]) -> Row:
    """Mark, words and colour of one promise; one that was kept late is no longer a debt."""
    late = days(one["days_late"]) if one["days_late"] else ""
    if late and one["fulfilled_on"]:
        done = {"date": long_date(one["fulfilled_on"]), "days": late}
        if one["state"] == "late":
            return {"mark": "kept_late", "words": _("Done on %(date)s, %(days)s late") % done, "tone": "v"}
        if one["state"] == "claimed":
            words = _("Done on %(date)s, %(days)s late, says the company") % done
            return {"mark": "claimed", "words": words, "tone": "c"}
    words, tone = {
        "confirmed": (_("Done, the community confirms"), "v"),
        "claimed": (_("Done, says the company"), "c"),
        "late": (_("Not done, %(days)s late") % {"days": late} if late else _("Late"), "x"),
        "disputed": (_("Disputed: the community says it is not done"), "x"),
        "not_due": (_("Not due yet"), ""),
    }.get(one["state"], (_("We don’t know"), ""))
    return {"mark": one["state"], "words": words, "tone": tone}


# Scorecard


def grade_range(scorecard: Mapping[str, Any]) -> str:
    """What the grade could be if everything unknown were worst or best; empty where nothing is missing."""
    worst, best = scorecard["grade_worst"], scorecard["grade_best"]
    if not missing_count(scorecard):
        return ""
    if worst == best:
        return _("What is missing cannot change it.")
    letters = [grade for grade in reversed(GRADES) if worst in GRADES and best in GRADES
               and GRADES.index(worst) <= GRADES.index(grade) <= GRADES.index(best)]  # fmt: skip
    others = [letter for letter in letters if letter != scorecard["grade"]]
    if len(others) == 1:
        return _("Could be %(letter)s.") % {"letter": others[0]}
    if len(others) == 2:
        return _("Could be %(best)s or %(worst)s.") % {"best": others[0], "worst": others[1]}
    return _("Could be anything from %(best)s to %(worst)s.") % {"best": best, "worst": worst}


def score_sentence(scorecard: Mapping[str, Any]) -> str:
    """The overall score, and between which scores it could lie where that is more than one."""
    if scorecard["score"] is None:
        return _("There is no overall score.")
    points = {key: score(scorecard[key]) for key in ("score", "worst", "best")}
    if scorecard["grade"] == SHORT_OF_FACTS:
        return _("What is known scores %(score)s of 100 points.") % points
    if points["worst"] != points["best"] and not missing_count(scorecard):
        words = _("Overall %(score)s of 100 points. What is not settled yet could move it: from %(worst)s to %(best)s.")
    elif points["worst"] != points["best"]:
        words = _(
            "Overall %(score)s of 100 points. With every missing record it would lie between %(worst)s and %(best)s."
        )
    elif missing_count(scorecard):
        words = _("Overall %(score)s of 100 points. What is missing cannot change it.")
    else:
        words = _("Overall %(score)s of 100 points.")
    return words % points


def gate_sentences(scorecard: Mapping[str, Any]) -> list[str]:
    """What holds the grade down, by name: failed gates, and records without which there is no grade."""
    names = {one["code"]: f"“{pick_language(one['name'])}” ({one['code']})" for one in scorecard["indicators"]}
    sentences = []
    for key, words in (
        ("capped_by", _("The overall score is held down, because this failed: %(names)s.")),
        ("blocked_by", _("There is no grade without %(names)s.")),
    ):
        if scorecard[key]:
            sentences.append(words % {"names": ", ".join(names.get(code, code) for code in scorecard[key])})
    return sentences


def fact_counts(scorecard: Mapping[str, Any]) -> tuple[int, int]:
    """How many facts have evidence, of how many that apply."""
    policies = scorecard["policies"]
    return sum(one["known"] for one in policies), sum(one["applicable"] for one in policies)


def missing_count(scorecard: Mapping[str, Any]) -> int:
    known, applicable = fact_counts(scorecard)
    return applicable - known


def missing_sentence(scorecard: Mapping[str, Any]) -> str:
    """How much evidence is missing, in words."""
    known, applicable = fact_counts(scorecard)
    if known == applicable:
        return _("Every fact has evidence.")
    text = ngettext(
        "No evidence for %(missing)d of %(all)d fact.", "No evidence for %(missing)d of %(all)d facts.",
        applicable,
    )  # fmt: skip
    return text % {"missing": applicable - known, "all": applicable}


def policy_rows(scorecard: Mapping[str, Any], previous_year: int | None) -> list[Row]:
    """Policies with what happened since, and under each its indicators with their working."""
    return [
        {
            **policy,
            "since": since(policy["grade"], policy["previous_grade"], previous_year),
            "indicators": [working(one) for one in scorecard["indicators"] if one["policy"] == policy["code"]],
        }
        for policy in scorecard["policies"]
    ]


def since(now: str | None, before: str | None, year: int | None) -> str:
    """``Down from C in 2024``."""
    if year is None or before is None or now is None:
        return ""
    if before == SHORT_OF_FACTS:
        return _("Not graded in %(year)s") % {"year": year}
    if before == now:
        return _("Same as %(year)s") % {"year": year}
    if now == SHORT_OF_FACTS:
        return _("Was %(before)s in %(year)s") % {"before": before, "year": year}
    words = _("Up from %(before)s in %(year)s") if now < before else _("Down from %(before)s in %(year)s")
    return words % {"before": before, "year": year}


def working(indicator: Mapping[str, Any]) -> Row:
    """One indicator: its value in words, its formula, the range of its score, its rule and its sources."""
    return {
        **indicator,
        "value_words": outcome_words(indicator),
        "formula": formula(indicator),
        "range": score_range(indicator),
        "rule_words": rule_words(indicator["rule"], indicator["unit"]),
        "source_words": " ".join(source_words(source) for source in indicator["rule"].get("sources", [])[:1]),
        "missing_words": words_of(indicator["missing"]),
        "flag_words": words_of(indicator["flags"]),
        "why_not": indicator.get("explanation") or "; ".join(words_of([indicator.get("reason") or ""])),
        "applies": indicator["state"] != "not_applicable" and indicator["grade"] is not None,
    }


def outcome_words(indicator: Mapping[str, Any]) -> str:
    """Kept or not, where the rule is one of yes or no; else the value with its unit."""
    passes = indicator.get("passes")
    if indicator["rule"].get("kind") == "binary" and indicator["state"] == "scored" and passes is not None:
        return _("Kept") if passes else _("Not kept")
    return value_words(indicator["value"], indicator["unit"], indicator["state"])


def value_words(value: object, unit: str, state: str) -> str:
    """A value with its unit as people say it."""
    if state == "not_applicable":
        return _("Does not apply")
    amount = as_decimal(value)
    if amount is None:
        return _("We don’t know")
    if unit in ("binary", "boolean", "yes_no", "yes/no"):
        return _("Yes") if amount else _("No")
    short = number(amount, None if amount == amount.to_integral_value() else 1)
    if unit in ("percent", "%"):
        return _("%(number)s of every 100") % {"number": short}
    if unit == "days":
        whole = int(abs(amount))
        return ngettext("%(number)s day", "%(number)s days", whole) % {"number": short}
    return f"{short} {unit}".strip()


def formula(indicator: Mapping[str, Any]) -> Row | None:
    """Numerator ÷ denominator, where the measure is a ratio."""
    if indicator["numerator"] is None or indicator["denominator"] is None:
        return None
    return {"numerator": number(indicator["numerator"]), "denominator": number(indicator["denominator"])}


def score_range(indicator: Mapping[str, Any]) -> tuple[str, str] | None:
    """Worst and best score, where they differ."""
    worst, best = as_decimal(indicator["worst"]), as_decimal(indicator["best"])
    if worst is None or best is None:
        return None
    low, high = score(worst).removesuffix(".0"), score(best).removesuffix(".0")
    return None if low == high else (low, high)


def rule_words(rule: Mapping[str, Any], unit: str) -> list[str]:
    """The rule in short sentences: what scores 0 and 100, what missing records do, whether it is a gate."""
    sentences = []
    floor, ceiling = rule.get("floor"), rule.get("ceiling")
    if floor is not None and ceiling is not None:
        words = {"low": value_words(floor, unit, ""), "high": value_words(ceiling, unit, "")}
        sentences.append(_("%(low)s scores 0; %(high)s scores 100.") % words)
    elif rule.get("kind") == "binary":
        sentences.append(_("Kept scores 100; not kept scores 0."))
    missing = {
        "M0": _("Without a record it counts as 0."),
        "MX": _("Without a record it is left out, and coverage falls."),
        "MB": _("Without a record there is no grade."),
    }.get(str(rule.get("missing", "")))
    if missing:
        sentences.append(missing)
    if rule.get("gate") is not None:
        sentences.append(
            _("Where it fails, the overall score cannot be above %(cap)s.") % {"cap": number(rule["gate"])}
        )
    return sentences


def framework_page(framework: Mapping[str, Any]) -> Row:
    """The rules of one publication: policies, their indicators, bands, and the evidence a grade needs."""
    bands = framework.get("bands", [])
    weights = sum((as_decimal(one["weight"]) or Decimal(0) for one in framework["policies"]), Decimal(0))
    return {
        "framework": framework,
        "minimum": framework.get("minimum_coverage"),
        "bands": [{**band, "until": bands[place - 1]["starts_at"] if place else None}
                  for place, band in enumerate(bands)],
        "policies": [
            {
                **policy,
                "share": of_every_100(policy["weight"], weights),
                "indicators": [
                    {
                        **one,
                        "rule_words": rule_words(one, one["unit"]),
                        "source_words": [source_words(source) for source in one["sources"]],
                    }
                    for one in framework["indicators"]
                    if one["policy"] == policy["code"]
                ],
            }
            for policy in framework["policies"]
        ],
    }  # fmt: skip


# What changed


def change_rows(changes: Iterable[Mapping[str, Any]]) -> list[Row]:
    """What moved since the publication before, in words; unknown sides are named."""
    return [
        {
            "label": pick_language(one["label"]),
            "before": side(one["before"], one["kind"], one.get("currency")),
            "after": side(one["after"], one["kind"], one.get("currency")),
        }
        for one in changes
    ]


def side(value: object, kind: str, currency: str | None) -> str:
    """A sum or a grade on one side of a change, or why there was none."""
    if value == SHORT_OF_FACTS:
        return _("not graded")
    if value is None:
        return _("not known") if kind == "money" else _("does not apply")
    return money(value, currency) if currency else str(value)


# The whole pages


def project_page(document: Document) -> Row:
    """Everything on a project's page except its neighbours in time."""
    scorecard = document["scorecard"]
    previous = scorecard.get("previous")
    known, applicable = fact_counts(scorecard)
    phase = document["project"]["phase"]
    closing = phase is not None and phase["code"] == "closure"
    return {
        "answers": [
            {**total, "sign": cell_currency(document, total["currency"])}
            for total in money_answers(money_totals(document))
        ],
        "currency": only_currency(document),
        "communities": community_rows(document),
        "purposes": purpose_rows(document),
        "promised_by_purpose": any(row["promised"] is not None for row in document["money"]["purposes"]),
        "jobs": jobs_answer(document),
        "series": jobs_series(document) if document["employment"] else None,
        "study": study_answer(document["assessments"]),
        "events": study_events(document["assessments"], closing),
        "closing": closing,
        "promises": promise_rows(document["commitments"]),
        "range": grade_range(scorecard),
        "missing": missing_sentence(scorecard),
        "score_sentence": score_sentence(scorecard),
        "gates": gate_sentences(scorecard),
        "known": known,
        "applicable": applicable,
        "policies": policy_rows(scorecard, previous["year"] if previous else None),
        "changes": change_rows(document["changes"]),
        "phase": phase_words(phase),
        "recorders": recorders([document]),
        "file_names": f"{document['project']['slug']}-{document['period']['year']}",
    }


def phase_words(phase: Mapping[str, Any] | None) -> str:
    """Where the mine is in its life, since when."""
    if phase is None:
        return _("We don’t know the phase")
    name: str = {
        "exploration": _("Exploration"),
        "development": _("Being built"),
        "operation": _("In operation"),
        "closure": _("Closing and repairing the land"),
    }.get(phase["code"], str(phase["code"]))
    if not phase["since"]:
        return name
    return _("%(phase)s since %(day)s") % {"phase": name, "day": long_date(phase["since"])}


def community_page(slug: str, documents: Sequence[Document]) -> Row:
    """What each mine owes one community: sums per currency, every payment, the promises, the mines.

    ``documents`` are current publications, newest year first; sums are of the newest year among them.
    """
    year = documents[0]["period"]["year"]
    latest = [document for document in documents if document["period"]["year"] == year]
    rows = [(document, row) for document in latest for row in document["money"]["communities"] if row["slug"] == slug]
    payments = [
        {
            **payment,
            "currency": row["currency"],
            "project": document["project"],
            "title": payment_title(payment),
        }
        for document, row in rows
        for payment in in_order(row["payments"])
    ]
    payments.sort(key=lambda payment: payment["due_on"] or payment["paid_on"] or "", reverse=True)
    return {
        "year": year,
        "profile": next(
            (one for document in documents for one in document["communities"] if one["slug"] == slug), None
        ),
        "name": community_name(slug, documents),
        "sums": community_sums([row for _document, row in rows]),
        "payments": payments,
        "waiting": [payment for payment in payments if payment["state"] == "claimed"],
        "mines": mines(slug, documents),
        "promises": promises_to(slug, latest),
        "recorders": recorders(documents),
        "years": sorted({document["period"]["year"] for document in documents}, reverse=True),
    }


def recorders(documents: Iterable[Document]) -> list[str]:
    """The organisations that record these mines; documents sealed before they were named say none."""
    return sorted({name for document in documents for name in document["project"].get("followed_by", [])})


def community_name(slug: str, documents: Iterable[Document]) -> str:
    """The name as published."""
    places = [
        one
        for document in documents
        for one in (*document["communities"], *document["money"]["communities"])
        if one["slug"] == slug
    ]
    return str(places[0]["name"]) if places else slug


def community_sums(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Due, paid and confirmed per currency; confirmed is unknown only where nobody answered for any mine."""
    sums = []
    for currency in dict.fromkeys(row["currency"] for row in rows):
        same = [row for row in rows if row["currency"] == currency]
        total: Row = {"currency": currency}
        for key in ("promised", "paid", "confirmed"):
            known = [value for row in same if (value := as_decimal(row[key])) is not None]
            total[key] = sum(known, Decimal(0)) if known else None
        total["scale"] = max(total[key] or Decimal(0) for key in ("promised", "paid", "confirmed"))
        total["share"] = of_every_100(total["confirmed"], total["promised"])
        total["silent"] = [row for row in same if row["confirmed"] is None and len(same) > 1]
        sums.append(total)
    return sums


def mines(slug: str, documents: Iterable[Document]) -> list[Row]:
    """Each mine that affects the community, with the grade of its newest publication."""
    newest: dict[str, Document] = {}
    for document in documents:
        held = newest.setdefault(document["project"]["slug"], document)
        if document["period"]["year"] > held["period"]["year"]:
            newest[document["project"]["slug"]] = document
    return [
        {
            "project": document["project"],
            "year": document["period"]["year"],
            "grade": document["scorecard"]["grade"],
            "range": grade_range(document["scorecard"]),
            "minerals": [pick_language(one["name"]) for one in document["project"]["minerals"]],
            "phase": phase_words(document["project"]["phase"]),
            "influence": next((one for one in document["communities"] if one["slug"] == slug), None),
        }
        for document in newest.values()
    ]


def promises_to(slug: str, documents: Iterable[Document]) -> list[Row]:
    """Promises to this community, and those made to all, with the mine that made them."""
    return [
        {**one, "project": document["project"]}
        for document in documents
        for one in promise_rows(document["commitments"])
        if one["community"] is None or one["community"]["slug"] == slug
    ]


def project_summary(document: Document) -> Row:
    """One line of the list of mines: grade with its range, grades by policy, money, coverage."""
    scorecard = document["scorecard"]
    known, applicable = fact_counts(scorecard)
    totals = money_answers(money_totals(document))
    return {
        "project": document["project"],
        "year": document["period"]["year"],
        "grade": scorecard["grade"],
        "range": grade_range(scorecard),
        "policies": scorecard["policies"],
        "money": totals[0] if totals else None,
        "share": of_every_100(totals[0]["confirmed"], totals[0]["promised"]) if totals else None,
        "other_money": [total | {"share": of_every_100(total["confirmed"], total["promised"])} for total in totals[1:]],
        "minerals": [pick_language(one["name"]) for one in document["project"]["minerals"]],
        "known": known,
        "applicable": applicable,
    }


def national_sums(documents: Iterable[Document]) -> list[Row]:
    """All mines together, per currency; sums nobody answered for are counted apart, never as zero."""
    sums: dict[str, Row] = {}
    for document in documents:
        for total in money_totals(document):
            row = sums.setdefault(
                total["currency"],
                {"currency": total["currency"], "promised": None, "paid": None, "confirmed": None,
                 "unanswered": Decimal(0), "mines": 0},
            )  # fmt: skip
            row["mines"] += 1
            for key in ("promised", "paid", "confirmed", "unanswered"):
                value = as_decimal(total[key])
                if value is not None:
                    row[key] = (row[key] or Decimal(0)) + value
    answers = money_answers(list(sums.values()))
    return sorted(answers, key=lambda row: row["mines"], reverse=True)


# Downloads


PAYMENT_COLUMNS = (
    "record", "payer", "purpose", "due_on", "due", "paid_on", "paid",
    "received_on", "received", "state", "days_late",
)  # fmt: skip


def payment_table(document: Document) -> list[list[str]]:
    """Every payment as a row of text, safe to open in a spreadsheet; unknown is an empty cell."""
    rows = [["project", "year", "community", "currency", *PAYMENT_COLUMNS, "evidence_sha256"]]
    where = [document["project"]["slug"], document["period"]["year"]]
    for community in document["money"]["communities"]:
        for payment in in_order(community["payments"]):
            cells = [*where, community["name"], community["currency"]]
            cells += [payment[column] for column in PAYMENT_COLUMNS]
            cells.append(" ".join(one["sha256"] for one in payment["evidence"]))
            rows.append([safe_cell(cell) for cell in cells])
    return rows
