"""Starts the command line. Ctrl-C before it can listen, when nothing was started yet, just ends it."""

import signal
import sys

signal.signal(signal.SIGINT, signal.SIG_DFL)

from config.launcher.commands import main  # noqa: E402

sys.exit(main())
