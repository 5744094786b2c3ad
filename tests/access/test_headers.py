"""What a file of the pages tells a browser."""

from __future__ import annotations

from django.contrib.staticfiles import finders
from django.test import Client

POLICY = {"default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"}


def test_a_file_of_the_pages_says_it_too_and_their_folder_is_not_listed(client: Client) -> None:
    assert finders.find("ui/minka.svg")
    answer = client.get("/static/ui/minka.svg")
    assert answer.status_code == 200
    assert set(answer["Content-Security-Policy"].split("; ")) >= POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    for folder in ("/static/", "/static/ui/", "/media/", "/media/evidence/", "/.git/config"):
        assert client.get(folder).status_code == 404, folder
