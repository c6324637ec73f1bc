# Needs Python 3.11 or newer, a network for the first run, and nothing else.
#   make demo    a town to look at, in your browser
#   make test    all tests; on PostgreSQL and with Spark too when its server and Java are installed
#   make lint    style, types, and the arrows between rooms

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
# Tests at a time.
JOBS ?= 2

.PHONY: help demo install test test-sqlite test-postgres test-spark lint format translations clean
.DEFAULT_GOAL := help

help:
	@sed -n '2,4s/^# *//p' Makefile
	@echo "make format  put the code into its usual form"
	@echo "make clean   remove what make made (never var/, your data)"

demo: install
	$(BIN)/huiyin demo

install: $(VENV)/.base translations

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian and Ubuntu: apt install python3-venv"; exit 1; }

$(VENV)/.base: requirements/base.txt pyproject.toml | $(VENV)/bin/python
	@echo "正在安装，约一分钟 · Installing, about a minute …"
	@$(PIP) --require-hashes -r requirements/base.txt
	@$(PIP) --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

translations: $(VENV)/.base
	@$(BIN)/python -m huiyin.site.translations > /dev/null

test: test-sqlite test-postgres test-spark

test-sqlite: $(VENV)/.dev translations
	$(BIN)/pytest -n $(JOBS) -q

# The tests that choose their database themselves (tests/kill), the browser tests and the pure rooms, which know no
# database, have run already.
test-postgres: $(VENV)/.dev translations
	@if $(BIN)/python -m tools.postgres find > /dev/null; then \
		$(BIN)/python -m tools.postgres run -- \
			$(BIN)/pytest -n $(JOBS) -q -m "not browser" --ignore=tests/kill --ignore=tests/story --ignore=tests/a11y \
			--ignore=src/huiyin/understanding --ignore=src/huiyin/figures; \
	elif [ "$$HUIYIN_NOTHING_SKIPPED" = 1 ]; then \
		$(BIN)/python -m tools.postgres find; exit 1; \
	else \
		echo "The tests on PostgreSQL were left out. $$($(BIN)/python -m tools.postgres find)"; \
	fi

# The same figures in Spark (local mode) as in DuckDB; installs about 500 MB into the environment. Needs Java 17 or newer.
test-spark: $(VENV)/.dev translations
	@if java -version > /dev/null 2>&1; then \
		$(PIP) --require-hashes -r requirements/spark.txt && \
		HUIYIN_SPARK=1 $(BIN)/pytest -q -n 0 src/huiyin/figures/tests/test_spark.py; \
	elif [ "$$HUIYIN_NOTHING_SKIPPED" = 1 ]; then \
		echo "Spark needs Java 17 or newer; on Debian: apt install default-jre-headless"; exit 1; \
	else \
		echo "The tests with Spark were left out. They need Java 17 or newer; on Debian: apt install default-jre-headless"; \
	fi

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
	find src tests tools \( -name __pycache__ -o -name '*.mo' \) -prune -exec rm -rf {} +
