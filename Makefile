# Every target works in a fresh clone with only git, make and Python >= 3.11.
PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11 python,$(if $(shell $(p) -c 'import sys; print(sys.version_info >= (3, 11) or "")' 2>/dev/null),$(p))))
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
UV := $(shell command -v uv 2>/dev/null)

ifneq ($(UV),)
  make_venv = $(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
  install = $(UV) pip install --quiet --python $(BIN)/python
else
  make_venv = $(PYTHON) -m venv $(VENV)
  install = $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

# the core without I/O, whose every branch must be taken by its tests
PURE := src/oint/cdek/errors.py,src/oint/cdek/events.py,src/oint/cdek/flow.py,src/oint/cdek/hosts.py,src/oint/cdek/models/*,src/oint/cdek/moments.py,src/oint/cdek/operations/*,src/oint/cdek/policy.py,src/oint/cdek/protocol.py,src/oint/cdek/splitter.py,src/oint/cdek/streams.py,src/oint/cdek/tokens.py,src/oint/cdek/tolerant.py,src/oint/cdek/wire.py,src/oint/refusals/card_facts.py,src/oint/refusals/state_machine.py,src/oint/refusals/states.py,src/oint/refusals/order_statuses.py,src/oint/refusals/outcome.py,src/oint/refusals/register.py,src/oint/refusals/verdicts.py,src/oint/refusals/gcra.py,src/oint/refusals/circuit_breaker.py,src/oint/refusals/webhooks.py,src/oint/refusals/input/column_choice.py,src/oint/refusals/input/column_values.py,src/oint/refusals/input/columns.py,src/oint/refusals/input/headers.py,src/oint/refusals/input/layout.py,src/oint/refusals/input/user_columns.py,src/oint/refusals/input/left_out.py,src/oint/refusals/input/list_lines.py,src/oint/refusals/input/row_classifier.py,src/oint/refusals/input/row_filter.py,src/oint/refusals/input/row_kinds.py,src/oint/refusals/input/workbooks/number_format_sections.py,src/oint/refusals/input/workbooks/number_formats.py,src/oint/refusals/input/signatures.py,src/oint/refusals/batch/schedule.py,src/oint/refusals/batch/polling.py,src/oint/refusals/ledger/rows.py,src/oint/cli/text_width.py,src/oint/cli/refusals/_preview_actions.py,src/oint/cli/refusals/_preview_columns.py,src/oint/cli/refusals/_preview_facts.py,src/oint/cli/refusals/_preview_table.py,src/oint/cli/refusals/_preview_totals.py,src/oint/cli/refusals/_preview_view.py,src/oint/parsing/lenient_json.py,src/oint/parsing/values.py
PURE_TESTS := tests/cdek tests/test_values.py $(addprefix tests/refusals/test_,card_facts.py states.py register.py order_statuses.py state_machine.py verdicts.py schedule.py circuit_breaker.py polling.py gcra.py ledger_rows.py webhook_events.py) $(addprefix tests/refusals/input/test_,column_choice.py column_headers.py user_columns.py left_out.py list_lines.py row_filter.py signatures.py workbook_number_formats.py) $(addprefix tests/cli/test_,preview_table.py preview_view.py text_width.py)

ifdef SEED
  export OINT_TEST_SEED := $(SEED)
endif

.PHONY: demo test check lint docs bench bench-long peers fuzz chaos requirements wheel clean
.DEFAULT_GOAL := test

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or call make PYTHON=/path/to/python"; exit 1; }
	@$(make_venv)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "setting up $(VENV) ..."
	@$(install) --require-hashes -r requirements/run.txt
	@$(install) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@$(install) --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/docs.stamp: requirements/docs.txt $(VENV)/dev.stamp
	@$(install) --require-hashes -r requirements/docs.txt
	@touch $@

demo: $(VENV)/run.stamp  ## the main job, offline, against the embedded sandbox
	@$(BIN)/python demo/demo.py

ifdef ONLY
test: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest $(ONLY)
else
test: $(VENV)/dev.stamp  ## all tests; SEED=N plays a run again, ONLY=path runs these alone
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest $(PURE_TESTS) --ignore tests/cdek/test_client.py -p no:xdist
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --fail-under 100 --include "$(PURE)"
	@$(BIN)/python -m pytest -n auto
endif

docs: $(VENV)/docs.stamp  ## the site of both languages, every example executed against the sandbox: .docs/html
	@$(BIN)/python -m manual

check: lint docs  ## lint, types, the documentation

lint: $(VENV)/dev.stamp  ## lint and types alone
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy --strict bench chaos fuzz manual demo/demo.py tests/typed_use.py

bench: $(VENV)/dev.stamp  ## the budgets as a table: ours, floor, ratio, budget
	@$(BIN)/python -m bench

bench-long: $(VENV)/dev.stamp  ## 100,000 refusals at the account's whole rate: about 20 minutes
	@$(BIN)/python -m bench --long

peers: $(VENV)/run.stamp  ## clients that others wrote live an order's life at the sandbox
	@$(BIN)/python -m peers

fuzz: $(VENV)/run.stamp  ## schemathesis and 100,000 requests of garbage against the sandbox; SEED=N plays a run again
	@$(BIN)/python -m fuzz $(if $(SEED),--seed $(SEED))

chaos: $(VENV)/dev.stamp  ## 5,000 kills and faults, workers one and four; SEED=N throws the same dice again
	@$(BIN)/python -m chaos $(if $(SEED),--seed $(SEED))

requirements:  ## pin anew
	@for set in run dev docs; do \
	  groups="--group build"; \
	  [ $$set = dev ] && groups="--group build --group test --group check"; \
	  [ $$set = docs ] && groups="--group docs --constraints requirements/dev.txt"; \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links --all-extras $$groups -o requirements/$$set.txt pyproject.toml; \
	done

wheel: $(VENV)/run.stamp  ## dist/*.whl
	@$(BIN)/python -m hatchling build -t wheel

clean:
	rm -rf $(VENV) dist build .bench .docs .fuzz .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache
