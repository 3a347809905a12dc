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

    cdef ready(self, int operation, int size, tuple arrays):
        self.arrays = arrays
        self.instructions = &INSTRUCTION_SETS[chosen]
        self.job.size = size
        self.operation = plan(&self.job, operation, self.instructions.bytes // size)


ctypedef fused real:
    float
    double


def forward(const real[:, :, :, :] x, const real[:, :, :, :] w, const real[::1] bias, real[:, :, :, :] out,
            int stride, int top, int left):
    """A job that fills out (N, F, OH, OW), a view with any strides; so are x and w."""
    cdef Job j = Job()
    j.job.N, j.job.C, j.job.H, j.job.W = x.shape[0], x.shape[1], x.shape[2], x.shape[3]
    j.job.F, j.job.HH, j.job.WW = w.shape[0], w.shape[2], w.shape[3]
    j.job.OH, j.job.OW = out.shape[2], out.shape[3]
    j.job.stride, j.job.top, j.job.left = stride, top, left
    j.job.x, j.job.w, j.job.bias, j.job.out = &x[0, 0, 0, 0], &w[0, 0, 0, 0], &bias[0], &out[0, 0, 0, 0]
    for axis in range(4):
        j.job.xs[axis] = x.strides[axis] // <ptrdiff_t>sizeof(real)
        j.job.ws[axis] = w.strides[axis] // <ptrdiff_t>sizeof(real)
        j.job.os[axis] = out.strides[axis] // <ptrdiff_t>sizeof(real)
    j.ready(FORWARD, sizeof(real), (x, w, bias, out))
    return j


def gradient(const real[:, :, :, :] x, const real[:, :, :, ::1] dout, field, int stride, int top, int left):
    """A job that fills its `dw` (groups, F, C, HH, WW) and `db` (groups, F)."""
    cdef Job j = Job()
    cdef real[:, :, :, :, ::1] dw
    cdef real[:, ::1] db
    j.job.N, j.job.C, j.job.H, j.job.W = x.shape[0], x.shape[1], x.shape[2], x.shape[3]
    j.job.F, j.job.OH, j.job.OW = dout.shape[1], dout.shape[2], dout.shape[3]
    j.job.HH, j.job.WW = field
    j.job.stride, j.job.top, j.job.left = stride, top, left
    j.job.x, j.job.dout = &x[0, 0, 0, 0], &dout[0, 0, 0, 0]
    for axis in range(4):
        j.job.xs[axis] = x.strides[axis] // <ptrdiff_t>sizeof(real)
    j.ready(GRADIENT, sizeof(real), (x, dout))
    j.dw = np.empty((j.job.groups, j.job.F, j.job.C, *field), np.float32 if real is float else np.float64)
    j.db = np.empty((j.job.groups, j.job.F), j.dw.dtype)
    dw, db = j.dw, j.db
    j.job.out, j.job.db = &dw[0, 0, 0, 0, 0], &db[0, 0]
    return j


def pool(const real[:, :, :, :] x, field, int stride, int left, real[:, :, :, ::1] out, int[:, :, :, ::1] where):
    """A job that fills out and where (N, C, OH, OW), the maxima and their places."""
    cdef Job j = Job()
    j.job.N, j.job.C, j.job.H, j.job.W = x.shape[0], x.shape[1], x.shape[2], x.shape[3]
    j.job.OH, j.job.OW = out.shape[2], out.shape[3]
    j.job.HH, j.job.WW = field
    j.job.F, j.job.stride, j.job.left = 1, stride, left
    j.job.x, j.job.out, j.job.where = &x[0, 0, 0, 0], &out[0, 0, 0, 0], &where[0, 0, 0, 0]
    for axis in range(4):
        j.job.xs[axis] = x.strides[axis] // <ptrdiff_t>sizeof(real)
    j.ready(POOL, sizeof(real), (x, out, where))
    return j


def unpool(const real[:, :, :, ::1] dout, int[:, :, :, ::1] where, real[:, :, :, ::1] dx):
    """A job that fills dx (N, C, H, W)."""
    cdef Job j = Job()
    j.job.N, j.job.C, j.job.H, j.job.W = dx.shape[0], dx.shape[1], dx.shape[2], dx.shape[3]
    j.job.OH, j.job.OW = dout.shape[2], dout.shape[3]
    j.job.HH = j.job.WW = j.job.stride = 1
    j.job.dout, j.job.where, j.job.out = &dout[0, 0, 0, 0], &where[0, 0, 0, 0], &dx[0, 0, 0, 0]
    j.ready(UNPOOL, sizeof(real), (dout, where, dx))
    return j


def gates(real[:, ::1] gates, const real[:, ::1] from_state, const real[:, ::1] c, real[:, ::1] next_c,
          real[:, ::1] tanh_c, real[:, ::1] h):
    """A job that computes one step of an LSTM, as gates_template.h has it: (4H, N) for the first two, else (H, N)."""
    cdef Job j = Job()
    j.job.W = c.shape[0] * c.shape[1]
    j.job.arrays[:6] = [&gates[0, 0], <void *>&from_state[0, 0], <void *>&c[0, 0], &next_c[0, 0], &tanh_c[0, 0], &h[0, 0]]
    j.ready(GATES, sizeof(real), (gates, from_state, c, next_c, tanh_c, h))
    return j


def gates_gradient(const real[:, ::1] gates, const real[:, ::1] c, const real[:, ::1] tanh_c, const real[:, ::1] dh,
                   const real[:, ::1] dprev_h, real[:, ::1] dc, real[:, ::1] da):
    """A job that computes the gradients of such a step: (4H, N) for the first and the last, else (H, N)."""
    cdef Job j = Job()
    j.job.W = c.shape[0] * c.shape[1]
    j.job.arrays[:7] = [<void *>&gates[0, 0], <void *>&c[0, 0], <void *>&tanh_c[0, 0], <void *>&dh[0, 0],
                        <void *>&dprev_h[0, 0], &dc[0, 0], &da[0, 0]]
    j.ready(GATES_GRADIENT, sizeof(real), (gates, c, tanh_c, dh, dprev_h, dc, da))
    return j
