#!/usr/bin/env python
"""Run an administrative command of Minka."""

import os
import sys


def main() -> None:
    """Hand the command line to Django; settings default to development."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
