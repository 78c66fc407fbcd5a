# The commands of README and CONTRIBUTING; CI and the hooks of pre-commit run nothing else.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && exit; done; echo python3)
VENV := .venv
BIN := $(VENV)/bin
BASE := $(VENV)/.installed-base
STAMP := $(VENV)/.installed
DOCS := $(VENV)/.installed-docs
# Compiled is what is imported, when it is: to compile all that is installed takes longer than to install it.
PIP := python -m pip install --quiet --disable-pip-version-check --no-compile
INSTALL := $(BIN)/$(PIP)
LAB := build/lab
NEIGHBOURS := build/neighbours
DB ?=
JOBS ?= 2
LOCK := $(BIN)/uv pip compile pyproject.toml --universal --upgrade --generate-hashes --no-header --no-emit-index-url --quiet
# Groups (`xdist_group`) and files go to whichever process is free: tests/conftest.py.
PYTEST := $(BIN)/python -m pytest
SPREAD := -n $(JOBS) --dist loadgroup

# What tests import is compiled once and kept, also where somebody's environment says otherwise: it costs a third of a quick run.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help report quick test lint samples notebooks bench bench-fleet recovery stress mutation e2e e2e-all test-browser test-neighbours docs docs-check docs-outputs release lock vega clean
help:
	@echo "make report [DB=path]  what the data say, as pages in build/report (without DB: of the sample project)"
	@echo "make quick             while you work: style, types, tests without what is slow; a minute"
	@echo "make test              style, types, tests, doctests, notebooks; all but the pages, which docs-check runs"
	@echo "make lint | samples | notebooks | bench | bench-fleet | recovery | stress | mutation | e2e | e2e-all | test-browser | test-neighbours | docs | docs-check | docs-outputs | release | lock | vega | clean    see CONTRIBUTING.md"

# What `claudesess` itself needs; `make report` needs no more.
$(BASE): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "claudesess needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@echo "Installing into $(VENV) (once, half a minute)"
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $(BASE)

$(STAMP): $(BASE) requirements-dev.lock
	@echo "Installing what tests, style and notebooks need into $(VENV) (once, a minute)"
	$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $(STAMP)

$(DOCS): $(STAMP) requirements-docs.lock
	@echo "Installing what the site is built with into $(VENV) (once, half a minute)"
	$(INSTALL) --require-hashes -r requirements-docs.lock
	@touch $(DOCS)

report: $(BASE)
	$(BIN)/claudesess report $(or $(DB),--sample) --out build/report

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	cd collector && MYPYPATH=. ../$(BIN)/mypy --strict collect.py claudesess_collector

quick: lint
	$(PYTEST) $(SPREAD) -p no:nbval -m "not slow" tests

test: lint
	$(PYTEST) $(SPREAD) -rfEs --ignore tests/docs tests
	$(PYTEST) $(SPREAD) --doctest-modules claudesess

samples: $(STAMP)
	$(BIN)/python -m claudesess.samples build

notebooks: $(STAMP)
	$(BIN)/python -m claudesess.report.notebooks

bench: $(STAMP)
	$(BIN)/python benchmarks/load.py
	$(BIN)/python benchmarks/own_tables.py
	$(BIN)/python benchmarks/hook_cost.py
	$(BIN)/python benchmarks/hook_size.py

bench-fleet: $(STAMP)
	$(BIN)/python benchmarks/fleet.py

recovery: $(STAMP)
	$(BIN)/python benchmarks/recovery.py

stress: $(STAMP)
	CLAUDESESS_STRESS=full $(PYTEST) -s tests/collector/test_robustness.py tests/collector/test_attacks.py \
		tests/collector/test_spool_rows.py tests/collector/test_every_field.py \
		tests/collector/test_any_input.py tests/collector/test_made_secrets.py tests/collector/test_privacy.py \
		tests/collector/test_large.py tests/collector/test_opened_files.py tests/importing tests/metrics tests/noting \
		tests/test_hostile_text.py tests/test_install_text.py tests/test_explore.py \
		tests/store/test_hostile_files.py tests/export/test_lake_killed.py tests/export/test_lake_anonymised.py tests/asking/test_findings.py \
		tests/gathering/test_fleet.py tests/stats/test_recovery.py tests/relations/test_relations.py

mutation: $(STAMP)
	$(BIN)/python tests/mutation.py --number $(or $(N),200) --seed $(or $(SEED),1) --jobs $(JOBS) $(if $(SLOW),--slow) $(OF)

e2e: $(STAMP)
	$(PYTEST) -rfEs tests/e2e

e2e-all: $(STAMP)
	for version in $$($(BIN)/python tests/e2e/client.py); do \
		echo "Claude Code $$version"; CLAUDESESS_E2E_CLIENT=$$version $(PYTEST) -rfEs tests/e2e || exit 1; done

# A folder of its own for JupyterLab and the browser's driver, which sees what $(VENV) holds.
$(LAB)/.installed: $(STAMP) tests/browser/requirements.txt
	$(PYTHON) -m venv $(LAB)
	echo "import site; site.addsitedir('$$($(BIN)/python -c 'import site; print(site.getsitepackages()[0])')')" \
		> "$$($(LAB)/bin/python -c 'import site; print(site.getsitepackages()[0])')/seen.pth"
	$(LAB)/bin/$(PIP) -r tests/browser/requirements.txt \
		&& touch $@ || echo "Could not be installed: tests/browser/requirements.txt; what needs it is skipped"

test-browser: $(LAB)/.installed
	$(LAB)/bin/python -m pytest -rfEs tests/browser $(if $(FEW),-k "390-dark or search or explored")

# inspect_scout wants another DuckDB: a folder of its own, which sees nothing of $(VENV).
$(NEIGHBOURS)/scout/.installed: $(STAMP) tests/neighbours/scout.txt
	$(PYTHON) -m venv $(NEIGHBOURS)/scout
	$(NEIGHBOURS)/scout/bin/$(PIP) -r tests/neighbours/scout.txt \
		&& touch $@ || echo "Could not be installed: tests/neighbours/scout.txt; what needs it is skipped"

# A server that speaks as S3 does, in a folder which sees what $(VENV) holds.
$(NEIGHBOURS)/s3/.installed: $(STAMP) tests/neighbours/s3.txt
	$(PYTHON) -m venv $(NEIGHBOURS)/s3
	echo "import site; site.addsitedir('$$($(BIN)/python -c 'import site; print(site.getsitepackages()[0])')')" \
		> "$$($(NEIGHBOURS)/s3/bin/python -c 'import site; print(site.getsitepackages()[0])')/seen.pth"
	$(NEIGHBOURS)/s3/bin/$(PIP) -r tests/neighbours/s3.txt \
		&& touch $@ || echo "Could not be installed: tests/neighbours/s3.txt; what needs it is skipped"

test-neighbours: $(NEIGHBOURS)/scout/.installed $(NEIGHBOURS)/s3/.installed
	$(NEIGHBOURS)/s3/bin/python -m pytest -rfEs tests/neighbours

# The site, from nothing but this folder; links are followed, and nothing in it may ask the network for anything.
docs: $(DOCS)
	NO_MKDOCS_2_WARNING=1 PYTHONPATH=docs $(BIN)/mkdocs build --strict --quiet
	PYTHONPATH=docs $(BIN)/python -m claudesess_docs.checked build/site
	@echo "Open build/site/index.html"

# Commands and programs of the pages are run here, which costs a tenth of what all tests do.
docs-check: $(STAMP)
	$(PYTEST) $(SPREAD) -rfEs tests/docs tests/test_docs.py

# What commands and programs of README and of the pages print now, put below them.
docs-outputs: $(DOCS)
	PYTHONPATH=docs $(BIN)/python -m claudesess_docs.blocks

# What would be uploaded, and is not: in dist/, checked, installed where nothing else is, its first line run.
release: $(STAMP)
	rm -rf dist
	$(BIN)/python -m build --no-isolation
	$(BIN)/python -m twine check --strict dist/*
	$(PYTEST) -s -rfEs tests/release

# The larger lock first: the others are made beside it.
lock: $(STAMP)
	$(INSTALL) uv
	$(LOCK) --extra dask --extra images --extra notebook --extra stats --group dev --output-file requirements-dev.lock
	$(LOCK) --group build --constraint requirements-dev.lock --output-file requirements.lock
	$(LOCK) --group docs --constraint requirements-dev.lock --output-file requirements-docs.lock

# The drawing library of the pages, as the locked `vl-convert-python` holds it.
vega: $(STAMP)
	$(BIN)/python -m claudesess.report.library

clean:
	rm -rf build dist $(VENV)
