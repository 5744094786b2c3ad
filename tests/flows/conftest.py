"""The whole product, once for all tests that need it, and a real browser in front of it."""

from __future__ import annotations

import http.cookiejar
import os
import re
import shutil
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from config.launcher.product import Product
from config.launcher.servers import free_port
from config.launcher.state import State, default_folder

PASSWORD = "minka-demo-2026"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = 390
DESK = 1280


@pytest.fixture(scope="session")
def state_folder() -> Path:
    """Where servers that run as another user than root may enter; deleted with the servers of this run."""
    return Path(os.environ.get("MINKA_STATE") or default_folder())


@pytest.fixture(scope="session")
def product(state_folder: Path, worker_id: str) -> Iterator[Product]:
    """Minka with its demo, freshly started with servers of its own."""
    state = State(state_folder / f"e2e-{worker_id}-{os.getpid()}")
    try:
        with Product(state, free_port(), durable=False) as started:
            yield started
    finally:
        state.lock()
        state.delete()


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    address: str
    text: str
    seconds: float


class Visitor:
    """Somebody with cookies and no browser."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask(urllib.request.Request(self._whole(path)))  # noqa: S310

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send the form of a page that was opened before; redirects are followed, and their time counts."""
        return self.send(self.get(path), fields)

    def send(self, page: Answer, fields: Mapping[str, str]) -> Answer:
        """Send the form of a page that is open."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert token, page.address
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode()
        return self._ask(urllib.request.Request(page.address, body, {"Referer": page.address}))  # noqa: S310

    def sign_in(self, name: str) -> None:
        """As one of the people of the demo."""
        answer = self.post("/en/account/login/", {"login": f"{name}@demo.example", "password": PASSWORD})
        assert answer.status == 200
        assert "/work/" in answer.address, answer.address

    def _whole(self, path: str) -> str:
        return path if path.startswith("http") else f"{self.address}{path}"

    def _ask(self, request: urllib.request.Request) -> Answer:
        began = time.monotonic()
        try:
            with self.opener.open(request, timeout=30) as response:
                text = response.read().decode(errors="replace")
                return Answer(response.status, response.url, text, time.monotonic() - began)
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.url, error.read().decode(errors="replace"), time.monotonic() - began)


@pytest.fixture
def ana(product: Product) -> Visitor:
    """The monitor, signed in."""
    visitor = Visitor(product.address)
    visitor.sign_in("ana")
    return visitor


@contextmanager
def database_of(product: Product) -> Iterator[psycopg.Connection[Any]]:
    """The product's database, as its owner; Django's own connections here lead elsewhere."""
    address = product.servers.environment["OWNER_DATABASE_URL"]
    parts = urllib.parse.urlsplit(address)
    host = urllib.parse.parse_qs(parts.query).get("host", [parts.hostname])[0]
    with psycopg.connect(host=host, dbname=parts.path[1:], user=parts.username, autocommit=True) as connection:
        yield connection


@pytest.fixture
def stored(product: Product) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """Ask the product's database."""
    with database_of(product) as connection:
        yield lambda query, *values: connection.execute(query, values).fetchall()


def wait_until(happened: Callable[[], Any], seconds: float, what: str) -> float:
    """Wait, and return how many seconds it took."""
    began = time.monotonic()
    while not happened():
        if time.monotonic() - began > seconds:
            pytest.fail(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.1)
    return time.monotonic() - began


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program; without it the test is skipped, saying so."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("Chromium is not installed (apt install chromium)")
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium; closed with the module, because Django's ORM refuses to work beside Playwright's event loop."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield started
        started.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Keep what became of the test, for the screenshots."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture
def open_page(
    browser: Browser, product: Product, state_folder: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Open a page for somebody new: no cookies, the width of a phone or of a desk."""
    opened: list[Page] = []

    def open_page(width: int = DESK, *, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=product.address,
            viewport={"width": width, "height": 844},
            java_script_enabled=javascript,
            locale="en-GB",
        )
        context.set_default_timeout(15_000)
        opened.append(context.new_page())
        return opened[-1]

    yield open_page
    for number, page in enumerate(opened, 1):
        if request.node.stash.get(FAILED, False):
            shots = state_folder.parent / "screenshots" if state_folder.name.startswith("scratch-") else state_folder
            shots.mkdir(parents=True, exist_ok=True)
            path = shots / f"{request.node.name}-{number}.png"
            page.screenshot(path=path, full_page=True)
            print(f"{page.url} looked like {path}")
        page.context.close()


def sign_in(page: Page, name: str) -> None:
    """As one of the people of the demo."""
    page.goto("/en/account/login/")
    page.get_by_label("E-mail").or_(page.get_by_label("Email")).first.fill(f"{name}@demo.example")
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/work/**")


def sign_out(page: Page) -> None:
    """By the button of the header."""
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda address: "/work/" not in address)
