/* The gates of an LSTM, one time step in one pass over memory. Part of kernels_template.h.

   All arrays are contiguous, with n = H N numbers for each gate: i, f, o and g lie one behind the other. Neither exp nor
   tanh of the C library acts on vectors, so here they are, with an error of a few units in the last place. */

/* e^a - 1 = 2^k (e^r - 1) + (2^k - 1) with a = k ln 2 + r, so that r lies within ln 2 / 2 of 0 and Taylor's series for
   e^r - 1 is soon exact. a is cut off where 2^k would overflow; NaN stays NaN. */
INLINE Vector NAME(expm1)(Vector a)
{
    const int single = sizeof(T) == 4;
    const T limit = single ? 88 : 709;
    const T whole = single ? 0x1.8p23 : 0x1.8p52; /* to a number as large as this, only whole numbers can be added */
    const T ln2 = single ? 0x1.63p-1 : 0x1.62e42feep-1; /* few digits, so that k ln2 is exact; the rest follows */
    const T rest = single ? -0x1.bd0105c610ca8p-13 : 0x1.a39ef35793c76p-33;
    const Vector most = limit + (Vector){0}, least = -most;
    const Index above = a > most, below = a < least;
    a = (Vector)((above & (Index)most) | (below & (Index)least) | (~(above | below) & (Index)a));

    const Vector shifted = a * (T)0x1.71547652b82fep+0 + whole, k = shifted - whole; /* a / ln 2, rounded */
    const Vector r = a - k * ln2 - k * rest;
    const int terms = single ? 7 : 13;
    double factorial = single ? 5040 : 6227020800;
    Vector series = (T)(1 / factorial) + (Vector){0};
    UNROLL for (int n = terms; n > 2; n--) {
        factorial /= n;
        series = series * r + (T)(1 / factorial);
    }
    /* k stands in the last bits of shifted; 2^k has it in its exponent, on top of that of 1. */
    const Vector one = 1 + (Vector){0}, power = (Vector)(((Index)shifted << (single ? 23 : 52)) + (Index)one);
    return power * (r + r * r * series) + (power - 1);
}

INLINE Vector NAME(sigmoid)(Vector a) { return 1 / (2 + NAME(expm1)(-a)); }

INLINE Vector NAME(tanh)(Vector a)
{
    const Vector e = NAME(expm1)(2 * a);
    return e / (2 + e);
}

/* The first n numbers of a vector. */
INLINE Vector NAME(load)(const T *from, int n)
{
    Vector v = {0};
    if (n >= LANES) return *(const Vector *)from;
    memcpy(&v, from, n * sizeof(T));
    return v;
}

INLINE void NAME(store)(T *to, int n, Vector v)
{
    if (n >= LANES) *(Vector *)to = v;
    else memcpy(to, &v, n * sizeof(T));
}

/* In: gates, what the inputs and the bias make of them; from_state, the same of the state before; c, the cell state.
   Out: gates; next_c = f c + i g; tanh_c, its tanh; h = o tanh_c. */
static void NAME(gates)(Job *j, char *scratch)
{
    (void)scratch;
    T *const *arrays = (T *const *)j->arrays;
    T *gates = arrays[0], *next_c = arrays[3], *tanh_c = arrays[4], *h = arrays[5];
    const T *from_state = arrays[1], *c = arrays[2];
    const int n = j->W;
    for (int task; (task = NEXT(j)) < j->tasks;)
        for (int q = task * GATES_BLOCK, end = MIN(n, q + GATES_BLOCK); q < end; q += LANES) {
            const int left = end - q;
            Vector gate[4];
            UNROLL for (int k = 0; k < 4; k++) {
                const ptrdiff_t at = (ptrdiff_t)k * n + q;
                const Vector a = NAME(load)(gates + at, left) + NAME(load)(from_state + at, left);
                gate[k] = k < 3 ? NAME(sigmoid)(a) : NAME(tanh)(a);
                NAME(store)(gates + at, left, gate[k]);
            }
            const Vector next = gate[1] * NAME(load)(c + q, left) + gate[0] * gate[3], squashed = NAME(tanh)(next);
            NAME(store)(next_c + q, left, next);
            NAME(store)(tanh_c + q, left, squashed);
            NAME(store)(h + q, left, gate[2] * squashed);
        }
}

/* In: what `gates` has left; dh, the gradient on h from outside, and dprev_h, from the step after; dc, from there too.
   Out: da, the gradient on what went into the gates; dc, on the cell state before. */
static void NAME(gates_gradient)(Job *j, char *scratch)
{
    (void)scratch;
    T *const *arrays = (T *const *)j->arrays;
    const T *gates = arrays[0], *c = arrays[1], *tanh_c = arrays[2], *dh = arrays[3], *dprev_h = arrays[4];
    T *dc = arrays[5], *da = arrays[6];
    const int n = j->W;
    for (int task; (task = NEXT(j)) < j->tasks;)
        for (int q = task * GATES_BLOCK, end = MIN(n, q + GATES_BLOCK); q < end; q += LANES) {
            const int left = end - q;
            Vector gate[4];
            UNROLL for (int k = 0; k < 4; k++) gate[k] = NAME(load)(gates + (ptrdiff_t)k * n + q, left);
            const Vector i = gate[0], f = gate[1], o = gate[2], g = gate[3], squashed = NAME(load)(tanh_c + q, left);
            const Vector dnext_h = NAME(load)(dh + q, left) + NAME(load)(dprev_h + q, left);
            const Vector dnext_c = NAME(load)(dc + q, left) + dnext_h * o * (1 - squashed * squashed);
            const Vector gradient[4] = {
                dnext_c * g * i * (1 - i),
                dnext_c * NAME(load)(c + q, left) * f * (1 - f),
                dnext_h * squashed * o * (1 - o),
                dnext_c * i * (1 - g * g),
            };
            UNROLL for (int k = 0; k < 4; k++) NAME(store)(da + (ptrdiff_t)k * n + q, left, gradient[k]);
            NAME(store)(dc + q, left, dnext_c * f);
        }
}
