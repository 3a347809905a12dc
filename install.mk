# What the Makefile of the kit, and that of a student kit, use to set up. EXTRAS names optional parts of the package.

PYTHON ?= python3
EXTRAS ?=
VENV   ?= .venv

BIN := $(VENV)/bin
comma := ,
INSTALLED := $(VENV)/installed$(if $(EXTRAS),-)$(subst $(comma),-,$(EXTRAS))

# The stamp lets later commands start without pip, and so without a network.
$(INSTALLED): pyproject.toml setup.py requirements.txt $(wildcard cs231n/*.pyx cs231n/fast/kernels/*.pyx cs231n/fast/kernels/*.h)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "The kit needs Python 3.11 or newer; name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "$(PYTHON) cannot make a virtual environment (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --constraint requirements.txt --editable '.$(if $(EXTRAS),[$(EXTRAS)])'
	@touch $@
