/* Convolution with 3x3 filters and stride 1 in 16 multiplications where 36 are usual: what does not depend on
   number type or instruction set. The arithmetic is in winograd_template.h.

   Two neighbouring sums of a filter g with a row d take 6 multiplications, but 4 are enough (Winograd):

        d0 g0 + d1 g1 + d2 g2  =  m0 + m1 + m2       m0 = (d0 - d2) g0       m1 = (d1 + d2) (g0 + g1 + g2) / 2
        d1 g0 + d2 g1 + d3 g2  =  m1 - m2 - m3       m3 = (d1 - d3) g2       m2 = (d2 - d1) (g0 - g1 + g2) / 2

   As matrices: y = A'((G g) * (B' d)), with * number by number and ' for transposed. Used on the columns and then on
   the rows of a picture, it makes a tile of 2 x 2 outputs of a tile of 4 x 4 inputs:

        Y = A' [U * V] A,   U = G g G',   V = B' d B                                    16 numbers each of U and V

   The sum over channels can be taken before A, so for each of the 16 places there is one matrix product, and the
   transforms are paid once a tile instead of once a tile and filter (Lavin and Gray, "Fast algorithms for
   convolutional neural networks", 2016, F(2x2, 3x3)). The chain rule through this formula gives the gradient of the
   filters, with 16 multiplications instead of 36 again:

        dg = G' [E * V] G,  E = A dY A'                                                 summed over all tiles

   and dx is a convolution of dout with the flipped filters, as ever. A larger filter is a sum of 3x3 pieces (zeros fill
   the last ones), and one of 5x5 still has 64 multiplications instead of 100: the pieces count as further channels,
   whose pictures are shifted by 3.

   In the scratch everything has the channels or filters innermost, so that vectors run along them and no tile or width
   of a picture is special. `tile` of tile_template.h does the products:

        operation   out            i         t         a            b
        forward     M[k][i][q]     tile      channel   V[k][i][t]   U[k][t][q]      q: filter
        dw          M[k][i][q]     channel   tile      V[k][t][i]   E[k][t][q]

   It is done where it pays: see `plan_winograd`, which also keeps the scratch within 2 MB. Rounding errors are those of
   the direct sums; but an infinite pixel makes NaN of its whole tile, as in other libraries with this method. */

#ifndef CS231N_WINOGRAD_H
#define CS231N_WINOGRAD_H
#include "job.h"

/* What the transforms need to be few against the products, measured: so many channels, filters (at least two vectors)
   and products a place; and tiles for dw, where 16 sums of all channels and filters are turned into 9 at the end. From
   32 channels and filters on it saves 15 to 40 per cent of the time, with 64 and more 35 to 50; half for filters of
   5x5, where it saves 9 of 25 multiplications. */
enum { LEAST_CHANNELS = 16, LEAST_VECTORS = 2, LEAST_TILES = 300 };

/* Bytes of V and of M for forward, where both have a part of so many channels; tiles at least; bytes of U, or of M for
   dw. Measured; a factor of 2 either way costs a few per cent. A job that needs more than LIMIT is not for us. */
enum { TRANSFORMED = 400 * 1024, AT_ONCE = 48, KEPT = 1024 * 1024, LIMIT = 2 * 1024 * 1024 };

/* The parts of a thread's scratch. */
typedef struct {
    void *x, *V, *U, *E, *M, *y;     /* x and y: pixels by channels */
    void *bias, *zeros;              /* bias of all filters of a block; what sums begin with */
    int *place;                      /* for each tile its 16 pixels in x; number 0 is outside of the picture */
    ptrdiff_t *row, *at, *from;      /* the tables of `tile` */
    ptrdiff_t wide, V_plane;         /* numbers of a pixel of x; numbers between V[k] and V[k + 1] */
} Winograd;

static int tiles_across(const Job *j) { return CEIL(j->OW, 2); }
static int pieces_across(const Job *j) { return CEIL(j->WW, 3); }
static int pieces(const Job *j) { return CEIL(j->HH, 3) * pieces_across(j); }
static int lines(const Job *j) { return j->rows + j->HH - 1; } /* of x that a band needs */
static int tiles(const Job *j) { return CEIL(j->rows, 2) * tiles_across(j); } /* of one image */

/* Cut scratch into its parts; return the bytes needed. Planes are a vector apart from each other, or all 16 of them
   would fall on the same few places of the cache. */
static size_t winograd_parts(const Job *j, char *scratch, Winograd *s)
{
    char *end = scratch;
    const int gradient = j->dout != NULL, lanes = j->lanes;
    const size_t n = (size_t)tiles(j) * j->images, wide = CEIL(j->channels, lanes) * lanes;
    const size_t width = CEIL(gradient ? j->F : j->filters, lanes) * lanes;
    const size_t taps = (size_t)pieces(j) * j->channels;
    s->wide = wide, s->V_plane = n * pieces(j) * wide + lanes;
    s->x = take_bytes(&end, ((size_t)lines(j) * j->W + 1) * wide * j->size);
    s->V = take_bytes(&end, 16 * s->V_plane * j->size);
    s->U = take_bytes(&end, gradient ? 0 : 16 * (size_t)pieces(j) * j->C * width * j->size);
    s->E = take_bytes(&end, gradient ? 16 * (n + 1) * WIDEST : 0);
    s->M = take_bytes(&end, 16 * (gradient ? taps : n + 1) * width * j->size);
    s->y = take_bytes(&end, ((size_t)j->rows * j->OW + 1) * WIDEST);
    s->bias = take_bytes(&end, width * j->size);
    s->zeros = take_bytes(&end, n * j->size);
    s->place = (int *)take_bytes(&end, 16 * (size_t)tiles(j) * pieces(j) * sizeof(int));
    s->row = (ptrdiff_t *)take_bytes(&end, MAX(n, taps) * sizeof(ptrdiff_t));
    s->at = (ptrdiff_t *)take_bytes(&end, MAX(n, taps) * sizeof(ptrdiff_t));
    s->from = (ptrdiff_t *)take_bytes(&end, MAX(n, taps) * sizeof(ptrdiff_t));
    return end - scratch;
}

/* Cut a forward or gradient job into tasks; return whether this is the quicker way to do it. */
static int plan_winograd(Job *j)
{
    const int gradient = j->dout != NULL, across = tiles_across(j), down = CEIL(j->OH, 2), lanes = j->lanes;
    const int least = MAX(LEAST_CHANNELS, LEAST_VECTORS * lanes);
    if (j->stride != 1 || pieces(j) > 4 || 6 * pieces(j) > j->HH * j->WW /* a third of the multiplications saved */
        || j->C < LEAST_CHANNELS || MIN(j->C * pieces(j), j->F) < least
        || (gradient && (ptrdiff_t)j->N * down * across < LEAST_TILES)
        || j->xs[3] != 1 || j->xs[2] != j->W || (!gradient && (j->os[3] != 1 || j->os[2] != j->OW))) /* no gaps */
        return 0;
    const ptrdiff_t vector = 16 * lanes * j->size, most = TRANSFORMED / AT_ONCE; /* bytes of one tile */
    /* U has all channels and a block of the filters; M of dw has all filters and a chunk of the channels. */
    j->channels = lanes * part(CEIL(j->C, lanes), gradient ? MIN(most, KEPT / j->F) : most, vector * pieces(j));
    j->filters = gradient ? j->F : lanes * part(CEIL(j->F, lanes), MIN(most, KEPT / (j->C * pieces(j))), vector);
    j->blocks = CEIL(j->F, j->filters);
    const int n = (int)(TRANSFORMED / (16 * j->size * MAX(pieces(j) * j->channels, gradient ? 0 : j->filters)));
    j->rows = 2 * MIN(part(down, n, across), CEIL(down, CEIL(TASKS, j->N)));
    j->bands = CEIL(down, j->rows / 2);
    if (j->bands == 1) j->images = MAX(1, MIN(n / (across * down), j->N / TASKS));
    if (gradient) gradient_tasks(j, LEAST_VECTORS * lanes);
    else j->tasks = CEIL(j->N, j->images) * j->bands * j->blocks;
    Winograd unused;
    j->scratch = winograd_parts(j, NULL, &unused) + 64;
    return j->scratch <= LIMIT;
}

/* Where the pixels of each tile lie in s->x, which has the rows of x from y - top on; see place in Winograd. */
static void winograd_places(const Job *j, int y, const Winograd *s)
{
    const int first = MAX(0, y - j->top), last = MIN(j->H, y - j->top + lines(j)), across = tiles_across(j);
    int *place = s->place;
    for (int t = 0; t < tiles(j); t++)
        for (int p = 0; p < pieces(j); p++)
            for (int k = 0; k < 16; k++) {
                const int row = y - j->top + t / across * 2 + p / pieces_across(j) * 3 + k / 4;
                const int column = t % across * 2 + p % pieces_across(j) * 3 + k % 4 - j->left;
                const int inside = first <= row && row < last && 0 <= column && column < j->W;
                *place++ = inside ? 1 + (row - first) * j->W + column : 0;
            }
}

#endif
