"""Impact studies on public pages: whether they came before the digging, and when each step was."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.design.writing import capitalised, days, long_date
from compliance.evaluation.facts import CERTIFYING
from compliance.public_pages import Row


def study_answer(assessments: Sequence[Mapping[str, Any]]) -> Row:
    """Yes, no, or both; and by how many days."""
    certifying = [one for one in assessments if one["instrument"] in CERTIFYING]
    known = [one for one in certifying if one["state"] in ("before", "after", "lapsed")]
    if not known:
        waiting = bool(certifying) and all(one["state"] == "not_started" for one in certifying)
        return {
            "say": _("Digging has not started") if waiting else _("We don’t know"),
            "lines": [],
            "known": 0,
            "voice": "unknown",
        }
    good = sum(one["state"] == "before" for one in known)
    if good == len(known):
        say = _("Yes")
    elif good == 0:
        lapsed = all(one["state"] == "lapsed" for one in known)
        say = _("No: the approval had already lapsed") if lapsed else _("No")
    elif len(known) == 2:
        parts = [part_of(one) for one in sorted(known, key=lambda one: one["state"] != "before")]
        say = _("%(good)s: yes. %(bad)s: no.") % {"good": parts[0], "bad": parts[1]}
    else:
        say = ngettext("%(good)d of %(all)d was", "%(good)d of %(all)d were", good) % {
            "good": good,
            "all": len(known),
        }
    voices = {one.get("voice") or "unknown" for one in known}
    return {
        "say": say,
        "lines": [study_line(one) for one in known],
        "known": len(known),
        "voice": voices.pop() if len(voices) == 1 else "unknown",
    }


def part_of(one: Mapping[str, Any]) -> str:
    """The part of the mine that a study is about, else the kind of study."""
    return capitalised(one["component"] or instrument_words(one["instrument"]))


def instrument_words(code: str) -> str:
    """A kind of study in words, with the short name that papers carry."""
    words = {
        "FTA": _("technical form (FTA)"),
        "DIA": _("short study (DIA)"),
        "EIA-sd": _("semi-detailed study (EIA-sd)"),
        "EIA-d": _("detailed study (EIA-d)"),
        "ITS": _("report of a small change (ITS)"),
        "social": _("study of what changes for people"),
        "human-rights": _("study of human rights"),
    }
    return str(words.get(code, code))


def study_line(one: Mapping[str, Any]) -> str:
    """``First pit: 169 days before.``"""
    if one["days_before_start"] is None:
        return part_of(one)
    words = {
        "before": _("%(days)s before"),
        "after": _("%(days)s too late"),
        "lapsed": _("approved %(days)s before; it was good until %(until)s"),
    }[one["state"]]
    said = words % {"days": days(one["days_before_start"]), "until": long_date(one.get("last_day_to_start"))}
    return f"{part_of(one)}: {said}."


def study_events(assessments: Sequence[Mapping[str, Any]], closing: bool) -> list[Row]:
    """A timeline of what is on record; steps without a date stand last, as unknown. A mine that closes digs no more."""
    events = []
    begun = _("%(part)s: works start.") if closing else _("%(part)s: digging starts.")
    wrong = {
        "after": _("%(part)s: works start, without approval.")
        if closing
        else _("%(part)s: digging starts, without approval."),
        "lapsed": _("%(part)s: works start; the approval was good only until %(until)s.")
        if closing
        else _("%(part)s: digging starts; the approval was good only until %(until)s."),
    }
    for one in assessments:
        part = part_of(one)
        voice = one.get("voice") or "unknown"
        steps = (
            ("submitted_on", voice, _("%(part)s: study handed in: %(instrument)s.")),
            ("approved_on", voice, _("%(part)s: study approved.") + " %(resolution)s"),
            ("works_started_on", "late" if one["state"] in wrong else voice, wrong.get(one["state"], begun)),
        )  # fmt: skip
        for key, mark, words in steps:
            text = words % {
                "part": part,
                "instrument": instrument_words(one["instrument"]),
                "resolution": approval(one),
                "until": long_date(one.get("last_day_to_start")),
            }
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
