/* Max pooling and its gradient. Part of kernels_template.h. */

/* Max pooling: a convolution that takes the maximum instead of the sum. NaN beats every number, as in np.max. */
static void NAME(pool)(Job *j, char *scratch)
{
    Buffers s;
    lay_out(j, scratch, &s);
    const int taps = j->HH * j->WW, room = CEIL(j->rows * j->OW, LANES) * LANES;
    T *copies = (T *)s.copies, *maxima = (T *)s.result;
    INDEX *spots = (INDEX *)(maxima + room); /* where each maximum is, counted from its window's first pixel */
    for (int t = 0; t < taps; t++) {
        s.from[t] = place(j, 0, t / j->WW, t % j->WW);
        s.at[t] = t / j->WW * j->W + t % j->WW;
    }
    for (int task; (task = NEXT(j)) < j->tasks;) {
        const int y = task % j->bands * j->rows, rows = MIN(j->rows, j->OH - y), c = task / j->bands % j->C;
        const int n = task / j->bands / j->C, pixels = rows * j->OW;
        const ptrdiff_t start = (((ptrdiff_t)n * j->C + c) * j->OH + y) * j->OW;
        NAME(copy)(j, (const T *)j->x + n * j->xs[0] + c * j->xs[1], 1, y, rows, copies);
        for (int q = 0; q < pixels; q += LANES) {
            Vector best = *(const Vector *)(copies + q);
            Index spot = {0};
            for (int t = 1; t < taps; t++) {
                const Vector value = *(const Vector *)(copies + s.from[t] + q);
                const Index better = ~(value <= best) & (best == best);
                best = (Vector)((better & (Index)value) | (~better & (Index)best));
                spot = (better & (INDEX)s.at[t]) | (~better & spot);
            }
            *(Vector *)(maxima + q) = best;
            *(Index *)(spots + q) = spot;
        }
        memcpy((T *)j->out + start, maxima, pixels * sizeof(T));
        for (int r = 0; r < rows; r++) {
            const INDEX *spot = spots + r * j->OW;
            int *where = j->where + start + r * j->OW;
            for (int q = 0; q < j->OW; q++) where[q] = (int)spot[q] + ((y + r) * j->W + q) * j->stride - j->left;
        }
    }
}

/* All of the gradient of a window goes to where its maximum was. A task is a plane of dx, which is out here. */
static void NAME(unpool)(Job *j, char *scratch)
{
    (void)scratch;
    const ptrdiff_t plane = (ptrdiff_t)j->H * j->W, pixels = (ptrdiff_t)j->OH * j->OW;
    for (int task; (task = NEXT(j)) < j->tasks;) {
        T *dx = (T *)j->out + task * plane;
        const T *dout = (const T *)j->dout + task * pixels;
        const int *where = j->where + task * pixels;
        memset(dx, 0, plane * sizeof(T));
        for (ptrdiff_t q = 0; q < pixels; q++) {
            CHECK(0 <= where[q] && where[q] < plane);
            dx[where[q]] += dout[q];
        }
    }
}
