# Masthead's commands. `make run` and `make test` do everything they need on a fresh machine.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PORT ?= 8000
DEMO ?= 1

.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-slow check format bench docs messages lock services clean

help: ## Say what each command does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(VENV)/ready ## Prepare everything and serve a newsroom (PORT=8000, MASTHEAD_DATA=var, DEMO=0 for an empty one)
	@PORT=$(PORT) MASTHEAD_DEMO=$(DEMO) exec $(BIN)/masthead run

test: $(VENV)/ready-dev ## Run every check and every test, on SQLite and on PostgreSQL, with a real browser
	@scripts/test

test-fast: $(VENV)/ready-dev ## Run the tests on SQLite without browser and servers
	@$(BIN)/pytest -q -m "not browser and not services and not slow"

test-slow: $(VENV)/ready-dev ## Run the deep checks that `make test` leaves out
	@scripts/test slow

check: $(VENV)/ready-dev ## Lint, types, templates and import contracts
	@scripts/check

format: $(VENV)/ready-dev ## Put code and templates into the house's shape
	@$(BIN)/ruff check --fix-only -q . ; $(BIN)/ruff format -q . ; $(BIN)/djlint --reformat --quiet templates || true

bench: $(VENV)/ready-dev ## Measure the promises and print their tables (ONLY=name for one)
	@scripts/bench $(ONLY)

docs: $(VENV)/ready-dev ## Take the docs' screenshots anew and check every link and command in docs/
	@$(BIN)/python scripts/screenshots.py && $(BIN)/pytest -q tests/test_docs.py

messages: $(VENV)/ready-dev ## Gather and compile the readers' strings (needs gettext)
	@$(BIN)/python scripts/messages.py

lock: $(VENV)/ready-dev ## Resolve requirements/*.in into the locked requirements/*.txt
	@cd requirements && for set in base dev; do \
	  CUSTOM_COMPILE_COMMAND="make lock" ../$(BIN)/pip-compile -q --upgrade --generate-hashes --allow-unsafe --strip-extras \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o $$set.txt $$set.in; done

services: ## Install and start what the tests need beside Python (Debian; needs root for packages)
	@scripts/services

clean: ## Remove the virtual environment and caches (never the data folder)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Masthead needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	@echo "Making the virtual environment $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/ready: requirements/base.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked requirements (a minute, once)"
	@$(BIN)/pip install -q --require-hashes -r requirements/base.txt
	@$(BIN)/pip install -q --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/ready-dev: requirements/dev.txt $(VENV)/ready
	@echo "Installing the locked requirements for tests (a minute, once)"
	@$(BIN)/pip install -q --require-hashes -r requirements/dev.txt
	@touch $@
