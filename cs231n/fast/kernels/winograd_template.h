/* Winograd's convolution for one number type and one instruction set: see winograd.h. Part of kernels_template.h. */

/* One side of each transform: the numbers of d, and of the result o, are step apart. */
INLINE void NAME(side_V)(const Vector *d, Vector *o, int step) /* B' */
{
    o[0] = d[0] - d[2 * step], o[step] = d[step] + d[2 * step];
    o[2 * step] = d[2 * step] - d[step], o[3 * step] = d[step] - d[3 * step];
}

INLINE void NAME(side_U)(const Vector *d, Vector *o, int step) /* G */
{
    const Vector even = (d[0] + d[2 * step]) * (T)0.5, odd = d[step] * (T)0.5;
    o[0] = d[0], o[step] = even + odd, o[2 * step] = even - odd, o[3 * step] = d[2 * step];
}

INLINE void NAME(side_Y)(const Vector *d, Vector *o, int step) /* A' */
{
    o[0] = d[0] + d[step] + d[2 * step], o[step] = d[step] - d[2 * step] - d[3 * step];
}

INLINE void NAME(side_E)(const Vector *d, Vector *o, int step) /* A */
{
    o[0] = d[0], o[step] = d[0] + d[step], o[2 * step] = d[0] - d[step], o[3 * step] = -d[step];
}

INLINE void NAME(side_dg)(const Vector *d, Vector *o, int step) /* G' */
{
    const Vector even = (d[step] + d[2 * step]) * (T)0.5, odd = (d[step] - d[2 * step]) * (T)0.5;
    o[0] = d[0] + even, o[step] = odd, o[2 * step] = even + d[3 * step];
}

/* Both sides: a tile of m x m vectors to one of n x n. */
#define TRANSFORM(name, m, n) \
    INLINE void NAME(transform_##name)(const Vector *d, Vector *o) \
    { \
        Vector half[n * m]; \
        UNROLL for (int i = 0; i < m; i++) NAME(side_##name)(d + i, half + i, m); \
        UNROLL for (int i = 0; i < n; i++) NAME(side_##name)(half + i * m, o + i * n, 1); \
    }
TRANSFORM(V, 4, 4)
TRANSFORM(U, 3, 4)
TRANSFORM(Y, 4, 2)
TRANSFORM(E, 2, 4)
TRANSFORM(dg, 4, 3)

/* The next panel of filters: as many vectors of the width - f that are left as make equal panels. */
INLINE int NAME(panel)(int width, int f)
{
    const int left = (width - f) / LANES;
    return CEIL(left, CEIL(left, COLUMNS)) * LANES;
}

/* V of all tiles of image n of x, for channels from c on: rows y - top and following of it, tile number first first. */
static void NAME(winograd_V)(const Job *j, const Winograd *s, int n, int c, int channels, int y, int first)
{
    const int top = MAX(0, y - j->top), height = MIN(j->H, y - j->top + lines(j)) - top, wide = (int)s->wide;
    const T *x = (const T *)j->x + n * j->xs[0] + c * j->xs[1] + top * j->W;
    T *pixels = (T *)s->x, *V = (T *)s->V + (ptrdiff_t)first * pieces(j) * wide;
    memset(pixels, 0, wide * sizeof(T));
    CHECK(((size_t)MAX(height, 0) * j->W + 1) * wide * sizeof(T) <= (size_t)((char *)s->V - (char *)pixels));
    CHECK(channels <= wide && first + tiles(j) <= tiles(j) * j->images);
    if (height > 0) NAME(transpose)(x, j->xs[1], channels, height * j->W, pixels + wide, wide, 0);
    for (int t = 0; t < tiles(j) * pieces(j); t++, V += wide) {
        const int *place = s->place + 16 * t;
        for (int k = 0; k < 16; k++) CHECK(0 <= place[k] && place[k] <= MAX(height, 0) * j->W);
        for (int l = 0; l < channels; l += LANES) {
            Vector d[16], v[16];
            UNROLL for (int k = 0; k < 16; k++) d[k] = *(const Vector *)(pixels + (ptrdiff_t)place[k] * wide + l);
            NAME(transform_V)(d, v);
            UNROLL for (int k = 0; k < 16; k++) *(Vector *)(V + k * s->V_plane + l) = v[k];
        }
    }
}

/* U[panel][k][piece][channel][filter] of all channels, for filters from f on; and their biases. */
static void NAME(winograd_U)(const Job *j, const Winograd *s, int f, int filters)
{
    const int width = CEIL(filters, LANES) * LANES, taps = pieces(j) * j->C;
    T *bias = (T *)s->bias;
    for (int i = 0; i < width; i++) bias[i] = i < filters ? ((const T *)j->bias)[f + i] : 0;
    for (int i = 0, panel; i < width; i += panel) {
        panel = NAME(panel)(width, i);
        T *U = (T *)s->U + (ptrdiff_t)16 * taps * i;
        for (int t = 0; t < taps; t++)
            for (int l = 0; l < panel; l += LANES) {
                const T *w = (const T *)j->w + (f + i + l) * j->ws[0] + t % j->C * j->ws[1];
                const int there = MIN(LANES, filters - i - l);
                Vector g[9] = {{0}}, u[16];
                for (int k = 0; k < 9; k++) {
                    const int piece = t / j->C;
                    const int ky = piece / pieces_across(j) * 3 + k / 3, kx = piece % pieces_across(j) * 3 + k % 3;
                    if (ky < j->HH && kx < j->WW)
                        for (int m = 0; m < there; m++)
                            ((T *)g)[k * LANES + m] = w[m * j->ws[0] + ky * j->ws[2] + kx * j->ws[3]];
                }
                NAME(transform_U)(g, u);
                UNROLL for (int k = 0; k < 16; k++) *(Vector *)(U + ((ptrdiff_t)k * taps + t) * panel + l) = u[k];
            }
    }
}

/* Pixel rows y and following of filters f and following in image n of out, from the products M of one panel. */
static void NAME(winograd_Y)(const Job *j, const Winograd *s, const T *M, ptrdiff_t M_plane, int panel,
                             const T *bias, int n, int f, int filters, int y)
{
    const int rows = MIN(j->rows, j->OH - y), across = tiles_across(j);
    T *pixels = (T *)s->y;
    CHECK((size_t)rows * j->OW * panel * sizeof(T) <= (size_t)((char *)s->bias - (char *)pixels));
    CHECK(0 < rows && 0 < filters && filters <= panel);
    for (int t = 0; t < CEIL(rows, 2) * across; t++, M += panel) {
        const int row = t / across * 2, column = t % across * 2;
        T *to = pixels + ((ptrdiff_t)row * j->OW + column) * panel;
        for (int l = 0; l < panel; l += LANES) {
            Vector m[16], sum[4];
            UNROLL for (int k = 0; k < 16; k++) m[k] = *(const Vector *)(M + k * M_plane + l);
            NAME(transform_Y)(m, sum);
            UNROLL for (int k = 0; k < 4; k++)
                if (row + k / 2 < rows && column + k % 2 < j->OW)
                    *(Vector *)(to + (k / 2 * j->OW + k % 2) * panel + l) = sum[k] + *(const Vector *)(bias + l);
        }
    }
    NAME(transpose)(pixels, panel, rows * j->OW, filters, (T *)j->out + n * j->os[0] + f * j->os[1] + y * j->os[2],
                    j->os[1], 1);
}

/* As `forward` in convolution_template.h. */
static void NAME(winograd)(Job *j, char *scratch)
{
    Winograd s;
    winograd_parts(j, scratch, &s);
    const int parts = CEIL(j->N, j->images), taps = pieces(j) * j->C;
    int block = -1, band = -1;
    memset(s.zeros, 0, j->images * tiles(j) * sizeof(T));
    for (int task; (task = NEXT(j)) < j->tasks;) {
        const int f = task / parts / j->bands * j->filters, filters = MIN(j->filters, j->F - f);
        const int y = task / parts % j->bands * j->rows, first = task % parts * j->images;
        const int images = MIN(j->images, j->N - first), width = CEIL(filters, LANES) * LANES;
        const int n = images * tiles(j);
        if (f != block) NAME(winograd_U)(j, &s, block = f, filters);
        if (y != band) winograd_places(j, band = y, &s);
        for (int c = 0; c < j->C; c += j->channels) {
            const int channels = MIN(j->channels, j->C - c);
            for (int i = 0; i < n; i++) s.row[i] = i * pieces(j) * s.wide;
            for (int i = 0; i < images; i++) NAME(winograd_V)(j, &s, first + i, c, channels, y, i * tiles(j));
            for (int i = 0, panel; i < width; i += panel) {
                panel = NAME(panel)(width, i);
                T *M = (T *)s.M + (ptrdiff_t)16 * (tiles(j) * j->images + 1) * i;
                CHECK((char *)(M + 16 * ((ptrdiff_t)n * panel + LANES)) <= (char *)s.y);
                CHECK((char *)((T *)s.U + (ptrdiff_t)16 * taps * (i + panel)) <= (char *)s.M);
                for (int t = 0; t < pieces(j) * channels; t++) {
                    s.at[t] = t / channels * s.wide + t % channels;
                    s.from[t] = ((ptrdiff_t)t / channels * j->C + t % channels) * panel;
                }
                const ptrdiff_t M_plane = (ptrdiff_t)n * panel + LANES, U_plane = (ptrdiff_t)taps * panel;
                const T *U = (T *)s.U + (ptrdiff_t)16 * taps * i + c * panel;
                for (int k = 0; k < 16; k++)
                    NAME(product)(n, panel / LANES, (T *)s.V + k * s.V_plane, s.row, s.at, U + k * U_plane, s.from,
                                  pieces(j) * channels, M + k * M_plane, panel, c ? NULL : (T *)s.zeros);
            }
        }
        for (int i = 0, panel; i < width; i += panel) {
            panel = NAME(panel)(width, i);
            const T *M = (T *)s.M + (ptrdiff_t)16 * (tiles(j) * j->images + 1) * i;
            for (int k = 0; k < images; k++)
                NAME(winograd_Y)(j, &s, M + (ptrdiff_t)k * tiles(j) * panel, (ptrdiff_t)n * panel + LANES, panel,
                                 (T *)s.bias + i, first + k, f + i, MIN(panel, filters - i), y);
        }
    }
}

/* E of all tiles of image n of dout, for a panel of filters from f on; the sums of dout are added to db, if given. */
static void NAME(winograd_E)(const Job *j, const Winograd *s, int n, int f, int panel, int y, T *E, ptrdiff_t E_plane,
                             T *db)
{
    const int rows = MIN(j->rows, j->OH - y), across = tiles_across(j), filters = MIN(panel, j->F - f);
    const ptrdiff_t plane = (ptrdiff_t)j->OH * j->OW;
    T *pixels = (T *)s->y;
    CHECK((size_t)rows * j->OW * panel * sizeof(T) <= (size_t)((char *)s->bias - (char *)pixels));
    NAME(transpose)((const T *)j->dout + ((ptrdiff_t)n * j->F + f) * plane + y * j->OW, plane, filters, rows * j->OW,
                    pixels, panel, 0);
    for (int l = 0; l < panel && db; l += LANES) {
        Vector sum = {0};
        for (int q = 0; q < rows * j->OW; q++) sum += *(const Vector *)(pixels + (ptrdiff_t)q * panel + l);
        *(Vector *)(db + l) += sum;
    }
    for (int t = 0; t < tiles(j); t++, E += panel) {
        const int row = t / across * 2, column = t % across * 2;
        const T *from = pixels + ((ptrdiff_t)row * j->OW + column) * panel;
        for (int l = 0; l < panel; l += LANES) {
            Vector d[4] = {{0}}, e[16];
            UNROLL for (int k = 0; k < 4; k++)
                if (row + k / 2 < rows && column + k % 2 < j->OW)
                    d[k] = *(const Vector *)(from + (k / 2 * j->OW + k % 2) * panel + l);
            NAME(transform_E)(d, e);
            UNROLL for (int k = 0; k < 16; k++) *(Vector *)(E + k * E_plane + l) = e[k];
        }
    }
}

/* As `gradient` in convolution_template.h. */
static void NAME(winograd_gradient)(Job *j, char *scratch)
{
    Winograd s;
    winograd_parts(j, scratch, &s);
    const int width = CEIL(j->F, LANES) * LANES;
    T *M = (T *)s.M, *bias = (T *)s.bias;
    int band = -1;
    for (int task; (task = NEXT(j)) < j->tasks;) {
        const int chunk = task % j->chunks, group = task / j->chunks;
        const int c = chunk * j->channels, channels = MIN(j->channels, j->C - c);
        const int parts = CEIL(j->N, j->images) * j->bands;
        const int begin = (int)((ptrdiff_t)parts * group / j->groups);
        const int end = (int)((ptrdiff_t)parts * (group + 1) / j->groups);
        const int taps = pieces(j) * channels;
        const ptrdiff_t M_plane = (ptrdiff_t)taps * width;
        memset(M, 0, 16 * M_plane * sizeof(T));
        memset(bias, 0, width * sizeof(T));
        for (int i = 0; i < taps; i++) s.row[i] = i / channels * s.wide + i % channels;
        for (int part = begin; part < end; part++) {
            const int y = part % j->bands * j->rows, first = part / j->bands * j->images;
            const int images = MIN(j->images, j->N - first), n = images * tiles(j);
            if (y != band) winograd_places(j, band = y, &s);
            for (int i = 0; i < images; i++) NAME(winograd_V)(j, &s, first + i, c, channels, y, i * tiles(j));
            for (int i = 0; i < n; i++) s.at[i] = i * pieces(j) * s.wide;
            for (int f = 0, panel; f < width; f += panel) {
                panel = NAME(panel)(width, f);
                const ptrdiff_t E_plane = (ptrdiff_t)n * panel + LANES;
                T *E = (T *)s.E;
                CHECK(16 * E_plane * sizeof(T) <= (size_t)((char *)s.M - (char *)E));
                for (int i = 0; i < images; i++)
                    NAME(winograd_E)(j, &s, first + i, f, panel, y, E + (ptrdiff_t)i * tiles(j) * panel, E_plane,
                                     chunk == 0 ? bias + f : NULL);
                for (int i = 0; i < n; i++) s.from[i] = i * panel;
                for (int k = 0; k < 16; k++)
                    NAME(product)(taps, panel / LANES, (T *)s.V + k * s.V_plane, s.row, s.at, E + k * E_plane,
                                  s.from, n, M + k * M_plane + f, width, NULL);
            }
        }
        T *dw = (T *)j->out + ((ptrdiff_t)group * j->F * j->C + c) * j->HH * j->WW;
        T *db = (T *)j->db + (ptrdiff_t)group * j->F;
        for (int i = 0; i < taps; i++)
            for (int f = 0; f < width; f += LANES) {
                Vector m[16], dg[9];
                UNROLL for (int k = 0; k < 16; k++) m[k] = *(const Vector *)(M + k * M_plane + i * width + f);
                NAME(transform_dg)(m, dg);
                for (int k = 0; k < 9; k++) {
                    const int piece = i / channels;
                    const int ky = piece / pieces_across(j) * 3 + k / 3, kx = piece % pieces_across(j) * 3 + k % 3;
                    T *to = dw + (((ptrdiff_t)f * j->C + i % channels) * j->HH + ky) * j->WW + kx;
                    for (int l = 0; l < MIN(LANES, j->F - f) && ky < j->HH && kx < j->WW; l++)
                        to[(ptrdiff_t)l * j->C * j->HH * j->WW] = dg[k][l];
                }
            }
        if (chunk == 0) memcpy(db, bias, j->F * sizeof(T));
    }
}

#undef TRANSFORM
