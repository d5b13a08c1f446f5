# `make` lists what there is. Every target makes the environment first if it is missing or old:
# .venv, with exactly the versions of uv.lock. Nothing outside this folder is changed.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

BIN := .venv/bin
READY := .venv/.ready
# Two workers; each takes its tests in the order of collection, where those with a browser come last.
PYTEST := $(BIN)/pytest --numprocesses=2 --dist=load
# uv keeps to the environment made here: it looks for no other Python and downloads none.
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/.venv
export UV_PYTHON := $(CURDIR)/$(BIN)/python
export UV_PYTHON_DOWNLOADS := never
# Agents start a command for every small thing: nothing is compiled on the way.
export UV_COMPILE_BYTECODE := 1
# Extra words for the program behind a target: make run ARGS="--port 9000", make test ARGS="tests/store -x".
ARGS ?=
WANTED := $(shell cat .python-version)
# The first of these that runs and is new enough; PYTHON=… chooses another.
PYTHONS := $(PYTHON) python$(WANTED) $(wildcard $(HOME)/.pyenv/versions/$(WANTED)*/bin/python) \
	python3.14 python3.12 python3

.PHONY: help run demo test cover check format bench bench-quick torture assets screens clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: $(READY) ## the board of your own plans (PLANBOARD_ROOT, default ~/.openclaw/plans)
	@$(BIN)/planboard up $(ARGS)

demo: $(READY) ## a board on a throw-away root where real agent processes work and ask for approval
	@$(BIN)/python -m plans.agents.demo $(ARGS)

test: $(READY) ## every test, with the browser if there is one
	@$(PYTEST) $(ARGS)

# The rooms where a missed branch can lose someone's work are covered whole.
cover: $(READY) ## the tests with branch coverage, and the floor of each room
	@$(BIN)/coverage erase
	@$(PYTEST) --cov --cov-report= $(ARGS)
	@for room in domain store actions sync security; do \
		$(BIN)/coverage report --include="plans/$$room/*" --fail-under=100; \
	done
	@$(BIN)/coverage report --fail-under=95

# `check --deploy` looks at the settings of a board behind HTTPS, on a home of its own.
check: $(READY) ## format, lint, types, doors between rooms, templates, migrations, settings
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	@home=$$(mktemp -d); trap 'rm -rf "$$home"' EXIT; mkdir -m 700 "$$home/root"; set -x; \
	export PLANBOARD_HOME="$$home/home" PLANBOARD_ROOT="$$home/root"; \
	$(BIN)/python manage.py makemigrations --check --dry-run; \
	PLANBOARD_ALLOWED_HOSTS=board.example PLANBOARD_PUBLIC_ORIGIN=https://board.example \
	$(BIN)/python manage.py check --deploy --fail-level WARNING; \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

format: $(READY) ## put the code into the project's form
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: $(READY) ## measure everything against floors measured in the same run (ARGS=--strict: or fail)
	@$(BIN)/python -m tests.bench $(ARGS)

bench-quick: $(READY) ## the main figures, in under a minute
	@$(BIN)/python -m tests.bench --quick $(ARGS)

torture: $(READY) ## the crash, race and fuzz tests at full length, and one table of what they showed
	@$(BIN)/python -m tests.torture $(ARGS)

assets: $(READY) ## join style sheets and scripts into the files that pages load
	@$(BIN)/python -m plans.web.assets $(ARGS)

screens: $(READY) ## take the pictures of the README with a real board and browser
	@$(BIN)/python -m tests.screens $(ARGS)

clean: ## remove the environment and everything that can be made again
	@rm -rf .venv build dist htmlcov bench-out .ci/out .coverage .coverage.* *.egg-info \
		.pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find plans plans_site tests -name __pycache__ -prune -exec rm -rf {} +

$(READY): pyproject.toml uv.lock .python-version Makefile
	@if ! $(BIN)/python -c '' 2>/dev/null; then \
		for python in $(PYTHONS); do \
			"$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null \
				&& found="$$python" && break; \
		done; \
		if [ -z "$${found:-}" ]; then \
			echo 'Planboard needs Python 3.12 or newer, with its venv module, and found none.' \
				'Install Python $(WANTED) (pyenv install $(WANTED)), or name one: make PYTHON=/path/to/python' >&2; \
			exit 1; \
		fi; \
		echo "Making .venv with $$("$$found" --version) ($$found)"; \
		rm -rf .venv; "$$found" -m venv .venv; \
	fi
	@uv=$$(sed -n '/^name = "uv"$$/{n;s/version = "\(.*\)"/\1/p}' uv.lock); \
	$(BIN)/uv --version 2>/dev/null | grep -qF "uv $$uv" || $(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$$uv"
	@$(BIN)/uv sync --frozen --quiet
	@touch $@
