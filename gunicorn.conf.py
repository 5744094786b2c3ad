"""The web server, which reads this file by itself: it logs as the rest does, and its processes count requests together."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")  # as in config/wsgi.py
os.environ.setdefault("MINKA_SERVES_PAGES", "1")  # as there, and before settings are loaded, which all processes share
COUNTED_IN = "PROMETHEUS_MULTIPROC_DIR"
MEMORY = Path("/dev/shm")  # noqa: S108 - `mkdtemp` makes a folder of our own there
"""Where a full disk does no harm"""

logconfig_dict = settings.LOGGING


def on_starting(_server: Any) -> None:
    """Give the worker processes a folder in which each keeps its figures."""
    os.environ[COUNTED_IN] = tempfile.mkdtemp(prefix="minka-metrics-", dir=MEMORY if MEMORY.is_dir() else None)


def on_exit(_server: Any) -> None:
    """Take it away."""
    shutil.rmtree(os.environ[COUNTED_IN], ignore_errors=True)
