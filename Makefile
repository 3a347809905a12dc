# make run     set up, then run every notebook; results/index.html shows what happened
# make test    set up, then pass all tests
# make lab     set up, then open JupyterLab on the notebooks
# make clean   remove what these commands made, but not the data
#
# Another interpreter: make run PYTHON=python3.13. No C compiler is fine: the kit then runs on NumPy.

EXTRAS ?= test
include install.mk

.DEFAULT_GOAL := run

.PHONY: run test lab clean

run: $(INSTALLED)
	$(BIN)/cs231n run

# One file a process at a time, as the cells of a notebook share a kernel; one BLAS thread each, as the processes
# share the cores. Long files come first, in an order that xdist would change: by their number of tests.
test: $(INSTALLED)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder \
		--durations=15

lab: $(INSTALLED)
	$(BIN)/jupyter lab

clean:
	rm -rf $(VENV) results build cs231n.egg-info cs231n/*.c cs231n/*.so cs231n/fast/kernels/*.c cs231n/fast/kernels/*.so
