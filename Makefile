# Everything is done by scripts/bootstrap.py, which also works where make is missing:
#   python3 scripts/bootstrap.py demo --port 8000

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
BOOTSTRAP = $(PYTHON) scripts/bootstrap.py

.PHONY: help setup demo node test test-all lint bench check-content gpu-check

help: ## these lines
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

setup: ## bring the environment, the front end and the translations
	@$(BOOTSTRAP) setup

demo: ## the whole platform on this machine; PORT=8123 picks the port
	@exec $(BOOTSTRAP) demo --port $(PORT)

node: ## make this machine grade for a platform elsewhere; URL=https://… CODE=… once
	@exec $(BOOTSTRAP) node $(if $(URL),--url $(URL)) $(if $(CODE),--code $(CODE)) $(if $(SLOTS),--slots $(SLOTS))

test: ## all tests, a real browser and a real broker among them
	@$(BOOTSTRAP) test

test-all: ## the tests with the long runs
	@$(BOOTSTRAP) test-all

lint: ## ruff, mypy, the floors, migrations, no host or machine path in any file
	@$(BOOTSTRAP) lint

bench: ## the benchmarks
	@$(BOOTSTRAP) bench

check-content: ## the bundled courses: every exercise proved by its solution and its starter
	@$(BOOTSTRAP) check-content

gpu-check: ## which device claims hold on this machine
	@$(BOOTSTRAP) gpu-check
