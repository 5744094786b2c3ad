# Minka: `make demo` shows it, `make test` tests it. README.md says the rest.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
PORT ?= 8000
# make test ARGS='tests/accounts -k sign_in'
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
LAUNCHER := $(PY) -m config.launcher
# An unfinished installation has no stamp and is done again.
MADE := $(VENV)/.made
TOOLS := $(VENV)/.tools-installed
BASE := $(VENV)/.base-installed
DEV := $(VENV)/.dev-installed

UV_INSTALL := $(UV) pip install --quiet --python $(PY) --require-hashes --no-build
UV_COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-emit-index-url --custom-compile-command 'make lock'

# Ctrl-C ends it without a traceback.
QUIETLY := import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); import runpy;
INTERRUPTED := trap 'echo "Set-up was interrupted; run the same command again and what is finished is kept." >&2; exit 130' INT TERM

.PHONY: help demo demo-reset run worker test storm check bench mutate install install-dev lock messages

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

demo: $(BASE) ## Start everything with the invented demo; PORT=8001 for another port
	@exec $(LAUNCHER) demo --port='$(PORT)'

demo-reset: $(BASE) ## Delete the demo's database and files
	@exec $(LAUNCHER) reset

run worker: export MINKA_DEMO := 1

run: $(DEV) ## Start Django's own development server on the demo's data
	@exec $(LAUNCHER) run --prepared --port='$(PORT)' -- $(PY) manage.py runserver 127.0.0.1:$(PORT)

worker: $(DEV) ## Start a Celery worker beside `make run`
	@exec $(LAUNCHER) run --prepared -- $(PY) -m celery -A config worker --loglevel info --concurrency 2

test: $(DEV) ## Run all tests on servers of their own; ARGS='-k name' for some
	@export DJANGO_SETTINGS_MODULE=config.settings.test
	exec $(LAUNCHER) run --scratch -- $(PY) -m pytest -n logical --dist loadgroup $(ARGS)

mutate: $(DEV) ## Change the judgement in small ways and say how many the tests notice; ARGS="--sample 300"
	@exec nice -n 10 $(PY) -m benchmarks.mutants $(ARGS)

bench: $(DEV) ## Measure, on servers of their own
	@exec $(LAUNCHER) run --scratch -- $(PY) -m benchmarks $(ARGS)

storm: $(DEV) ## Break every part while people save, and close the books; ARGS='--seeds 1 --facts 70 --faults 5' for a short one
	@exec $(PY) -m tests.storm $(ARGS)

check: $(DEV) ## Run every check that is not a test
	@exec $(LAUNCHER) run --scratch -- $(PY) -m config.checks $(ARGS)

install: $(BASE) ## Install what Minka needs to run
install-dev: $(DEV) ## Install what tests and checks need as well

lock: $(TOOLS) ## Lock requirements/*.in again, with hashes
	@for name in bootstrap base dev; do
		$(UV_COMPILE) $(ARGS) requirements/$$name.in -o requirements/$$name.txt
	done

messages: $(DEV) ## Collect texts for translators and compile what they wrote
	@exec $(PY) -m config.checks.translations --write

$(TOOLS): requirements/bootstrap.txt
	@$(INTERRUPTED)
	command -v $(PYTHON) >/dev/null || { echo "There is no program $(PYTHON); choose another one with PYTHON=…" >&2; exit 1; }
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
		echo "Minka needs Python 3.11 or newer as $(PYTHON); choose another one with PYTHON=…" >&2; exit 1; }
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || {
		echo "Python's venv module is missing; install it with: apt install python3-venv" >&2; exit 1; }
	test -w . && { test ! -e $(VENV) || test -w $(VENV); } || {
		echo "You may not write in this folder; clone Minka into a folder of your own." >&2; exit 1; }
	echo "Installing into $(VENV) …"
	test -e $(MADE) && $(PY) -m pip --version >/dev/null 2>&1 || {
		rm -rf $(VENV)  # where it is a link, the link alone
		$(PYTHON) -c '$(QUIETLY)runpy.run_module("venv", run_name="__main__")' $(VENV)
		touch $(MADE); }
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
		-r requirements/bootstrap.txt
	touch $@

$(BASE): $(TOOLS) requirements/base.txt
	@$(INTERRUPTED)
	$(UV_INSTALL) -r requirements/base.txt
	touch $@

$(DEV): $(BASE) requirements/dev.txt
	@$(INTERRUPTED)
	$(UV_INSTALL) -r requirements/dev.txt
	touch $@
