"""The settings of a server that people rely on: where letters lead, what browsers are told, and what rings at night."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from celery import current_app
from celery.schedules import crontab
from django.conf import settings
from django.test import Client

NEEDED = {
    "SECRET_KEY": "a-key-of-this-test-alone-that-is-long-enough-for-anybody",
    "DATABASE_URL": "postgres://minka_app@/minka",
    "PUBLIC_DATABASE_URL": "postgres://minka_public@/minka",
    "REDIS_URL": "redis://redis.example/0",
    "MINKA_STATE": "/var/lib/minka",
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


# What browsers are told


@pytest.mark.django_db
def test_pages_take_scripts_styles_and_forms_from_minka_alone_and_stand_in_no_frame(client: Client) -> None:
    """Every directive, on a public page and on the way in."""
    for address in ("/en/how-we-grade/frameworks/", "/en/account/login/"):
        policy = client.get(address)["Content-Security-Policy"]
        assert {tuple(directive.split()) for directive in policy.split(";")} == {
            ("default-src", "'none'"),
            ("style-src", "'self'"),
            ("script-src", "'self'"),
            ("img-src", "'self'", "data:"),
            ("connect-src", "'self'"),
            ("font-src", "'self'"),
            ("form-action", "'self'"),
            ("base-uri", "'none'"),
            ("frame-ancestors", "'none'"),
        }


COOKIES = """
import json
from config.settings import production as on_a_server
of_cookies = ("COOKIE_SECURE", "COOKIE_HTTPONLY", "COOKIE_NAME", "COOKIE_SAMESITE", "COOKIE_AGE", "COOKIE_DOMAIN")
names = [f"{of}_{name}" for of in ("SESSION", "CSRF") for name in of_cookies] + ["KNOWN_BROWSER_COOKIE"]
print(json.dumps({name: getattr(on_a_server, name, None) for name in names}))
"""


def test_cookies_of_a_server_are_sent_by_https_to_it_alone_and_read_by_no_script() -> None:
    """What is None is as Django has it: SameSite=Lax for the token of forms, and no domain but the host."""
    assert json.loads(said_by(COOKIES, ALLOWED_HOSTS="minka.example")) == {
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_AGE": 12 * 60 * 60,
        "SESSION_COOKIE_DOMAIN": None,
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "CSRF_COOKIE_SAMESITE": None,
        "CSRF_COOKIE_AGE": None,
        "CSRF_COOKIE_DOMAIN": None,
        "KNOWN_BROWSER_COOKIE": "__Host-known-browser-",
    }


# What rings at night


def test_the_beat_rings_for_the_nightly_judgement_and_a_worker_knows_every_task_that_it_rings_for() -> None:
    current_app.loader.import_default_modules()
    schedule = settings.CELERY_BEAT_SCHEDULE
    assert {ring["task"]: ring["schedule"] for ring in schedule.values()} == {
        "compliance.tasks.request_nightly_evaluation": crontab(hour=0, minute=10)
    }
    assert {ring["task"] for ring in schedule.values()} <= set(current_app.tasks)
