# Everything runs from here, and `make` alone says what there is. What a target needs is installed
# by tools/bootstrap.py, once, into a virtualenv.
#
#   DATABASE_URL   the database to work on, as libpq reads it (postgres://... or host=... dbname=...);
#                  without it a PostgreSQL server of this checkout is started
#   PYTEST_ARGS    options for pytest, for instance PYTEST_ARGS="-k streak -x"
#   BENCH_ARGS     options for the bench, for instance BENCH_ARGS="--only S1,S4"
#   PG, ID         what make test-on runs on, for instance PG=15 ID=uuid
#   PG_BINDIR      the programs of another PostgreSQL server to use
#   CITUS_URL      a database with Citus, for the tests that need one

PYTHON ?= python3
WORKERS ?= logical
DOCS_ADDRESS ?= 127.0.0.1:8000

RUN = @$(PYTHON) tools/bootstrap.py
# What has neither servers, browsers nor moves of its own.
QUICK = ai analytics errors ledger model read record roles rules
PYTEST = -m pytest -n $(WORKERS) --maxprocesses 4 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help report demo migrate status prune psql rollback-schema citus plan import pause resume verify \
	cutover rollback finalize purge dist checkver test test-quick test-on test-partitioned test-pg15 \
	test-matrix test-ids lint docs docs-serve bench bench-quick bench-soak bench-ledger \
	bench-import down clean

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/make \1|\2/p' Makefile | \
		while IFS='|' read -r name text; do printf '%-22s %s\n' "$$name" "$$text"; done

demo: ## show a learner's progress on a database of its own, with nothing to set up
	$(RUN) -m examples.demo

migrate: ## install into the database, or bring it up to this version [DATABASE_URL=...]
	$(RUN) -m tools.migrate up

status: ## show on one screen how the installation is doing [DATABASE_URL=...] [FORMAT=json]
	$(RUN) -m tools.migrate status

prune: ## let go of what was kept long enough, ledger rows for one [DATABASE_URL=...]
	$(RUN) -m tools.prune

report: ## write a page for people: LEARNER=id, or a class, CLASS='{"grades": ["3"]}' [OUT=file] [OPEN=no]
	$(RUN) -m tools.report

psql: ## open psql on the database [DATABASE_URL=...] [PSQL_ARGS=...]
	$(RUN) -m tools.database psql $(PSQL_ARGS)

rollback-schema: ## undo the installation [DATABASE_URL=...] [CONFIRM=yes when data would be lost]
	$(RUN) -m tools.migrate rollback

citus: ## distribute the installation over the nodes of Citus, CONFIRM=yes [DATABASE_URL=...]
	$(RUN) -m tools.citus

plan: ## move in: say what there is, what becomes of it, and what would be lost [FORMAT=json]
	$(RUN) -m tools.plan

import: ## move in: build every learner's document, beside the old application [BATCH=n]
	$(RUN) -m tools.legacy import

pause: ## move in: make a running import wait
	$(RUN) -m tools.legacy pause

resume: ## move in: let it go on
	$(RUN) -m tools.legacy resume

verify: ## move in: compare what was built with the older data
	$(RUN) -m tools.legacy verify

cutover: ## move in: make the document the truth, views in the old tables' place [ALLOW_QUARANTINE=yes]
	$(RUN) -m tools.legacy cutover

rollback: ## move in: go back to the older tables, with today's values
	$(RUN) -m tools.legacy rollback

finalize: ## move in: drop the older tables and views, for good, CONFIRM=yes [COLUMNS=yes]
	$(RUN) -m tools.legacy finalize

purge: ## move in: delete the archive of what the import dropped or merged, CONFIRM=yes
	$(RUN) -m tools.legacy purge

dist: ## write the installation as one SQL file into dist/, for psql or a console alone
	$(RUN) -m tools.dist

checkver: ## check that the version is the same wherever it stands
	$(RUN) -m tools.checkver

test: ## run all tests [DATABASE_URL=...] [PYTEST_ARGS=...]
	$(RUN) $(PYTEST) $(PYTEST_ARGS)

test-quick: ## run the quick tests of the rules and functions, in less than a minute [PYTEST_ARGS=...]
	$(RUN) $(PYTEST) -m "not slow and not hypothesis" $(QUICK:%=tests/%) $(PYTEST_ARGS)

test-on: ## run all tests on one of PG=14 to 18, with ids of type ID=int, bigint, uuid or text
	$(RUN) -m tools.matrix "$(PG)$(ID:%=:%)" $(PYTEST) $(PYTEST_ARGS)

test-partitioned: ## run the tests of the API on partitioned tables [PYTEST_ARGS=...]
	@HG_TEST_PARTITIONED=yes $(PYTHON) tools/bootstrap.py $(PYTEST) tests/record tests/read \
		tests/ledger tests/rules $(PYTEST_ARGS)

test-pg15: ## run all tests on PostgreSQL 15
	$(RUN) -m tools.matrix 15 $(PYTEST) $(PYTEST_ARGS)

test-matrix: ## run all tests on PostgreSQL 14 to 18, one after the other [PYTEST_ARGS=...]
	$(RUN) -m tools.matrix 14,15,16,17,18 $(PYTEST) $(PYTEST_ARGS)

test-ids: ## run all tests with every type of users.id, one after the other [PYTEST_ARGS=...]
	$(RUN) -m tools.matrix :int,:bigint,:uuid,:text $(PYTEST) $(PYTEST_ARGS)

lint: ## check the style and the safety of SQL and Python
	$(RUN) -m tools.lint

# The theme says at each start which one may follow it; these pins are what is built with.
docs docs-serve: export NO_MKDOCS_2_WARNING = 1

docs: ## make docs/reference.md from the catalog, and the site in site/ of all pages
	$(RUN) -m tools.reference
	$(RUN) -m mkdocs build --strict --quiet
	@echo "site/index.html is the front page"

docs-serve: ## show the site while its pages are written [DOCS_ADDRESS=127.0.0.1:8000]
	$(RUN) -m mkdocs serve --strict --dev-addr $(DOCS_ADDRESS)

bench: ## measure speed against the targets, tables and a picture [BENCH_ARGS="--only S1,S4"]
	$(RUN) -m bench.bench $(BENCH_ARGS)

bench-quick: ## the same, small: does it still run, and in which order of magnitude
	$(RUN) -m bench.bench --quick $(BENCH_ARGS)

bench-soak: ## record for 30 minutes: throughput must not sink [BENCH_ARGS="--minutes N"]
	$(RUN) -m bench.soak $(BENCH_ARGS)

bench-ledger: ## measure what late arrivals, reversals, rebuilding and verifying cost
	$(RUN) -m bench.ledger

bench-import: ## measure the import against one bare statement, and who waits while it moves
	$(RUN) -m bench.moving

down: ## stop the PostgreSQL server of this checkout; its data stay
	$(RUN) --plain -m tools.server down

clean: ## stop it and remove its data, the virtualenv and the caches
	$(RUN) --plain -m tools.server clean
	$(RUN) --clean
