/* Rows and columns change places, within registers. Part of kernels_template.h. */

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
