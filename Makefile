# Every target works in a fresh clone with only git, make and Python >= 3.11.
PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11 python,$(if $(shell $(p) -c 'import sys; print(sys.version_info >= (3, 11) or "")' 2>/dev/null),$(p))))
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
UV := $(shell command -v uv 2>/dev/null)

ifneq ($(UV),)
  make_venv = $(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
  install = $(UV) pip install --python $(BIN)/python --require-hashes -r $(1) && $(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
  make_venv = $(PYTHON) -m venv $(VENV)
  install = $(BIN)/python requirements/install.py $(1)
endif

# the core without I/O, whose every branch must be taken by its tests
PURE := src/oint/cdek/_decoding.py,src/oint/cdek/_engine.py,src/oint/cdek/_http.py,src/oint/cdek/_protocol.py,src/oint/cdek/_retry.py,src/oint/cdek/_streaming.py,src/oint/cdek/_urls.py,src/oint/cdek/api/*,src/oint/cdek/auth.py,src/oint/cdek/errors.py,src/oint/cdek/events.py,src/oint/refusals/card_facts.py,src/oint/refusals/state_machine.py,src/oint/refusals/states.py,src/oint/refusals/order_statuses.py,src/oint/refusals/outcome.py,src/oint/refusals/register.py,src/oint/refusals/verdicts.py,src/oint/refusals/gcra.py,src/oint/refusals/circuit_breaker.py,src/oint/refusals/webhooks.py,src/oint/refusals/input/column_choice.py,src/oint/refusals/input/column_values.py,src/oint/refusals/input/columns.py,src/oint/refusals/input/headers.py,src/oint/refusals/input/layout.py,src/oint/refusals/input/user_columns.py,src/oint/refusals/input/left_out.py,src/oint/refusals/input/list_lines.py,src/oint/refusals/input/row_classifier.py,src/oint/refusals/input/row_filter.py,src/oint/refusals/input/row_kinds.py,src/oint/refusals/input/uuid_blocks.py,src/oint/refusals/input/workbooks/number_format_sections.py,src/oint/refusals/input/workbooks/number_formats.py,src/oint/refusals/input/signatures.py,src/oint/refusals/batch/schedule.py,src/oint/refusals/batch/polling.py,src/oint/refusals/ledger/rows.py,src/oint/cli/text_width.py,src/oint/cli/refusals/_preview_actions.py,src/oint/cli/refusals/_preview_columns.py,src/oint/cli/refusals/_preview_facts.py,src/oint/cli/refusals/_preview_table.py,src/oint/cli/refusals/_preview_totals.py,src/oint/cli/refusals/_preview_view.py,src/oint/parsing/lenient_json.py,src/oint/parsing/values.py
PURE_TESTS := tests/unit tests/integration/cdek/test_pickling.py tests/integration/cdek/test_forks.py

ifdef SEED
  export OINT_TEST_SEED := $(SEED)
endif

.PHONY: help demo setup test check lint docs picture bench bench-long chaos fuzz peers wheel sdist requirements clean
.DEFAULT_GOAL := help

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or call make PYTHON=/path/to/python"; exit 1; }
	@echo "creating $(VENV)"
	@$(make_venv)

# one stamp for each set of packages: demo is a part of run, run of dev; docs comes on top of dev
$(VENV)/%.stamp: requirements/%.txt pyproject.toml | $(BIN)/python
	@$(call install,$<)
	@touch $@

$(VENV)/docs.stamp: $(VENV)/dev.stamp

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/demo.stamp  ## an order, its refusal and the verdict, offline, against the sandbox
	@$(BIN)/python demo/demo.py

setup: $(VENV)/dev.stamp  ## .venv with all that tests, lint and types need
	@echo "ready: $(BIN)/oint; next: make test, make check"

ifdef ONLY
test: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest $(ONLY)
else
test: $(VENV)/dev.stamp  ## all tests; SEED=N repeats a run, ONLY=path runs these alone
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest $(PURE_TESTS) -p no:xdist
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --fail-under 100 --include "$(PURE)"
	@$(BIN)/python -m pytest -n auto $(addprefix --ignore=,$(PURE_TESTS))
endif

check: lint docs  ## lint, types and documentation

lint: $(VENV)/dev.stamp  ## lint, import contracts and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy
	@$(BIN)/mypy --strict --exclude '/(test_|conftest)' benchmarks docs tests/chaos tests/fuzz tests/typing requirements demo/demo.py

docs: $(VENV)/docs.stamp  ## the site in both languages, its examples executed: .docs/html
	@$(BIN)/python -m docs._ext

picture: $(VENV)/docs.stamp  ## the pictures of the README, from a real run against the sandbox
	@$(BIN)/python docs/picture.py

bench: $(VENV)/dev.stamp  ## every budget beside its reference, as a table: about 10 minutes
	@$(BIN)/python -m benchmarks

bench-long: $(VENV)/dev.stamp  ## 100,000 refusals at the full rate of an account: about 20 minutes
	@$(BIN)/python -m benchmarks --long

chaos: $(VENV)/dev.stamp  ## 5,000 kills and faults, with one worker and with four; SEED=N repeats a run
	@$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED))

fuzz: $(VENV)/run.stamp  ## schemathesis and 100,000 invalid requests against the sandbox; SEED=N repeats a run
	@$(BIN)/python -m tests.fuzz $(if $(SEED),--seed $(SEED))

peers: $(VENV)/run.stamp  ## the life of an order at the sandbox, by clients of other authors
	@$(BIN)/python -m tests.compat.peers

wheel: $(VENV)/run.stamp  ## dist/*.whl
	@$(BIN)/python -m hatchling build -t wheel

sdist: $(VENV)/run.stamp  ## dist/*.tar.gz
	@$(BIN)/python -m hatchling build -t sdist

requirements:  ## pin the packages of requirements/ again (needs uv)
	@for set in demo run dev docs; do \
	  groups="--all-extras --group build"; \
	  [ $$set = demo ] && groups="--extra sandbox --group build --constraints requirements/run.txt"; \
	  [ $$set = dev ] && groups="--all-extras --group build --group test --group check"; \
	  [ $$set = docs ] && groups="--all-extras --group docs --constraints requirements/dev.txt"; \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links $$groups -o requirements/$$set.txt pyproject.toml; \
	done

clean:  ## remove all that these targets have made
	rm -rf $(VENV) dist build .bench .docs .fuzz .coverage .coverage.* .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
