# Every command there is. `make` alone lists them.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
COMPOSE := docker compose --profile dev

.PHONY: help
help:
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } /^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Every day
.PHONY: run test check up down bench

run: $(VENV)/.installed ## everything on http://localhost:8080 (BURSAR_PORT moves it); Ctrl-C stops it
	@exec $(BIN)/bursar run

test: $(VENV)/.installed-dev ## install what the tests need, run all of them
	@$(BIN)/python -m tests.support.everything

check: $(VENV)/.installed-dev ## format, lint, types, import contracts, texts, links
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint shared services gateway
	$(BIN)/codespell README.md CONTRIBUTING.md CHANGELOG.md Makefile docs gateway services shared tests benchmarks
	$(BIN)/bursar i18n check
	$(PYTEST) --quiet tests/contract/test_documented.py -k dead

ifdef BURSAR_PORT
up: export PUBLIC_URL ?= http://localhost:$(BURSAR_PORT)
endif
up: .env ## the same with docker compose: PostgreSQL, RabbitMQ, nginx, MailDev; healthy when it returns
	$(COMPOSE) up --build --detach --wait
	@value() { sed -n "s/^$$1=//p" .env; }; \
	echo "Bursar runs on $${PUBLIC_URL:-$$(value PUBLIC_URL)}, its mails are at http://localhost:$$(value MAILDEV_PORT), its admin token is in .env."

down: .env ## stop that; the data stays in its volumes
	$(COMPOSE) down --remove-orphans

bench: $(VENV)/.installed-dev ## the benchmarks: a table and a JSON file
	$(BIN)/python -m benchmarks.run

##@ Parts of the tests
.PHONY: unit contract integration e2e compose

unit contract integration e2e compose: $(VENV)/.installed-dev
	$(PYTEST) tests/$@

unit: ## are the decisions right?
contract: ## do the parts agree, is the house in order?
integration: ## does one service do what it says, on both databases and buses?
e2e: ## can a person do it, with a browser, through nginx?
compose: ## does what we ship start, scale and survive?

##@ Parts of the check
.PHONY: format lint types

format: $(VENV)/.installed-dev ## put the sources into form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/.installed-dev ## what ruff and the import contracts find
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: $(VENV)/.installed-dev ## what mypy finds
	$(BIN)/mypy

##@ Writing
.PHONY: migration docs env features screens logs shell

migration: $(VENV)/.installed-dev ## the next migration: SERVICE=portal M="add trial end"
	@test -n "$(SERVICE)" && test -n "$(M)" || { echo 'make migration SERVICE=portal M="add trial end"' >&2; exit 2; }
	@$(BIN)/python -m tests.support.migration "$(SERVICE)" "$(M)"

docs: $(VENV)/.installed-dev env ## everything that is generated: the API's pages, the events, the gateway's words, .env.example
	@$(BIN)/bursar i18n gateway > gateway/error_words.new && mv gateway/error_words.new gateway/error_words.conf
	$(BIN)/bursar openapi export
	$(BIN)/bursar events document

env: $(VENV)/.installed-dev ## .env.example, from the settings classes
	@$(BIN)/bursar settings example > .env.example.new && mv .env.example.new .env.example

features: $(VENV)/.installed-dev ## which tests show which feature
	@$(BIN)/python -m tests.support.features

screens: $(VENV)/.installed-dev ## the key screens under docs/screens, shot anew from the demo
	@$(BIN)/python -m tests.support.screens

logs: ## what `make up` runs says; SERVICE=portal for one
	$(COMPOSE) logs --follow --tail 100 $(SERVICE)

shell: ## a shell in one of its containers; SERVICE=portal is the default
	$(COMPOSE) exec $(or $(SERVICE),portal) sh

# --- what the above needs ---

# The first Python that is new enough. One without its venv module leaves nothing behind.
$(BIN)/python:
	@for python in python3.13 python3.12 python3.11 python3; do \
		if command -v $$python >/dev/null 2>&1 && $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			$$python -m venv $(VENV) && exit 0; \
			rm -rf $(VENV); echo "$$python can't make a virtual environment: install its venv package (Debian: apt install python3-venv)." >&2; exit 1; \
		fi; \
	done; \
	echo "Bursar needs Python 3.11 or newer, and none is on PATH." >&2; exit 1

# Installed again only when the lock file or the project's own description changed.
$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing what tests and checks need into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# Every line of .env.example that ends in `=` gets 32 random bytes: as hex, Fernet keys as URL-safe base64.
.env:
	@umask 077 && awk '/^[A-Z_]+=$$/ { \
		draw = "head -c 32 /dev/urandom | " (/^(SEALING|LINK)_KEY=/ ? "base64 | tr +/ -_" : "od -An -v -tx1 | tr -d \" \\n\""); \
		draw | getline value; close(draw); print $$0 value; next } { print }' .env.example > .env.new && mv .env.new .env
	@echo "Wrote .env with random secrets: keep it, it is the installation."
