/* The kernels for one number type and one instruction set. kernels.h includes this file once for each pair. Expects
   T, the type; INDEX, integers of its size; NAME(x), x with a suffix; BYTES of a vector; ROWS and COLUMNS of a tile of
   sums, the columns in vectors. */

/* GNU vectors: +, * and = act on all LANES numbers at once. They may start at any number, aligned or not. */
typedef T NAME(Vector) __attribute__((vector_size(BYTES), aligned(sizeof(T)), may_alias));
#define Vector NAME(Vector)
typedef INDEX NAME(Index) __attribute__((vector_size(BYTES), aligned(sizeof(T)), may_alias));
#define Index NAME(Index)
#define LANES ((int)(BYTES / sizeof(T)))

/* out[i][q] += sum over t < n of a[row[i] + at[t]] * b[from[t] + q], for i < rows, q < columns * LANES.

   The sums stay in registers until all n terms are in. A step loads columns vectors of b and rows numbers of a for
   rows * columns multiply-adds; with AVX-512 that is 11 loads for 24, and the multiply-adds set the pace. rows and
   columns are constants where this is inlined, so the short loops unroll. With start, sums begin at start[i] instead of
   at out[i][q]. */
INLINE void NAME(tile)(const int rows, const int columns, const T *a, const ptrdiff_t *row, const ptrdiff_t *at,
                       const T *b, const ptrdiff_t *from, int n, T *out, ptrdiff_t pitch, const T *start)
{
    Vector sum[ROWS][COLUMNS], v[COLUMNS];
    const T *p[ROWS];
    UNROLL for (int i = 0; i < rows; i++) {
        p[i] = a + row[i];
        UNROLL for (int j = 0; j < columns; j++) {
            if (start) sum[i][j] = start[i] + (Vector){0};
            else sum[i][j] = *(const Vector *)(out + i * pitch + j * LANES);
        }
    }
    for (int t = 0; t < n; t++) {
        const ptrdiff_t here = at[t];
        UNROLL for (int j = 0; j < columns; j++) v[j] = *(const Vector *)(b + from[t] + j * LANES);
        UNROLL for (int i = 0; i < rows; i++) {
            const T factor = p[i][here];
            UNROLL for (int j = 0; j < columns; j++) sum[i][j] += factor * v[j];
        }
    }
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < columns; j++) *(Vector *)(out + i * pitch + j * LANES) = sum[i][j];
}

#define TILE(r, c) case (r) * 4 + (c): NAME(tile)(r, c, a, row, at, b, from, n, out, pitch, start); break;
#if COLUMNS == 3
#define TILES(r) TILE(r, 1) TILE(r, 2) TILE(r, 3)
#else
#define TILES(r) TILE(r, 1) TILE(r, 2)
#endif
static void NAME(any_tile)(int rows, int columns, const T *a, const ptrdiff_t *row, const ptrdiff_t *at,
                           const T *b, const ptrdiff_t *from, int n, T *out, ptrdiff_t pitch, const T *start)
{
    switch (rows * 4 + columns) {
        TILES(1) TILES(2) TILES(3) TILES(4)
#if ROWS == 8
        TILES(5) TILES(6) TILES(7) TILES(8)
#endif
    }
}

/* The same for any number of rows and columns, cut into tiles as equal as can be. */
static void NAME(product)(int rows, int columns, const T *a, const ptrdiff_t *row, const ptrdiff_t *at,
                          const T *b, const ptrdiff_t *from, int n, T *out, ptrdiff_t pitch, const T *start)
{
    for (int i = 0, height; i < rows; i += height) {
        height = CEIL(rows - i, CEIL(rows - i, ROWS));
        for (int j = 0, width; j < columns; j += width) {
            width = CEIL(columns - j, CEIL(columns - j, COLUMNS));
            NAME(any_tile)(height, width, a, row + i, at, b + j * LANES, from, n,
                           out + i * pitch + j * LANES, pitch, start ? start + i : NULL);
        }
    }
}

/* Whether n numbers from here on, in whole vectors, lie within x. */
INLINE int NAME(inside)(const Job *j, const T *from, ptrdiff_t n)
{
    return from >= (const T *)j->x_begin && from + CEIL(n, LANES) * LANES <= (const T *)j->x_end;
}

/* Every second number of a and of b. */
INLINE Vector NAME(evens)(Vector a, Vector b)
{
#ifdef __clang__
    Vector even;
    UNROLL for (int i = 0; i < LANES; i++) even[i] = i < LANES / 2 ? a[2 * i] : b[2 * i - LANES];
    return even;
#else
    Index places;
    UNROLL for (int i = 0; i < LANES; i++) places[i] = 2 * i;
    return __builtin_shuffle(a, b, places);
#endif
}

/* to[r * to_pitch + i] = from[r * pitch + i * step] for all r < lines and first <= i < n. Whole vectors are quicker
   than an exact end, so up to LANES - 1 numbers behind it are overwritten too; but nothing outside of x is read. */
INLINE void NAME(copy_lines)(const Job *j, const T *from, ptrdiff_t pitch, ptrdiff_t step, int lines, int first, int n,
                             T *to, int to_pitch)
{
    const ptrdiff_t reach = step == 1 ? n : 2 * (n + LANES), last = (lines - 1) * pitch;
    const int inside = NAME(inside)(j, from, reach) && NAME(inside)(j, from + last, reach);
    for (int r = 0; r < lines; r++, from += pitch, to += to_pitch)
        if (inside && step == 1)
            for (int i = 0; i < n; i += LANES) *(Vector *)(to + i) = *(const Vector *)(from + i);
        else if (inside && step == 2)
            for (int i = 0; i < n; i += LANES)
                *(Vector *)(to + i) = NAME(evens)(*(const Vector *)(from + 2 * i),
                                                  *(const Vector *)(from + 2 * i + LANES));
        else
            for (int i = first; i < n; i++) to[i] = from[i * step];
}

INLINE void NAME(clear_column)(T *to, int lines, int pitch)
{
    for (int r = 0; r < lines; r++, to += pitch) *to = 0;
}

/* Fill the copies (see kernels.h) for channels and for rows output rows, from output row y on. x: the first channel.
   Places are filled in the order of memory, so that what copy_lines writes too much is overwritten. */
static void NAME(copy)(const Job *j, const T *x, int channels, int y, int rows, T *copies)
{
    const ptrdiff_t step = j->stride * j->xs[3];
    const int OW = j->OW, end = rows + (j->HH - 1) / j->stride;
    const ptrdiff_t block = (ptrdiff_t)copy_rows(j) * OW;
    const int flat = step == 1 && j->xs[2] == OW; /* all rows of x make one line */
    for (int kx = 0; kx < j->WW; kx++) {
        /* Output columns left to right - 1 meet x, the others its border; rows top to bottom - 1 likewise. */
        const int before = j->left - kx;
        const int right = MIN(OW, CEIL(MAX(j->W + before, 0), j->stride));
        const int left = MIN(right, CEIL(MAX(before, 0), j->stride));
        for (int remainder = 0; remainder < remainders(j); remainder++) {
            const int above = j->top - remainder - y * j->stride;
            const int bottom = MIN(end, CEIL(MAX(j->H + above, 0), j->stride));
            const int top = MIN(bottom, CEIL(MAX(above, 0), j->stride)), lines = bottom - top;
            const T *from = x + (top * j->stride - above) * j->xs[2] - before * j->xs[3];
            T *to = copies + place(j, 0, remainder, kx);
            CHECK(0 <= top && top <= bottom && bottom <= end && 0 <= left && left <= right && right <= OW);
            CHECK(end <= copy_rows(j) && channels <= j->channels);
            for (int c = 0; c < channels; c++, from += j->xs[1], to += block) {
                T *inner = to + top * OW;
                memset(to, 0, top * OW * sizeof(T));
                if (flat && NAME(inside)(j, from, lines * OW))
                    NAME(copy_lines)(j, from, 0, 1, 1, 0, lines * OW, inner, 0);
                else
                    NAME(copy_lines)(j, from, j->stride * j->xs[2], step, lines, left, right, inner, OW);
                for (int i = 0; i < left; i++) NAME(clear_column)(inner + i, lines, OW);
                for (int i = right; i < OW; i++) NAME(clear_column)(inner + i, lines, OW);
                memset(to + bottom * OW, 0, (end - bottom) * OW * sizeof(T));
            }
        }
    }
}

/* out[n, f, y, x] = bias[f]
                     + sum over c, ky, kx of w[f, c, ky, kx] * padded x[n, c, y * stride + ky, x * stride + kx] */
static void NAME(forward)(Job *j, char *scratch)
{
    Buffers s;
    lay_out(j, scratch, &s);
    T *copies = (T *)s.copies;
    int t = 0;
    for (int c = 0; c < j->channels; c++)
        for (int ky = 0; ky < j->HH; ky++)
            for (int kx = 0; kx < j->WW; kx++, t++) {
                s.at[t] = c * j->ws[1] + ky * j->ws[2] + kx * j->ws[3];
                s.from[t] = place(j, c, ky, kx);
                CHECK(s.from[t] + j->rows * j->OW <= place(j, 0, 0, j->WW));
            }
    for (int f = 0; f < j->filters; f++) s.row[f] = f * j->ws[0];

    for (int task; (task = NEXT(j)) < j->tasks;) {
        const int f = task % j->blocks * j->filters, filters = MIN(j->filters, j->F - f);
        const int y = task / j->blocks % j->bands * j->rows, rows = MIN(j->rows, j->OH - y);
        const int n = task / j->blocks / j->bands, pixels = rows * j->OW, columns = CEIL(pixels, LANES);
        T *out = (T *)j->out + n * j->os[0] + f * j->os[1] + y * j->os[2];
        /* Where pixels of out lie side by side and fill whole vectors, sums can stay there from the start. */
        const int flat = j->os[3] == 1 && j->os[2] == j->OW, direct = flat && pixels % LANES == 0;
        T *sums = direct ? out : (T *)s.result;
        const ptrdiff_t pitch = direct ? j->os[1] : columns * LANES;
        for (int c = 0; c < j->C; c += j->channels) {
            const int channels = MIN(j->channels, j->C - c);
            NAME(copy)(j, (const T *)j->x + n * j->xs[0] + c * j->xs[1], channels, y, rows, copies);
            NAME(product)(filters, columns, (const T *)j->w + f * j->ws[0] + c * j->ws[1], s.row, s.at, copies, s.from,
                          channels * j->HH * j->WW, sums, pitch, c ? NULL : (const T *)j->bias + f);
        }
        if (direct) continue;
        for (int i = 0; i < filters; i++) {
            const T *from = sums + i * pitch;
            T *to = out + i * j->os[1];
            if (flat) memcpy(to, from, pixels * sizeof(T));
            else
                for (int r = 0; r < rows; r++, from += j->OW, to += j->os[2])
                    for (int q = 0; q < j->OW; q++) to[q * j->os[3]] = from[q];
        }
    }
}

/* low, high = a0 b0 a1 b1 ... */
INLINE void NAME(zip)(Vector a, Vector b, Vector *low, Vector *high)
{
#ifdef __clang__
    UNROLL for (int i = 0; i < LANES; i++) {
        ((T *)low)[i] = i % 2 ? b[i / 2] : a[i / 2];
        ((T *)high)[i] = i % 2 ? b[(i + LANES) / 2] : a[(i + LANES) / 2];
    }
#else
    Index first;
    UNROLL for (int i = 0; i < LANES; i++) first[i] = i / 2 + i % 2 * LANES;
    *low = __builtin_shuffle(a, b, first);
    *high = __builtin_shuffle(a, b, first + LANES / 2);
#endif
}

/* Transpose LANES by LANES numbers within registers; rows that are not there count as 0. Interleaving the first half of
   the rows with the second half, a0 b0 a1 b1 ..., rotates the bits of each number's place (row, column) by one; after
   log2(LANES) times rows and columns have changed places. */
INLINE void NAME(square)(const T *from, ptrdiff_t from_pitch, int rows, T *to, ptrdiff_t to_pitch)
{
    Vector v[LANES], mixed[LANES];
    UNROLL for (int i = 0; i < LANES; i++) v[i] = i < rows ? *(const Vector *)(from + i * from_pitch) : (Vector){0};
    UNROLL for (int done = 1; done < LANES; done *= 2) {
        UNROLL for (int i = 0; i < LANES / 2; i++) NAME(zip)(v[i], v[i + LANES / 2], &mixed[2 * i], &mixed[2 * i + 1]);
        UNROLL for (int i = 0; i < LANES; i++) v[i] = mixed[i];
    }
    UNROLL for (int i = 0; i < LANES; i++) *(Vector *)(to + i * to_pitch) = v[i];
}

/* to[q][i] = from[i][q] for i < m, q < n. Squares at an end overlap those before, so nothing beyond n is read; beyond m
   the last vector of each row becomes 0, or with exact stays as it is. */
INLINE void NAME(transpose)(const T *from, ptrdiff_t plane, int m, int n, T *to, ptrdiff_t pitch, const int exact)
{
    if (n < LANES || (exact && m < LANES)) {
        const int end = exact ? m : CEIL(m, LANES) * LANES;
        for (int q = 0; q < n; q++)
            for (int i = 0; i < end; i++) to[q * pitch + i] = i < m ? from[i * plane + q] : 0;
        return;
    }
    for (int i = 0; i < m; i += LANES) {
        const int row = exact ? MIN(i, m - LANES) : i;
        for (int q = 0; q < n; q += LANES) {
            const int column = MIN(q, n - LANES);
            NAME(square)(from + row * plane + column, plane, m - row, to + column * pitch + row, pitch);
        }
    }
}

/* dw[f, c, ky, kx] = sum over n, y, x of dout[n, f, y, x] * padded x[n, c, y * stride + ky, x * stride + kx], and
   db[f] = sum of dout[n, f, y, x]: the gradient of a weight that always meets 1. */
static void NAME(gradient)(Job *j, char *scratch)
{
    Buffers s;
    const int width = CEIL(j->F, LANES) * LANES, field = j->HH * j->WW;
    lay_out(j, scratch, &s);
    T *copies = (T *)s.copies, *sums = (T *)s.result, *turned = (T *)s.turned, *ones = (T *)s.ones;
    const ptrdiff_t plane = (ptrdiff_t)j->OH * j->OW, image = place(j, 0, 0, j->WW); /* all copies of one image */

    for (int task; (task = NEXT(j)) < j->tasks;) {
        const int chunk = task % j->chunks, group = task / j->chunks;
        const int c = chunk * j->channels, channels = MIN(j->channels, j->C - c), taps = channels * field;
        /* A group is a run of parts; a part is some rows of some images. */
        const int parts = CEIL(j->N, j->images) * j->bands;
        const int begin = (int)((ptrdiff_t)parts * group / j->groups);
        const int end = (int)((ptrdiff_t)parts * (group + 1) / j->groups);
        for (int t = 0; t < taps; t++) s.row[t] = place(j, t / field, t / j->WW % j->HH, t % j->WW);
        s.row[taps] = ones - copies;
        CHECK(taps == 0 || s.row[taps - 1] + j->rows * j->OW <= image);
        memset(sums, 0, (size_t)(taps + 1) * width * sizeof(T));
        for (int part = begin; part < end; part++) {
            const int y = part % j->bands * j->rows, rows = MIN(j->rows, j->OH - y), pixels = rows * j->OW;
            const int first = part / j->bands * j->images, images = MIN(j->images, j->N - first);
            for (int n = 0; n < images; n++) {
                NAME(copy)(j, (const T *)j->x + (first + n) * j->xs[0] + c * j->xs[1], channels, y, rows,
                           copies + n * image);
                for (int q = 0; q < pixels; q++) s.at[n * pixels + q] = n * image + q, ones[n * image + q] = 1;
            }
            for (int f = 0, panel; f < width; f += panel) {
                const int left = (width - f) / LANES;
                panel = CEIL(left, CEIL(left, COLUMNS)) * LANES;
                for (int n = 0; n < images; n++)
                    NAME(transpose)((const T *)j->dout + ((ptrdiff_t)(first + n) * j->F + f) * plane + y * j->OW, plane,
                                    MIN(panel, j->F - f), pixels, turned + (ptrdiff_t)n * pixels * panel, panel, 0);
                for (int q = 0; q < images * pixels; q++) s.from[q] = q * panel;
                CHECK(images * pixels * panel * sizeof(T) <= (size_t)((char *)s.ones - (char *)turned));
                NAME(product)(taps + (chunk == 0), panel / LANES, copies, s.row, s.at, turned, s.from, images * pixels,
                              sums + f, width, NULL);
            }
        }
        T *dw = (T *)j->out + ((ptrdiff_t)group * j->F * j->C + c) * field, *db = (T *)j->db + (ptrdiff_t)group * j->F;
        NAME(transpose)(sums, width, taps, j->F, dw, (ptrdiff_t)j->C * field, 1);
        if (chunk == 0) memcpy(db, sums + (ptrdiff_t)taps * width, j->F * sizeof(T));
    }
}

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

#include "winograd_template.h"
#include "gates_template.h"

#undef Vector
#undef Index
#undef LANES
#undef TILE
#undef TILES
#undef TRANSFORM
#undef T
#undef INDEX
#undef NAME
