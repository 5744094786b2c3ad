"""Who signs in to the demo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.hashers import make_password

from accounts.models import Organisation, User
from accounts.roles import Role
from accounts.services.appointments import appoint_first_administrator, ask_for_role, confirm_role
from accounts.services.audit import write_audit
from accounts.services.invitations import invite_person

FOLDER = Path(__file__).resolve().parent
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where PyYAML was built with it
STARTS_ON = date(2023, 1, 1)


def read_data(name: str) -> dict[str, Any]:
    """One of the data files beside this module."""
    content: dict[str, Any] = yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506
    return content


def listed_people() -> dict[str, Any]:
    """Organisations, people and the password that they share."""
    return read_data("people.yaml")


def enlist(listed: Mapping[str, Any]) -> tuple[dict[str, User], dict[str, Organisation]]:
    """Add the people with their roles; both results are by short name.

    The two administrators come by command, as in every installation; one asks for the others' roles, the other confirms.
    """
    organisations = add_organisations(listed["organisations"])
    administrators = [row for row in listed["people"] if row["role"] == Role.ADMINISTRATOR]
    people = {
        short_name(row): appoint_first_administrator(
            **details(row), organisation=organisations[row["of"]], starts_on=STARTS_ON
        )
        for row in administrators
    }
    first, second = people.values()
    for row in listed["people"]:
        if row in administrators:
            continue
        user = people[short_name(row)] = invite_person(actor=first, **details(row))
        asked = ask_for_role(
            actor=first, user=user, organisation=organisations[row["of"]], role=row["role"], starts_on=STARTS_ON
        )
        confirm_role(actor=second, asked=asked)
    User.objects.update(password=make_password(listed["password"]))  # everybody has the same, and it is no secret
    return people, organisations


def details(row: Mapping[str, Any]) -> dict[str, str]:
    """How somebody is called, written to and spoken to."""
    return {"email": row["email"], "full_name": row["name"], "language": row["language"]}


def add_organisations(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Organisation]:
    """Add invented organisations; each says that it is."""
    added = {key: Organisation(is_demo=True, **row) for key, row in rows.items()}
    for organisation in added.values():
        organisation.save()
        write_audit(actor=None, verb="entered", record=organisation)
    return added


def short_name(row: Mapping[str, Any]) -> str:
    """Before the @."""
    return str(row["email"]).partition("@")[0]


def sign_in_lines(listed: Mapping[str, Any]) -> list[str]:
    """What the start prints: who can sign in, and what for."""
    rows = [f"  {row['email']:<22} {row['role']:<14} {row['does']}" for row in listed["people"]]
    return [f"Sign-ins of the demo, all with the password {listed['password']}", *rows]
