# 问报 wenbao. The same targets serve people and CI.
#
#   make run      set up and open the chat on http://127.0.0.1:7860
#   make test     set up and run all tests
#   make check    lint and types
#
# TORCH_INDEX names a wheel index for a CPU-only torch, which saves gigabytes of CUDA on Linux:
#   make run TORCH_INDEX=https://download.pytorch.org/whl/cpu

PYTHON ?= python3
VENV ?= .venv
TORCH_INDEX ?=
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
CONSTRAINTS := -c constraints.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
PACKAGES := qa embeddings ui eval tests

.PHONY: run test check format clean

run: $(VENV)/.installed
	@$(BIN)/wenbao chat

test: $(VENV)/.development
	$(BIN)/python -m pytest --cov --cov-report=term

check: $(VENV)/.development
	$(BIN)/ruff format --check $(PACKAGES)
	$(BIN)/ruff check $(PACKAGES)
	$(BIN)/mypy

format: $(VENV)/.development
	$(BIN)/ruff format $(PACKAGES)
	$(BIN)/ruff check --fix $(PACKAGES)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage dist

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# A stamp file for each kind of install: a second run starts at once.
$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) install --quiet $(CONSTRAINTS) --editable .
	@touch $@

$(VENV)/.development: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) install --quiet $(CONSTRAINTS) --editable ".[development]"
	@touch $@ $(VENV)/.installed
