# Two commands matter: `make demo` and `make test`. Both make their own environment in .venv from the
# locked requirements; a machine needs Python 3.11 or newer with venv, git and make, and nothing else.

PYTHON ?= python3
PORT ?= 7860
DATA ?= data/demo
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 3
# uv takes a fifth of pip's processor time, and looks where pip is told to look and trusts whom the system trusts.
UV = UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$$($(BIN)/python -m pip config get global.index-url 2>/dev/null \
  || echo "$${PIP_INDEX_URL:-https://pypi.org/simple}")}" $(BIN)/uv pip install -q --system-certs --python $(BIN)/python
# Modules are compiled on all cores, and what nobody loads stays as it is.
COMPILE = $(BIN)/python -m compileall -qq -j 0 -x '/transformers/models/|/tests?/' $(VENV)/lib
# Modules are kept compiled, whatever the shell says: commands and servers start in half the time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check unit thorough soak bench lock clean

demo: $(VENV)/run.stamp
	@exec $(BIN)/rlhf-collect demo --port $(PORT) --data "$(DATA)"

test: $(VENV)/test.stamp
	@$(MAKE) --no-print-directory -j2 check unit

# Style, types and the floors of the house.
check: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo > $(VENV)/floors.log 2>&1 || { cat $(VENV)/floors.log; exit 1; }

# Every fact, browser tests included.
unit: $(VENV)/test.stamp
	@$(BIN)/python scripts/ensure_browser.py
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not thorough" $(TESTS)

# The same facts along the whole way and at every place where they could break: before a release.
thorough: $(VENV)/test.stamp
	@$(BIN)/python scripts/ensure_browser.py
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m thorough $(TESTS)

# The tests that try things out, as far as they go: state machines, drawn versions, more seeds.
soak: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --hypothesis-profile=soak \
	  $$(grep -rl '^from tests.depth' tests --include='test_*.py')

bench: $(VENV)/peers.stamp
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.rater_latency
	PYTHONPATH=$(VENV)/peers $(BIN)/python -m benchmarks.stats
	$(BIN)/python -m benchmarks.freeze

# Resolve the newest allowed versions again and write the lock files.
lock: $(VENV)/made.stamp
	$(BIN)/uv pip compile --system-certs --universal --generate-hashes --python-version 3.11 --upgrade -q pyproject.toml \
	  requirements/build.in --custom-compile-command "make lock" -o requirements/run.lock
	$(BIN)/uv pip compile --system-certs --universal --generate-hashes --python-version 3.11 --upgrade -q pyproject.toml --group test \
	  -c requirements/run.lock --custom-compile-command "make lock" -o requirements/test.lock
	$(BIN)/uv pip compile --system-certs --universal --generate-hashes --python-version 3.11 --no-deps -q requirements/trl.in \
	  --custom-compile-command "make lock" -o requirements/trl.lock
	$(BIN)/uv pip compile --system-certs --universal --generate-hashes --python-version 3.11 --no-deps -q requirements/uv.in \
	  --custom-compile-command "make lock" -o requirements/uv.lock
	$(BIN)/uv pip compile --system-certs --universal --generate-hashes --python-version 3.11 --no-deps -q requirements/bench.in \
	  --custom-compile-command "make lock" -o requirements/bench.lock

clean:
	rm -rf $(VENV)

$(VENV)/made.stamp: requirements/uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "rlhf_collect needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.lock
	@touch $@

$(VENV)/run.stamp: requirements/run.lock pyproject.toml | $(VENV)/made.stamp
	@echo "Installing the locked packages; this takes a minute the first time."
	@$(UV) --require-hashes -r requirements/run.lock
	@$(UV) --no-build-isolation --no-deps -e .
	@$(COMPILE)
	@touch $@

$(VENV)/test.stamp: requirements/test.lock requirements/trl.lock pyproject.toml | $(VENV)/made.stamp
	@echo "Installing the locked packages with the test tools; this takes a minute the first time."
	@$(UV) --require-hashes -r requirements/test.lock
	@$(UV) --no-deps --require-hashes -r requirements/trl.lock
	@$(UV) --no-build-isolation --no-deps -e .
	@$(COMPILE)
	@touch $@ $(VENV)/run.stamp

# Beside the environment and not in it: what only a benchmark compares with.
$(VENV)/peers.stamp: requirements/bench.lock | $(VENV)/test.stamp
	@$(UV) --no-deps --require-hashes --target $(VENV)/peers -r requirements/bench.lock
	@touch $@
