/* Convolution by its definition, with the copies and the tiles of kernels.h, and its gradient on the filters. Part of
   kernels_template.h. */

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
