# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""The C kernels of kernels.h as Python objects. Shapes are checked by the callers, in the package's own words."""
from libc.stddef cimport ptrdiff_t

import numpy as np

cdef extern from "kernels.h" nogil:
    ctypedef struct CJob "Job":
        int N, C, H, W, F, HH, WW, OH, OW, stride, top, left, size, groups, tasks
        const void *x
        const void *w
        const void *bias
        const void *dout
        void *out
        void *db
        int *where
        void *arrays[7]
        ptrdiff_t xs[4]
        ptrdiff_t ws[4]
        ptrdiff_t os[4]
        size_t scratch
    ctypedef struct InstructionSet:
        const char *name
        int bytes
    enum: FORWARD, GRADIENT, POOL, UNPOOL, GATES, GATES_GRADIENT
    const InstructionSet *INSTRUCTION_SETS
    int count_sets()
    int plan(CJob *, int, int)
    void run(const InstructionSet *, CJob *, int, char *)
    void wait_for(CJob *)

instruction_sets = tuple(INSTRUCTION_SETS[i].name.decode() for i in range(count_sets()))
cdef int chosen = len(instruction_sets) - 1


def choose(name):
    """Compute with this one of `instruction_sets` from now on."""
    global chosen
    chosen = instruction_sets.index(name)


cdef class Job:
    """One operation, cut into `tasks`. Threads that call `run` at the same time share them."""
    cdef CJob job
    cdef int operation
    cdef const InstructionSet *instructions
    cdef tuple arrays  # kept alive while C works on them
    cdef readonly object dw, db
    cdef public tuple after  # jobs to wait for, which the same threads have run before

    @property
    def tasks(self):
        return self.job.tasks

    @property
    def groups(self):
        return self.job.groups

    @property
    def scratch(self):
        """Bytes that each thread needs."""
        return self.job.scratch

    def run(self, char[::1] scratch):
        """Do tasks until none is left. Lets other Python threads run."""
        cdef char *start = <char *><size_t>((<size_t>&scratch[0] + 63) // 64 * 64)  # at a cache line
        cdef Job other
        for other in self.after or ():
            with nogil:
                wait_for(&other.job)
        with nogil:
            run(self.instructions, &self.job, self.operation, start)

    cdef ready(self, int operation, tuple arrays):
        self.arrays = arrays
        self.instructions = &INSTRUCTION_SETS[chosen]
        self.job.size = arrays[0].itemsize
        self.operation = plan(&self.job, operation, self.instructions.bytes // self.job.size)


def forward(x, w, bias, out, int stride, int top, int left):
    """A job that fills out (N, F, OH, OW), a view with any strides; so are x and w. bias (F,) is contiguous."""
    cdef Job j = Job()
    j.job.N, j.job.C, j.job.H, j.job.W = x.shape
    j.job.F, _, j.job.HH, j.job.WW = w.shape
    _, _, j.job.OH, j.job.OW = out.shape
    j.job.stride, j.job.top, j.job.left = stride, top, left
    j.job.x, j.job.w, j.job.bias, j.job.out = address(x), address(w), address(bias), address(out)
    set_strides(j.job.xs, x)
    set_strides(j.job.ws, w)
    set_strides(j.job.os, out)
    j.ready(FORWARD, (x, w, bias, out))
    return j


def gradient(x, dout, field, int stride, int top, int left):
    """A job that fills its `dw` (groups, F, C, HH, WW) and `db` (groups, F). dout is contiguous."""
    cdef Job j = Job()
    j.job.N, j.job.C, j.job.H, j.job.W = x.shape
    _, j.job.F, j.job.OH, j.job.OW = dout.shape
    j.job.HH, j.job.WW = field
    j.job.stride, j.job.top, j.job.left = stride, top, left
    j.job.x, j.job.dout = address(x), address(dout)
    set_strides(j.job.xs, x)
    j.ready(GRADIENT, (x, dout))
    j.dw = np.empty((j.job.groups, j.job.F, j.job.C, *field), x.dtype)
    j.db = np.empty((j.job.groups, j.job.F), x.dtype)
    j.job.out, j.job.db = address(j.dw), address(j.db)
    return j


def pool(x, field, int stride, int left, out, where):
    """A job that fills out and where (N, C, OH, OW), the maxima and their places (int32); both are contiguous."""
    cdef Job j = Job()
    j.job.N, j.job.C, j.job.H, j.job.W = x.shape
    _, _, j.job.OH, j.job.OW = out.shape
    j.job.HH, j.job.WW = field
    j.job.F, j.job.stride, j.job.left = 1, stride, left
    j.job.x, j.job.out, j.job.where = address(x), address(out), <int *>address(where)
    set_strides(j.job.xs, x)
    j.ready(POOL, (x, out, where))
    return j


def unpool(dout, where, dx):
    """A job that fills dx (N, C, H, W); all three are contiguous."""
    cdef Job j = Job()
    j.job.N, j.job.C, j.job.H, j.job.W = dx.shape
    _, _, j.job.OH, j.job.OW = dout.shape
    j.job.HH = j.job.WW = j.job.stride = 1
    j.job.dout, j.job.where, j.job.out = address(dout), <int *>address(where), address(dx)
    j.ready(UNPOOL, (dout, where, dx))
    return j


def gates(*arrays):
    """A job that computes one step of an LSTM (six arrays) or its gradients (seven), as gates_template.h has them."""
    cdef Job j = Job()
    j.job.W = arrays[2].size  # all are contiguous, with so many numbers or, for the gates, four times as many
    for k, array in enumerate(arrays):
        j.job.arrays[k] = address(array)
    j.ready(GATES if len(arrays) == 6 else GATES_GRADIENT, arrays)
    return j


cdef void *address(array):
    return <void *><size_t>array.__array_interface__["data"][0]


cdef set_strides(ptrdiff_t *strides, array):
    for axis in range(4):
        strides[axis] = array.strides[axis] // array.itemsize
