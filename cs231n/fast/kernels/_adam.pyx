# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""The loop of adam.h on NumPy arrays."""
from libc.stddef cimport ptrdiff_t

ctypedef fused real:
    float
    double

cdef extern from "adam.h" nogil:
    void adam_float(const float *, const float *, const float *, const float *, float *, float *, float *, ptrdiff_t,
                    float, float, float, float, float)
    void adam_double(const double *, const double *, const double *, const double *, double *, double *, double *,
                     ptrdiff_t, double, double, double, double, double)


def step(const real[::1] w, const real[::1] dw, const real[::1] m, const real[::1] v,
         real[::1] next_w, real[::1] next_m, real[::1] next_v,
         double rate, double root, double beta1, double beta2, double epsilon):
    """Fill next_w, next_m and next_v; all arrays have one length, 1 or more. Lets other Python threads run."""
    with nogil:
        if real is float:
            adam_float(&w[0], &dw[0], &m[0], &v[0], &next_w[0], &next_m[0], &next_v[0], w.shape[0],
                       rate, root, beta1, beta2, epsilon)
        else:
            adam_double(&w[0], &dw[0], &m[0], &v[0], &next_w[0], &next_m[0], &next_v[0], w.shape[0],
                        rate, root, beta1, beta2, epsilon)
