/* The one function that does the arithmetic of all convolutions: a tile of sums. Part of kernels_template.h. */

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

#undef TILE
#undef TILES
