# The commands of README and CONTRIBUTING. CI runs test, e2e and report, and with these lint.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DB ?=

.PHONY: help report test lint samples notebooks bench recovery stress e2e lock clean
help:
	@echo "make report [DB=path]  three analyses as pages in build/report (without DB: on the sample project)"
	@echo "make test              everything: style, types, tests, notebooks"
	@echo "make lint | samples | notebooks | bench | recovery | stress | e2e | lock | clean    see CONTRIBUTING.md"

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "claudesess needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@echo "Installing into $(VENV) (once, a minute or two)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

report: $(STAMP)
	$(BIN)/claudesess report $(DB) --out build/report

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	cd collector && MYPYPATH=. ../$(BIN)/mypy --strict collect.py claudesess_collector

test: lint
	$(BIN)/python -m pytest tests
	$(BIN)/python -m pytest --doctest-modules claudesess
	$(BIN)/python -m pytest --nbval --nbval-current-env notebooks

samples: $(STAMP)
	$(BIN)/python -m claudesess.samples build

notebooks: $(STAMP)
	$(BIN)/jupyter nbconvert --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False notebooks/*.ipynb

bench: $(STAMP)
	$(BIN)/python benchmarks/load.py
	$(BIN)/python benchmarks/own_tables.py
	$(BIN)/python benchmarks/hook_cost.py
	$(BIN)/python benchmarks/hook_size.py

recovery: $(STAMP)
	$(BIN)/python benchmarks/recovery.py

stress: $(STAMP)
	CLAUDESESS_STRESS=full $(BIN)/python -m pytest tests/collector/test_robustness.py tests/collector/test_any_input.py tests/collector/test_made_secrets.py

e2e: $(STAMP)
	$(BIN)/python -m pytest -rs tests/e2e

lock: $(STAMP)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --upgrade --generate-hashes --no-header \
		--no-emit-index-url --quiet --output-file requirements.lock

clean:
	rm -rf build dist $(VENV)
