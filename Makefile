# Requires Python 3.11 or 3.12 and make; everything else is locked and installed below .venv.
# Plain assignments: the command line sets these, and an exported variable of the same name does not.
PYTHON = $(firstword $(shell command -v python3.11 || command -v python3.12 || command -v python3))
ENV = dev
PIPELINE =
NAME =
QUERY =
# Revision that `make diff-templates` compares the working tree with.
BASE = HEAD
# Extra arguments for the CDK CLI or the command, for example OPTIONS=--method=template.
OPTIONS =

MAIN := .venv/main/bin/python
# Python without its own variables; each command then takes from the shell what common/environment.py lists.
PLATFORM := $(MAIN) -E -s -m cli
LOCAL := $(MAIN) -I common/environment.py local $(MAIN)
SETUP = $(PYTHON) -I common/environment.py setup
# Two test workers; WORKERS=0 runs the tests in one process, for example to debug one.
WORKERS = 2
# Test groups keep the order of tests/conftest.py, which puts the longest first.
PYTEST = $(SETUP) $(MAIN) -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder
READY := .venv/ready
# The default MWAA version, whose image pins the local Airflow.
AIRFLOW := $(shell sed -n "s/^apache-airflow.*==//p" requirements/local-airflow.in)
OTHER_AIRFLOWS = $(filter-out $(AIRFLOW),$(patsubst requirements/airflow-%.txt,%,$(wildcard requirements/airflow-*.txt)))
EMULATOR := .venv/emulator/ready
CHECKOV := .venv/checks/ready
GROUPS := --group infra --group jobs --group local --group dev
SOURCES := app.py infra stacks checks jobs common local operations reports generator cli benchmarks tests

export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1

export QUERY

.PHONY: new check-pipeline help airflow-versions least-privilege setup run up down status sql reset report test test-unit test-spark test-stacks test-e2e check format synth bench-synth bench-pipelines verify controls mutate diff-templates diff deploy drift doctor teardown deploy-emulated snapshots baseline lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Install the locked dependencies (the other targets do so when needed)

$(READY): uv.lock pyproject.toml requirements/bootstrap.txt requirements/local-airflow.txt
	@$(PYTHON) -I -c 'import sys; v = sys.version_info[:2]; v in ((3, 11), (3, 12)) or sys.exit("Python %d.%d found; 3.11 or 3.12 is required: make PYTHON=python3.11" % v)'
	@echo "Setting up: two environments and the Iceberg runtime, once"
	@test -x .venv/tools/bin/uv || $(SETUP) $(PYTHON) -m venv .venv/tools
	@$(SETUP) .venv/tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@$(SETUP) $(PYTHON) -m local.iceberg_jar & jar=$$!; \
	  $(SETUP) .venv/tools/bin/uv venv --quiet --clear --python $(PYTHON) .venv/airflow && \
	  $(SETUP) .venv/tools/bin/uv pip sync --quiet --python .venv/airflow --require-hashes requirements/local-airflow.txt && \
	  UV_PROJECT_ENVIRONMENT=.venv/main $(SETUP) .venv/tools/bin/uv sync --quiet --frozen --python $(PYTHON) $(GROUPS) && \
	  wait $$jar
	@touch $@

$(CHECKOV): requirements/checkov.txt $(READY)
	@$(SETUP) .venv/tools/bin/uv venv --quiet --clear --python $(PYTHON) .venv/checks
	@$(SETUP) .venv/tools/bin/uv pip sync --quiet --python .venv/checks --require-hashes requirements/checkov.txt
	@touch $@

run: $(READY) ## Run a pipeline on this machine with its example data and write a report (PIPELINE=<name>; all by default)
	@$(PLATFORM) run $(PIPELINE) $(OPTIONS)

up: $(READY) ## Start the local platform and leave it running
	@$(PLATFORM) up

down: $(READY) ## Stop the local platform
	@$(PLATFORM) down

status: $(READY) ## Show the addresses and processes of the local platform
	@$(PLATFORM) status

new: $(READY) ## Write a new pipeline (NAME=demand; OPTIONS="--from data.csv --target COLUMN --time COLUMN")
	@$(PLATFORM) new $(NAME) $(OPTIONS)

check-pipeline: $(READY) ## Find the mistakes in a pipeline without running it (PIPELINE=<name>; all by default)
	@$(PLATFORM) pipeline check $(PIPELINE)

reset: $(READY) ## Remove the local data and models of a pipeline (PIPELINE=<name>), after a confirmation
	@$(PLATFORM) reset $(PIPELINE) $(OPTIONS)

sql: $(READY) ## Query the local tables; without QUERY="SELECT ..." at a prompt
	@$(PLATFORM) sql $(if $(QUERY),"$$QUERY")

report: $(READY) ## Write the reports again from the summaries of the last runs
	@$(PLATFORM) report

test: $(READY) $(CHECKOV) ## Run all tests with coverage (all tiers, two workers)
	@$(PYTEST) --cov=infra --cov=stacks --cov=checks --cov=jobs --cov=common --cov=local --cov=operations --cov=reports --cov=generator --cov-report=term

test-unit: $(READY) ## Run the fast tests: no Spark, no servers, no synthesis of whole environments
	@$(PYTEST) -m unit

test-spark: $(READY) ## Run the tests that need a Spark session
	@$(PYTEST) -m spark

test-stacks: $(READY) $(CHECKOV) ## Run the tests of synthesized stacks and of the checks
	@$(PYTEST) -m stacks

test-e2e: $(READY) ## Run the tests that start servers, Airflow or the whole lifecycle
	@$(PYTEST) -m e2e

check: $(READY) $(CHECKOV) ## Run the CI checks: format, lint, types, import rules, tests
	@$(LOCAL) -m ruff format --check $(SOURCES)
	@$(LOCAL) -m ruff check $(SOURCES)
	@$(LOCAL) -m mypy $(SOURCES)
	@$(MAIN) -I common/environment.py local .venv/main/bin/lint-imports
	@$(MAKE) --no-print-directory test

format: $(READY) ## Format the code and apply the linter's automatic fixes
	@$(LOCAL) -m ruff format $(SOURCES)
	@$(LOCAL) -m ruff check --fix $(SOURCES)

synth: $(READY) ## Synthesize dev, staging and prod
	@$(PLATFORM) synth

verify: $(READY) $(CHECKOV) ## Validate every configuration with every rule pack, linter and custom rule
	@$(PLATFORM) verify $(OPTIONS)

least-privilege: $(READY) ## Compare the granted and the used permissions of each role
	@$(PLATFORM) least-privilege

controls: $(READY) ## Print how each security control is enforced
	@$(PLATFORM) controls

mutate: $(READY) $(CHECKOV) ## Seed mistakes into templates and settings, and require that the checks detect each
	@$(PLATFORM) mutate

diff-templates: $(READY) ## Show the template differences between a revision and the working tree (BASE=<revision>)
	@$(PLATFORM) diff-templates -- "$(BASE)"

diff: $(READY) ## Show what a deployment would change (ENV=dev)
	@$(PLATFORM) cdk diff $(ENV) $(OPTIONS)

deploy: $(READY) ## Deploy an environment (ENV=dev; OPTIONS="--only data" deploys one stack and those before it)
	@$(PLATFORM) deploy $(ENV) $(OPTIONS)

drift: $(READY) ## Detect drift of deployed stacks (ENV=dev)
	@$(PLATFORM) drift $(ENV)

doctor: $(READY) ## Pre-deployment checks of an AWS account (ENV=dev)
	@$(PLATFORM) doctor $(ENV)

teardown: $(READY) ## Show the teardown plan of an environment (ENV=dev); docs/teardown.md explains how to run it
	@$(PLATFORM) teardown $(ENV) $(OPTIONS)

deploy-emulated: $(READY) $(EMULATOR) ## Rehearse a deployment of dev on an emulator with the real CDK CLI
	@$(PLATFORM) deploy-emulated

$(EMULATOR): uv.lock
	@UV_PROJECT_ENVIRONMENT=.venv/emulator $(SETUP) .venv/tools/bin/uv sync --quiet --frozen --python $(PYTHON) --only-group emulator
	@touch $@

snapshots: $(READY) ## Rewrite the template summaries; review the diff as code
	@$(LOCAL) -m pytest tests/stacks/test_snapshots.py --snapshot-update --no-cov -q

bench-synth: $(READY) ## Measure the duration of synthesis and of importing CDK
	@$(LOCAL) -m benchmarks.synth

bench-pipelines: $(READY) ## Measure synthesis, policies and stacks with 1, 2 and 30 pipelines
	@$(LOCAL) -m benchmarks.pipelines

baseline: $(READY) ## Update the baselines of stateful resources, feature groups and columns; review the diff as code
	@$(PLATFORM) baseline

lock: $(READY) ## Update uv.lock after a change of pyproject.toml, and generate the requirements files
	@$(SETUP) .venv/tools/bin/uv lock
	@$(SETUP) .venv/tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  requirements/checkov.in --output-file requirements/checkov.txt
	@$(SETUP) .venv/tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --constraint requirements/mwaa-$(AIRFLOW).txt requirements/local-airflow.in --output-file requirements/local-airflow.txt
	@$(PLATFORM) requirements

airflow-versions: $(READY) ## Test the DAGs under the Airflow of each MWAA version that is not the default
	@set -e; for version in $(OTHER_AIRFLOWS); do \
	  echo "Airflow $$version"; \
	  $(SETUP) .venv/tools/bin/uv venv --quiet --clear --python $(PYTHON) .venv/airflow-$$version; \
	  { cat requirements/airflow.in; echo "apache-airflow[statsd]==$$version"; } | $(SETUP) .venv/tools/bin/uv pip install --quiet \
	    --python .venv/airflow-$$version --constraint requirements/mwaa-$$version.txt --requirements -; \
	  $(SETUP) env TESTED_AIRFLOW=.venv/airflow-$$version/bin/python $(MAIN) -m pytest -q -n0 tests/jobs/dags/test_dags.py \
	    tests/jobs/dags/test_metrics.py tests/jobs/dags/test_operators.py; \
	done

clean: ## Delete local state, templates and virtual environments
	@test ! -x $(MAIN) || $(PLATFORM) down
	@rm -rf .platform cdk.out .venv node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage
