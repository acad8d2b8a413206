# Loikka. Two commands: `make run` opens a house on this machine, `make test` tries everything.
# PORT, HOST, DATA_DIR, DATABASE_URL, REDIS_URL, SEARCH_URL, LOIKKA_DEMO=0 and more: docs/operations.md.
.DEFAULT_GOAL := help
.PHONY: help run test test-quick storm walks bench check format screenshots translations messages frontend setup dev clean
MAKEFLAGS += --no-print-directory
PY := .venv/bin/python

help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

run: setup ## set up what is missing and open the house (PORT=8000, data in DATA_DIR=./data)
	@exec $(PY) manage.py serve

test: dev ## run all tests: SQLite, browser, PostgreSQL (ARGS="-k word" narrows it)
	@exec $(PY) .ci/test $(ARGS)

test-quick: dev ## run the tests that need neither browser nor server
	@exec $(PY) -m pytest -q -n 2 -m "not browser and not slow" $(ARGS)

storm: dev ## 1,000 saves of the same pages at once, by form, API and live editing: nothing may be lost
	@STORM=1000 exec $(PY) -m pytest -q -s tests/wiki/rooms/test_storm.py $(ARGS)

walks: dev ## 5,000 random walks along an onboarding path that changes meanwhile (half an hour)
	@WALKS=5000 exec $(PY) -m pytest -q -s tests/onboarding/test_walks.py $(ARGS)

bench: dev ## measure: processor time in H, queries, start, memory, weight (ARGS=--full: large houses, --services: PostgreSQL)
	@exec $(PY) -m tests.scale.bench $(ARGS)

check: dev ## lint: ruff, mypy, imports, templates, translations
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy intranet wiki feed search
	@.venv/bin/lint-imports
	@.venv/bin/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	@$(PY) -m pytest -q tests/house

format: dev ## put code and templates in order
	@.venv/bin/ruff check --fix -q . ; .venv/bin/ruff format -q .
	@.venv/bin/djade --target-version 5.2 $$(git ls-files 'templates/*.html') || true

screenshots: dev ## photograph every screen, three widths, light and dark, into ./screenshots
	@exec $(PY) -m tests.browser.shoot $(ARGS)

messages: dev ## gather the texts to translate into locale/*.po (needs gettext)
	@command -v xgettext >/dev/null || { echo "xgettext is missing: install gettext (Debian: apt install gettext)."; exit 1; }
	@$(PY) manage.py makemessages -l fi -l sv --no-location --no-obsolete --no-wrap -i .venv -i frontend -i data -i tests

translations: setup ## compile locale/*.po
	@$(PY) .ci/compile_translations.py

frontend: setup ## build styles and scripts into frontend/dist

setup:
	@.ci/setup runtime

dev:
	@.ci/setup dev

clean: ## throw away what was built (not the data)
	rm -rf .venv .venv-node frontend/node_modules frontend/dist
