"""The settings of a server that people rely on: where letters lead."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

NEEDED = {
    "SECRET_KEY": "a-key-of-this-test-alone-that-is-long-enough-for-anybody",
    "DATABASE_URL": "postgres://minka_app@/minka",
    "PUBLIC_DATABASE_URL": "postgres://minka_public@/minka",
    "REDIS_URL": "redis://redis.example/0",
    "MINKA_STATE": "/var/lib/minka",
}


def address_with(**environment: str) -> str:
    """Where Minka says that it is with these variables, or what it refuses to start with."""
    answer = subprocess.run(
        [sys.executable, "-c", "from config.settings.production import MINKA_ADDRESS; print(MINKA_ADDRESS)"],
        env=os.environ | NEEDED | environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    return (answer.stdout or answer.stderr).strip().splitlines()[-1]


def test_letters_lead_to_the_first_host_unless_another_is_told() -> None:
    hosts = "minka.example,www.minka.example"
    assert address_with(ALLOWED_HOSTS=hosts, MINKA_ADDRESS="") == "https://minka.example"
    assert address_with(ALLOWED_HOSTS=hosts, MINKA_ADDRESS="https://www.minka.example/") == "https://www.minka.example"


@pytest.mark.parametrize(
    ("hosts", "address"),
    [
        ("minka.example", "http://minka.example"),
        ("minka.example", "https://elsewhere.example"),
        ("minka.example", "https://minka.example/work"),
        (".minka.example", "https://.minka.example"),
        ("*", "https://*"),
    ],
)
def test_an_address_to_which_letters_cannot_lead_stops_the_start(hosts: str, address: str) -> None:
    assert f"MINKA_ADDRESS ({address}) must be https://" in address_with(ALLOWED_HOSTS=hosts, MINKA_ADDRESS=address)
