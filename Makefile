# Start with `make run`, `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
INSTALLED := .venv/.installed
DEVELOPS := .venv/.develops
DEMO_OPTIONS := $(if $(events),--events $(events)) $(if $(days),--days $(days)) \
                $(if $(url),--url $(url)) $(if $(seed),--seed $(seed))
# reads .env with the shell, everywhere
READ_ENV := set -a; [ ! -f .env ] || . ./.env; set +a
CHAOS_OPTIONS := $(if $(repeats),--repeats $(repeats)) $(if $(only),--only $(only)) \
                 $(if $(seed),--seed $(seed)) $(if $(json),--json $(json))

# `make check` runs those of these that start no server, database or browser and measure no time
FAST_TESTS := $(addprefix tests/dashboard_app/,analysis app_pages charts query server/test_leaving.py \
                server/test_own_files.py ui) $(wildcard tests/dashboard_app/test_*.py) \
              tests/ingest_api/events tests/ingest_api/log \
              tests/ingest_api/http/test_client_address.py tests/ingest_api/http/test_ignored_proxies.py \
              tests/ingest_api/http/test_shared_counters.py tests/ingest_api/metrics \
              tests/ingest_api/serving/waitress tests/ingest_api/test_settings.py \
              tests/sql/test_database.py tests/test_doors.py tests/test_readme.py tests/test_sql_strings.py
NOT_FAST := tests/dashboard_app/analysis/test_release_simulation.py \
            tests/ingest_api/events/test_body_cost.py tests/ingest_api/log/test_format.py

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
       --no-header --no-annotate pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help install run demo notebook check test needed chaos bench bench-full audit lint format docs lock

help: ## list these commands
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; set PYTHON=...")'
	$(PYTHON) -m venv .venv
	@awk '/^[a-z]/ {is_uv = /^uv==/} is_uv' requirements.lock | \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r /dev/stdin
	$(UV) --require-hashes -r requirements.lock
	$(UV) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOPS): $(INSTALLED) requirements-dev.lock
	$(UV) --require-hashes -r requirements-dev.lock
	@touch $@

install: $(INSTALLED) ## create .venv with the pinned runtime dependencies

run: $(INSTALLED) ## start the API and the dashboard
	@$(READ_ENV); \
	PATH="$(CURDIR)/$(BIN):$$PATH"; API_PORT="$${PORT:-8088}"; export PATH API_PORT; \
	python -m ingest_api.commands.welcome & \
	exec honcho -e /dev/null start --port "$${PORT:-8088}" # it must not parse .env by its own rules

demo: $(INSTALLED) ## send 90 days of realistic events: make demo [events=N] [days=N] [seed=N] [url=URL]
	@$(READ_ENV); \
	exec $(BIN)/minigem demo $(DEMO_OPTIONS)

notebook: $(DEVELOPS) ## open the notebooks in the browser, on this machine only
	@$(READ_ENV); \
	case "$${DATA_DIR:=data}" in /*) ;; *) DATA_DIR="$(CURDIR)/$$DATA_DIR" ;; esac; export DATA_DIR; \
	exec $(BIN)/jupyter lab --ip 127.0.0.1 \
	    --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate notebooks

check: lint ## lint, types and the fast tests, in under a minute
	@$(BIN)/python -m pytest -n 2 --dist loadfile --quiet -m 'not starts_programs' \
	    $(NOT_FAST:%=--deselect=%) $(FAST_TESTS)

test: needed $(DEVELOPS) ## run all tests, in two processes, then the fault tests on their own
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --ignore tests/chaos
	$(BIN)/python -m pytest tests/chaos

needed: # fails early, before minutes of installing and testing
	@missing="$$($(PYTHON) -m tests.needs)"; [ -z "$$missing" ] || \
	    { echo "The tests need: apt-get install" $$missing >&2; exit 1; }

chaos: $(DEVELOPS) ## inject every fault under load: make chaos [repeats=N] [only=CAMPAIGN] [seed=N]
	@$(BIN)/python -m tests.chaos $(CHAOS_OPTIONS)
	@$(if $(only),,$(BIN)/python -m tests.contract)

bench: $(DEVELOPS) ## run the benchmarks, each against its yardstick, in five minutes
	@$(BIN)/python -m bench

bench-full: $(DEVELOPS) ## the same with up to 20 million events, in forty minutes
	@$(BIN)/python -m bench --full

lint: $(DEVELOPS) ## ruff and strict mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

audit: $(DEVELOPS) ## check the pinned dependencies for known vulnerabilities (needs the network)
	@$(BIN)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r requirements-dev.lock \
	    || { echo 'make audit failed: a dependency is vulnerable, or pypi.org could not be reached; see above.' >&2; exit 1; }

format: $(DEVELOPS) ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(DEVELOPS) ## regenerate the tables in docs/
	$(BIN)/python -m tests.reference

lock: $(DEVELOPS) ## pin the newest versions that pyproject.toml allows
	$(LOCK) --upgrade --extra install --output-file requirements.lock
	$(LOCK) --upgrade --all-extras --constraints requirements.lock --output-file requirements-dev.lock
