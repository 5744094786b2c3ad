"""Impact studies on public pages: whether they came before the digging, and when each step was."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.design.writing import capitalised, days
from compliance.evaluation.facts import CERTIFYING
from compliance.public_pages import Row


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
