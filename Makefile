# Everything a person does with the project. On a fresh machine with Python 3.11 to 3.14 and make, each target sets up
# what it needs by itself; a second run looks at a stamp and goes on at once.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install run demo test check bench lock catalogues messages environment dev-environment browser
.PHONY: mail-servers clean storm reliability screenshots thorough

# One more than a small machine has cores: browsers and broken mail servers are waited for.
WORKERS ?= 3
ARGS ?=
PYTHON ?=
IN := .venv/bin/
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard tracker/translations/*/LC_MESSAGES/*.po))

# Playwright's own browser, where the system has none. See .ci/browser.
export PLAYWRIGHT_BROWSERS_PATH := $(CURDIR)/.venv/browsers

help:
	@echo 'make run          start it: http://127.0.0.1:8000 (PORT=8001 for another port)'
	@echo 'make demo         the same with two teams in the middle of a story'
	@echo 'make install      only the environment in .venv and its tracker command'
	@echo 'make test         the tests, on SQLite, PostgreSQL and in a browser (ARGS="-k word" for some of them)'
	@echo 'make thorough     the rest of them: each page, form and broken variant by itself, the other one of two databases'
	@echo 'make check        format, lint, types, translations, migrations in step with models'
	@echo 'make bench        the benchmarks, side by side with the peer'
	@echo 'make screenshots  every page in every state, language, theme and width, into test-results/screenshots/'
	@echo 'make reliability  break everything on purpose and write what was seen into docs/reliability.md'
	@echo 'make storm        10,000 mails through three workers, one of them killed every second (ARGS="--mails 2000")'
	@echo 'make messages     bring the catalogues up to date with the texts in code and templates'
	@echo 'make lock         write requirements*.txt anew from pyproject.toml (UPGRADE=1 takes the newest)'
	@echo 'make clean        take the environment away; data/ stays'

install: environment catalogues

run: install
	@exec $(IN)tracker run

demo: install
	@exec $(IN)tracker demo

test: dev-environment catalogues browser mail-servers
	$(IN)python -m pytest -n $(WORKERS) --dist loadgroup -m 'not thorough' $(ARGS)

thorough: dev-environment catalogues browser
	$(IN)python -m pytest -n $(WORKERS) --dist loadgroup -m thorough $(ARGS)

# All of them run, whatever the first one says.
check: dev-environment catalogues
	@failed=; \
	for what in 'ruff format --check .' 'ruff check .' 'mypy' \
	    'python tests/checks/translations.py' 'python tests/checks/migrations.py'; do \
	    echo "== $$what"; $(IN)$$what || failed="$$failed [$$what]"; \
	done; \
	if [ -n "$$failed" ]; then echo "Not in order:$$failed"; exit 1; fi

bench: dev-environment
	@set -e; for file in benchmarks/*.py; do echo "== $$file"; $(IN)python "$$file"; done

screenshots: dev-environment catalogues browser
	rm -rf test-results/screenshots
	$(IN)python -m pytest -n $(WORKERS) tests/browser/screenshots.py $(ARGS)

# The table is written when all of it has passed.
reliability: dev-environment catalogues
	rm -f test-results/reliability.md
	$(IN)python -m pytest -n $(WORKERS) --dist loadgroup -m fault $(ARGS)
	$(IN)python -m tests.reliability

storm: dev-environment catalogues
	$(IN)python -m tests.faults.storm $(ARGS)

lock: dev-environment
	.ci/lock

messages: dev-environment
	$(IN)python tests/checks/translations.py --update

catalogues: $(CATALOGUES)

%.mo: %.po | environment
	@$(IN)pybabel --quiet compile --input-file=$< --output-file=$@

environment:
	@PYTHON='$(PYTHON)' .ci/environment run

dev-environment:
	@PYTHON='$(PYTHON)' .ci/environment dev

browser: dev-environment
	@.ci/browser

mail-servers: dev-environment
	@.ci/mail-servers

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis $(CATALOGUES)
