/* Convolution with 3x3 filters and stride 1 in 16 multiplications a channel where 36 are usual: what does not depend on
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

   and dx is a convolution of dout with the flipped filters, as ever.

   In the scratch everything has the channels or filters innermost, so that vectors run along them and no tile or width
   of a picture is special. `tile` of template.h does the products:

        operation   out            i         t         a            b
        forward     M[k][i][q]     tile      channel   V[k][i][t]   U[k][t][q]      q: filter
        dw          M[k][i][q]     channel   tile      V[k][t][i]   E[k][t][q]

   It pays where the transforms are few against the products: see `winograd_pays`. Rounding errors are those of the
   direct sums; but an infinite pixel makes NaN of its whole tile, as in other libraries with this method. */

/* Channels and filters from which it is quicker, and tiles for dw, where 16 products of all channels with all filters
   are turned into 9 at the end. Measured: with half as many, the transforms eat up what is saved. With 32 it saves 15
   to 40 per cent of the time, with 64 and more 35 to 50. */
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
static int tiles(const Job *j) { return CEIL(j->rows, 2) * tiles_across(j); } /* of one image */

/* Cut scratch into its parts; return the bytes needed. Planes are a vector apart from each other, or all 16 of them
   would fall on the same few places of the cache. */
static size_t winograd_parts(const Job *j, char *scratch, Winograd *s)
{
    char *end = scratch;
    const int gradient = j->dout != NULL, lanes = j->lanes;
    const size_t n = (size_t)tiles(j) * j->images, wide = CEIL(j->channels, lanes) * lanes;
    const size_t width = CEIL(gradient ? j->F : j->filters, lanes) * lanes;
    s->wide = wide, s->V_plane = n * wide + lanes;
    s->x = take_bytes(&end, ((size_t)(j->rows + 2) * j->W + 1) * wide * j->size);
    s->V = take_bytes(&end, 16 * s->V_plane * j->size);
    s->U = take_bytes(&end, gradient ? 0 : 16 * (size_t)j->C * width * j->size);
    s->E = take_bytes(&end, gradient ? 16 * (n + 1) * WIDEST : 0);
    s->M = take_bytes(&end, 16 * (gradient ? (size_t)j->channels : n + 1) * width * j->size);
    s->y = take_bytes(&end, ((size_t)j->rows * j->OW + 1) * WIDEST);
    s->bias = take_bytes(&end, width * j->size);
    s->zeros = take_bytes(&end, n * j->size);
    s->place = (int *)take_bytes(&end, 16 * tiles(j) * sizeof(int));
    s->row = (ptrdiff_t *)take_bytes(&end, MAX(n, wide) * sizeof(ptrdiff_t));
    s->at = (ptrdiff_t *)take_bytes(&end, MAX(n, wide) * sizeof(ptrdiff_t));
    s->from = (ptrdiff_t *)take_bytes(&end, MAX(n, wide) * sizeof(ptrdiff_t));
    return end - scratch;
}

/* Cut a forward or gradient job into tasks; return whether this is the quicker way to do it. */
static int plan_winograd(Job *j)
{
    const int gradient = j->dout != NULL, across = tiles_across(j), down = CEIL(j->OH, 2), lanes = j->lanes;
    if (j->HH != 3 || j->WW != 3 || j->stride != 1 || MIN(j->C, j->F) < MAX(LEAST_CHANNELS, LEAST_VECTORS * lanes)
        || (gradient && (ptrdiff_t)j->N * down * across < LEAST_TILES)
        || j->xs[3] != 1 || j->xs[2] != j->W || (!gradient && (j->os[3] != 1 || j->os[2] != j->OW))) /* no gaps */
        return 0;
    const ptrdiff_t vector = 16 * lanes * j->size, most = TRANSFORMED / AT_ONCE; /* bytes of one tile */
    /* U has all channels and a block of the filters; M of dw has all filters and a chunk of the channels. */
    const int cut = gradient ? j->C : j->F, whole = gradient ? j->F : j->C;
    const int kept = lanes * part(CEIL(cut, lanes), MIN(most, KEPT / whole), vector);
    j->channels = gradient ? kept : lanes * part(CEIL(j->C, lanes), most, vector);
    j->filters = gradient ? j->F : kept;
    j->blocks = CEIL(j->F, j->filters);
    const int n = (int)(TRANSFORMED / (16 * j->size * MAX(j->channels, gradient ? 0 : j->filters)));
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
    const int first = MAX(0, y - j->top), last = MIN(j->H, y - j->top + j->rows + 2), across = tiles_across(j);
    for (int t = 0; t < tiles(j); t++)
        for (int k = 0; k < 16; k++) {
            const int row = y - j->top + t / across * 2 + k / 4, column = t % across * 2 + k % 4 - j->left;
            const int inside = first <= row && row < last && 0 <= column && column < j->W;
            s->place[16 * t + k] = inside ? 1 + (row - first) * j->W + column : 0;
        }
}
