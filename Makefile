# linkflow's commands. A fresh machine needs python3 (3.11 or later) and make; everything else is brought here,
# once, and kept in .tools/, .venv/ and tests/node/node_modules/. No target needs a second call to be complete.

SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
UV_VERSION := 0.13.9
WORKERS ?= 2

UV := .tools/bin/uv-$(UV_VERSION)
BIN := .venv/bin
RECORD := $(CURDIR)/test-results/gathered
NPM_CI := npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
PYTEST := LINKFLOW_TEST_RECORD="$(RECORD)" $(BIN)/python -m pytest

export UV_PYTHON_DOWNLOADS ?= never
export UV_NO_PROGRESS ?= 1
unexport VIRTUAL_ENV

# One certificate bundle for all three package clients: the one the machine names, else the system's.
CERTIFICATES := $(or $(SSL_CERT_FILE),$(wildcard /etc/ssl/certs/ca-certificates.crt))
ifneq ($(CERTIFICATES),)
export SSL_CERT_FILE := $(CERTIFICATES)
export PIP_CERT ?= $(CERTIFICATES)
export NODE_EXTRA_CA_CERTS ?= $(CERTIFICATES)
endif

.PHONY: help demo test slow bench categories messages lint fmt shots setup browser clean
.DELETE_ON_ERROR:

help:
	@echo "make demo [PORT=8000]  start everything on this machine; Ctrl-C stops it"
	@echo "make test              lint, types, architecture and all tests but the slow ones"
	@echo "make slow              what multiplies: every look, width, database, walk and long repeat"
	@echo "make bench             measure; figures go to .bench/results.json"
	@echo "make categories        how well accounts find their category, on labelled sets"
	@echo "make messages          put what the sources say into every language's catalogue"
	@echo "make lint | fmt        check | rewrite the sources"
	@echo "make shots             take the README's pictures anew"
	@echo "make clean             remove all of the above, the environments too"

# --- what people run --------------------------------------------------------------------------------------------

demo:
	@$(PYTHON) .ci/machine.py ports $(PORT)
	@$(MAKE) --no-print-directory .venv/.runtime
	@exec $(BIN)/linkflow demo --port $(PORT) --end-with-parent

test: setup browser lint
	@rm -rf "$(RECORD)"
	$(PYTEST) -n $(WORKERS) -m "not slow and not gathered"
	$(PYTEST) -m gathered tests/test_gathered.py

slow: setup browser
	$(PYTEST) -n $(WORKERS) -m slow

bench: setup browser tests/node/node_modules/lighthouse
	$(BIN)/python -m tests.benchmarks

categories: setup
	@$(BIN)/python -m tests.categories.labelled

messages: setup
	@$(BIN)/python -m tests.languages.messages

# All five, even when one finds something: a red run should show everything there is to mend.
lint: setup
	@failed=; \
	for check in "ruff check" "ruff format --check" mypy lint-imports "djlint --quiet --lint templates"; do \
		echo "$$check"; $(BIN)/$$check > test-results/lint.txt 2>&1 || { cat test-results/lint.txt; failed=yes; }; \
	done; test -z "$$failed"

fmt: setup
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

shots: setup browser
	$(BIN)/python -m tests.shots

clean:
	rm -rf .tools .venv tests/node/node_modules .demo .bench test-results dist
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# --- what they stand on: each made once, again when its source changes --------------------------------------------

setup: .venv/.synced tests/node/node_modules/.installed
	@mkdir -p test-results

browser: .venv/.synced
	@$(BIN)/python .ci/machine.py browser

$(UV):
	@$(PYTHON) .ci/machine.py venv
	@$(PYTHON) -m venv --clear .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@ln -sf uv $@

# The demo needs what runs, not what tests; --inexact leaves a developer's tools where they are.
.venv/.runtime: pyproject.toml uv.lock $(UV)
	$(UV) sync --locked --quiet --python $(PYTHON) --no-dev --inexact
	@touch $@

.venv/.synced: pyproject.toml uv.lock $(UV)
	$(UV) sync --locked --quiet --python $(PYTHON)
	@touch $@ .venv/.runtime

tests/node/node_modules/.installed: tests/node/package-lock.json | .venv/.synced
	cd tests/node && PATH="$(CURDIR)/$(BIN):$$PATH" $(NPM_CI) --omit=dev
	@touch $@

# Only the benchmarks need it, and it is as large as all the rest.
tests/node/node_modules/lighthouse: tests/node/node_modules/.installed
	cd tests/node && PATH="$(CURDIR)/$(BIN):$$PATH" $(NPM_CI)
	@touch $< $@
