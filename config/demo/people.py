"""Who signs in to the demo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.hashers import make_password

from accounts.models import Membership, Organisation, User
from accounts.services.audit import write_audit

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
    """Add the people with their roles; both results are by short name. The administrator gives the roles."""
    organisations = add_organisations(listed["organisations"])
    password = make_password(listed["password"])  # hashed once: everybody has the same, and it is no secret
    people = {short_name(row): add_person(row, password) for row in listed["people"]}
    roles = {row["role"]: people[short_name(row)] for row in listed["people"]}
    for row in listed["people"]:
        user = people[short_name(row)]
        administrator = roles["administrator"]
        membership = Membership.objects.create(
            user=user,
            organisation=organisations[row["of"]],
            role=row["role"],
            starts_on=STARTS_ON,
            granted_by=None if user == administrator else administrator,
        )
        write_audit(actor=membership.granted_by, verb="granted", record=membership)
    return people, organisations


def add_organisations(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Organisation]:
    """Add invented organisations; each says that it is."""
    added = {key: Organisation(is_demo=True, **row) for key, row in rows.items()}
    for organisation in added.values():
        organisation.save()
        write_audit(actor=None, verb="entered", record=organisation)
    return added


def add_person(row: Mapping[str, Any], password: str) -> User:
    """Add one person, who can sign in at once."""
    user = User(email=row["email"], full_name=row["name"], language=row["language"], password=password)
    user.save()
    write_audit(actor=None, verb="entered", record=user)
    return user


def short_name(row: Mapping[str, Any]) -> str:
    """Before the @."""
    return str(row["email"]).partition("@")[0]


def sign_in_lines(listed: Mapping[str, Any]) -> list[str]:
    """What the start prints: who can sign in, and what for."""
    rows = [f"  {row['email']:<22} {row['role']:<14} {row['does']}" for row in listed["people"]]
    return [f"Sign-ins of the demo, all with the password {listed['password']}", *rows]
