# make run      set-up, build, and the ra25 notebook from start to files in out/ra25
# make test     set-up, build, and every test
# make lab      set-up, build, and JupyterLab on notebooks/
# make check    formatting, lints and documentation
# make keep     the notebooks' outputs and images/ anew, kept in them
# make bench    engine, table and analysis benchmarks, and the notebook's cell times (without peers)
# make browser  JupyterLab clicked through in chromium

.PHONY: run test lab keep check bench browser setup build kernel clean
.DEFAULT_GOAL := run

SHELL := /bin/bash
# Where cargo builds; CARGO_TARGET_DIR moves it, for instance out of a clone.
TARGET := $(or $(CARGO_TARGET_DIR),target)
EMERGENT := "$(TARGET)/debug/emergent"
PYTHON := .venv/bin/python
# The engine as a debug build has it: its bits are the same.
UNOPTIMISED := cargo test --quiet --config 'profile.dev.package.engine.opt-level=0' \
	--config 'profile.dev.package.engine.debug-assertions=false'

run: kernel
	$(PYTHON) notebooks/execute.py notebooks/ra25.ipynb out/ra25

test: kernel
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
	cargo test
	$(UNOPTIMISED) --test invariants --test ra25 --test reference_options
	$(PYTHON) -m pytest -q -p no:cacheprovider kernel/tests/jupyter tests

lab: kernel
	$(EMERGENT) lab notebooks

keep: kernel
	$(PYTHON) notebooks/execute.py --keep notebooks/*.ipynb

# Clicks through JupyterLab in chromium; screenshots come to out/browser.
browser: kernel
	$(PYTHON) -m pip install -q playwright
	$(PYTHON) -m pytest -q -p no:cacheprovider kernel/tests/browser

check:
	cargo fmt --all --check
	cargo clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps

bench: kernel
	cargo bench --profile dev
	$(PYTHON) kernel/benches/cells.py notebooks/ra25.ipynb

setup:
	@bash kernel/setup/system.sh
	@bash kernel/setup/rust.sh
	@bash kernel/setup/python.sh

build: setup
	cargo build

kernel: build
	@$(EMERGENT) install --prefix .venv

clean:
	cargo clean
	rm -rf .venv out
