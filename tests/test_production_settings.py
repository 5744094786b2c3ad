"""The settings of a server that people rely on: where letters lead, and what browsers are told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

NEEDED = {
    "SECRET_KEY": "a-key-of-this-test-alone-that-is-long-enough-for-anybody",
    "DATABASE_URL": "postgres://minka_app@/minka",
    "PUBLIC_DATABASE_URL": "postgres://minka_public@/minka",
    "REDIS_URL": "redis://redis.example/0",
    "MINKA_STATE": "/var/lib/minka",
    "MINKA_DEMO": "0",
}


def address_with(**environment: str) -> str:
    """Where Minka says that it is with these variables, or what it refuses to start with."""
    return said_by("from config.settings.production import MINKA_ADDRESS; print(MINKA_ADDRESS)", **environment)


def said_by(program: str, **environment: str) -> str:
    """The last line that a program says with the settings of a server."""
    answer = subprocess.run(
        [sys.executable, "-c", program],
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


def test_the_demo_is_no_real_server() -> None:
    """In which people work without a second factor."""
    assert "MINKA_DEMO is set" in address_with(ALLOWED_HOSTS="minka.example", MINKA_DEMO="1")


SHOWN = """
import json
import django
django.setup()
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.test import Client
client = Client(headers={"host": "minka.example"})
print(json.dumps({
    "safe": dict(client.get("/livez", secure=True).headers),
    "plain": client.get("/en/account/login/")["Location"],
    "debug": settings.DEBUG,
    "cookies": [
        [getattr(settings, f"{name}_COOKIE_{what}") for what in ("NAME", "SECURE", "HTTPONLY", "SAMESITE", "PATH", "DOMAIN")]
        for name in ("SESSION", "CSRF")
    ],
    "known browser": settings.KNOWN_BROWSER_COOKIE,
    "hasher": [get_hasher().algorithm, get_hasher().iterations],
}))
"""


@pytest.fixture(scope="module")
def real_server() -> Any:
    """What a server with these settings answers, and some of them."""
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings.production", "ALLOWED_HOSTS": "minka.example"}
    answer = subprocess.run(
        [sys.executable, "-c", SHOWN],
        env=os.environ | NEEDED | environment | {"MINKA_ADDRESS": ""},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(answer.stdout.splitlines()[-1])


def test_a_real_server_speaks_https_alone_and_marks_its_cookies(real_server: Any) -> None:
    assert real_server["plain"] == "https://minka.example/en/account/login/"
    assert real_server["safe"]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert real_server["safe"]["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in real_server["safe"]["Content-Security-Policy"]
    assert real_server["cookies"] == [
        ["__Host-session", True, True, "Lax", "/", None],
        ["__Host-csrf", True, True, "Lax", "/", None],
    ]
    assert real_server["known browser"].startswith("__Host-")
    assert real_server["debug"] is False


def test_passwords_are_hashed_slowly(real_server: Any) -> None:
    algorithm, iterations = real_server["hasher"]
    assert algorithm == "pbkdf2_sha256"
    assert iterations >= 600_000


# What browsers are told


@pytest.mark.django_db
def test_pages_take_scripts_styles_and_forms_from_minka_alone_and_stand_in_no_frame(client: Client) -> None:
    """Every directive, on a public page and on the way in."""
    for address in ("/en/how-we-grade/frameworks/", "/en/account/login/"):
        policy = client.get(address)["Content-Security-Policy"]
        assert {tuple(directive.split()) for directive in policy.split(";")} == {
            ("default-src", "'none'"),
            ("object-src", "'none'"),
            ("style-src", "'self'"),
            ("script-src", "'self'"),
            ("img-src", "'self'", "data:"),
            ("connect-src", "'self'"),
            ("font-src", "'self'"),
            ("form-action", "'self'"),
            ("base-uri", "'none'"),
            ("frame-ancestors", "'none'"),
        }
