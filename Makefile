# run · demo · test · bench · lint: the five words of this project. Each makes the environment it needs.
# nightly is test with far more made-up examples. oracle asks R again for the figures that the statistics are held to; R is needed for nothing else.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8501
HOST ?= 127.0.0.1
export PYTHONUTF8 = 1
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run demo test nightly bench attack lint oracle clean audit licences bundle

run: .venv/.runtime
	$(BIN)/python -m surveys serve --host $(HOST) --port $(PORT)

demo: .venv/.runtime
	$(BIN)/python -m surveys demo --port $(PORT)

test: .venv/.dev
	$(BIN)/python -m pytest -n auto

# The same with ten times as many made-up examples, and thousands of hostile requests.
nightly: .venv/.dev
	XINSHENG_THOROUGH=1 XINSHENG_HOSTILE=10000 XINSHENG_KILLS=50 $(BIN)/python -m pytest -n auto

bench: .venv/.dev
	$(BIN)/python -m tests.benchmarks

# One table of what attacks come to: answers linked, cells recovered, ballots stuffed, lock-outs, hostile files, doors.
# It takes the packages as they are: what is being attacked is not changed by the attack.
attack:
	@test -x $(BIN)/python || $(MAKE) .venv/.dev
	$(BIN)/python -m tests.attacks

oracle: .venv/.dev
	$(BIN)/python -m tests.oracle

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy

# Asks a database of known weaknesses; ends with 3 when none could be reached.
audit: .venv/.dev
	$(BIN)/python -m pip install -q --disable-pip-version-check pip-audit==2.10.1 || true
	$(BIN)/python deploy/dependencies.py audit

licences: .venv/.runtime
	$(BIN)/python deploy/dependencies.py licences

# For servers without internet; MACHINE=aarch64 for the other kind.
bundle:
	deploy/bundle $(MACHINE)

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache

# The stamps are remade when the pinned packages change. What the product runs on is what was locked, byte by byte.
.venv/.runtime: requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

# Tools of the tests are pinned by version, not by hash: none of them is in a bundle or on a server.
.venv/.dev: .venv/.runtime pyproject.toml
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt ".[dev]"
	touch $@
