# make demo | test | check | bench | clean | lock    (PORT and KHEO_DATA change the demo's port and data folder)
SHELL := /bin/bash
PORT ?= 8000
PY := .venv/bin/python

.PHONY: help demo test check bench clean lock setup setup-dev
help:
	@echo "make demo    build the demo city and serve it at http://127.0.0.1:$(PORT) (PORT=…, KHEO_DATA=… change port and data folder)"
	@echo "make test    everything: lint, types, contracts, words, tests on SQLite and PostgreSQL, in a browser"
	@echo "make check   the quick part of it"
	@echo "make bench   measure, and write the table in docs/performance.md"
	@echo "make lock    renew requirements/*.txt"
	@echo "make clean   remove the virtual environment and caches (data folders stay)"

setup:
	@.ci/setup base

setup-dev:
	@.ci/setup base dev

demo: setup
	@KHEO_DEMO=1 KHEO_DATA="$${KHEO_DATA:-.kheo/demo}" KHEO_PORT=$(PORT) KHEO_URL="$${KHEO_URL:-http://127.0.0.1:$(PORT)}" exec $(PY) -m kheo demo

test: setup-dev
	@$(PY) .ci/test.py

check: setup-dev
	@$(PY) .ci/test.py --quick

bench: setup-dev
	@$(PY) -m bench

lock: setup-dev
	@$(PY) -c "import uv" 2>/dev/null || $(PY) -m pip install -q uv
	@cd requirements && for n in base dev; do ../$(PY) -m uv pip compile --universal --python-version 3.12 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate --upgrade -q $$n.in -o $$n.txt && echo "locked requirements/$$n.txt"; done

clean:
	@rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache test-results
	@find kheo tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	@echo "removed .venv and caches; data folders (.kheo) stay"
