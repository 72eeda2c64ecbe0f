# The two commands: `make demo` shows a clinic that does not exist, `make test` proves that it works.
PYTHON ?= python3
PORT ?= 5000
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --no-input --disable-pip-version-check --no-compile --no-deps --require-hashes
export PYTHONPATH := $(CURDIR)
export PIP_ROOT_USER_ACTION := ignore
# Where nothing may be kept compiled, each of the programs that tests start compiles every library anew: 3 s apiece.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check exam catalogues clean bench bench-ratings bench-board bench-form bench-start bench-alliance \
	bench-staffing

# KEEP=1 serves the clinic of last time; otherwise it is built anew.
demo: .venv/ready
	@$(PY) -m triad.cli demo --port $(PORT) $(if $(KEEP),--keep)

# The browser has its own run beside the rest: the two wait on different things, and both must pass.
test: .venv/ready-for-tests
	$(PY) -m tests.browser.get_browser
	@$(PY) -m pytest tests/browser > .venv/browser.log 2>&1 & browser=$$!; \
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=60 --durations-min=2 --ignore=tests/browser; rest=$$?; \
	wait $$browser; drawn=$$?; echo 'In the browser:'; cat .venv/browser.log; exit $$((rest || drawn))

check: .venv/ready-for-tests
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m triad.cli catalogues check
	$(PY) -m triad.cli migrate check
	$(PY) -m triad.cli supply check

# What the locks must hold, row by row, two at a time.
exam: .venv/ready-for-tests
	$(PY) -m tests.exam

# Figures against a baseline taken in the same run; each takes a minute or two, on a machine that does nothing else.
bench: bench-ratings bench-board bench-form bench-start bench-alliance bench-staffing

bench-ratings bench-board bench-form bench-start: bench-%: .venv/ready-for-tests
	$(PY) -m benchmarks.$*

# Matrices of six: more than one thread a product costs more than it brings.
bench-alliance: .venv/ready-for-tests
	OPENBLAS_NUM_THREADS=1 $(PY) -m benchmarks.alliance

# With a solver to compare with, which is needed for nothing else.
bench-staffing: .venv/ready-for-peers
	$(PY) -m benchmarks.staffing

catalogues: .venv/ready
	$(PY) -m triad.cli catalogues extract

clean:
	rm -rf .venv var

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Triad needs Python 3.11 or newer: make PYTHON=python3.11 $(MAKECMDGOALS)'; exit 1; }
	$(PYTHON) -m venv .venv

.venv/ready: requirements.lock | $(PY)
	$(PIP) -r requirements.lock
	@touch $@

.venv/ready-for-tests: requirements-dev.lock | $(PY)
	$(PIP) -r requirements-dev.lock
	@touch $@

.venv/ready-for-peers: requirements-bench.lock .venv/ready-for-tests
	$(PIP) -r requirements-bench.lock
	@touch $@
