/* The copies of an image, one a filter column, that take the place of im2col (see kernels.h). Part of
   kernels_template.h. */

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
