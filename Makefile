# make run     set up, then run every notebook; results/index.html shows what happened
# make test    set up, then pass all tests
# make lab     set up, then open JupyterLab on the notebooks
# make clean   remove what these commands made, but not the data
#
# Another interpreter: make run PYTHON=python3.13. No C compiler is fine: the kit then runs on NumPy.

PYTHON ?= python3
EXTRAS ?= test
VENV   ?= .venv

BIN := $(VENV)/bin
comma := ,
INSTALLED := $(VENV)/installed-$(subst $(comma),-,$(EXTRAS))

.PHONY: run test lab clean

run: $(INSTALLED)
	$(BIN)/cs231n run

# One file a process at a time, as the cells of a notebook share a kernel; one BLAS thread each, as the processes
# share the cores.
test: $(INSTALLED)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile

lab: $(INSTALLED)
	$(BIN)/jupyter lab

# The stamp lets later commands start without pip, and so without a network.
$(INSTALLED): pyproject.toml setup.py requirements.txt $(wildcard cs231n/*.pyx cs231n/kernels/*.pyx cs231n/kernels/*.h)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "The kit needs Python 3.11 or newer; name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "$(PYTHON) cannot make a virtual environment (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --constraint requirements.txt --editable '.[$(EXTRAS)]'
	@touch $@

clean:
	rm -rf $(VENV) results build cs231n.egg-info cs231n/*.c cs231n/*.so cs231n/kernels/*.c cs231n/kernels/*.so
