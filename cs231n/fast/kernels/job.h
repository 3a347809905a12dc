/* One operation on whole arrays, the parts of its scratch, and how it is cut into tasks: what all kernels share. */
#ifndef CS231N_JOB_H
#define CS231N_JOB_H
#include <stddef.h>
#include <string.h>

#if !defined(__GNUC__)
#error "These kernels need GNU vector types (gcc or clang). Without them the package runs on NumPy."
#endif

#ifdef CS231N_DEBUG /* a bounds-checked build: see setup.py */
#include <stdio.h>
#include <stdlib.h>
#define CHECK(truth) \
    ((truth) ? (void)0 : (fprintf(stderr, "%s:%d: %s is false\n", __FILE__, __LINE__, #truth), abort()))
#else
#define CHECK(truth) ((void)0)
#endif

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define CEIL(a, b) (((a) + (b) - 1) / (b))

/* One operation on whole arrays. Strides count numbers, not bytes. */
typedef struct {
    int N, C, H, W, F, HH, WW, OH, OW; /* x (N, C, H, W), w (F, C, HH, WW), out or dout (N, F, OH, OW) */
    int stride, top, left;             /* of the filter; zeros above and to the left of x (below 0: x is cut there) */
    const void *x, *w, *bias, *dout;
    void *out;                         /* out, or dw: (groups, F, C, HH, WW), to be summed over the groups */
    void *db;                          /* (groups, F) */
    int *where;                        /* position in its (H, W) plane of each maximum */
    void *arrays[7];                   /* for the gates of an LSTM, with W numbers each: see gates_template.h */
    ptrdiff_t xs[4], ws[4], os[4];     /* strides of x, w, out */
    const void *x_begin, *x_end;       /* all of x lies between these */
    int size, lanes;                   /* bytes of a number, numbers of a vector */
    int rows, bands;                   /* output rows that are worked on at once; OH is cut into so many bands */
    int channels, chunks;              /* the same for C */
    int filters, blocks;               /* the same for F */
    int images;                        /* for the gradient: small images are worked on together, this many */
    int groups;                        /* for the gradient: runs of images, or of their bands, with their own sums */
    int tasks, next;                   /* all tasks; the first that no thread has taken yet */
    int active;                        /* threads that are at work on it */
    size_t scratch;                    /* bytes that each thread needs */
} Job;

/* The parts of a thread's scratch. */
typedef struct {
    void *copies, *result;           /* copies of x; sums of a task */
    void *turned, *ones;             /* for the gradient: dout with the filters innermost; what the bias meets */
    ptrdiff_t *row, *at, *from;      /* the tables of `tile` */
} Buffers;

enum { WIDEST = 3 * 64 }; /* bytes: the most that `tile` loads from one place, so copies have this much room behind */

/* Rows of one copy with the same remainder modulo the stride, and how many remainders the filter meets. */
static int copy_rows(const Job *j) { return j->rows + (j->HH - 1) / j->stride; }
static int remainders(const Job *j) { return MIN(j->stride, j->HH); }

/* Where the numbers lie that weight (c, ky, kx) meets, c counted from the chunk's first channel. */
static ptrdiff_t place(const Job *j, int c, int ky, int kx)
{
    ptrdiff_t copy = ((ptrdiff_t)kx * remainders(j) + ky % j->stride) * j->channels + c;
    return (copy * copy_rows(j) + ky / j->stride) * j->OW;
}

static char *take_bytes(char **end, size_t bytes)
{
    char *start = *end;
    *end += CEIL(bytes, 64) * 64; /* whole cache lines, so that vectors stay aligned */
    return start;
}

/* Cut scratch into its parts; return the bytes needed. */
static size_t lay_out(const Job *j, char *scratch, Buffers *b)
{
    char *end = scratch;
    const int gradient = j->dout != NULL;
    const size_t taps = (size_t)j->channels * j->HH * j->WW + 1, image = place(j, 0, 0, j->WW);
    const size_t pixels = (size_t)CEIL(j->rows * j->OW, j->lanes) * j->lanes * j->images;
    const size_t width = CEIL(j->F, j->lanes) * j->lanes;
    b->copies = take_bytes(&end, image * j->images * j->size + WIDEST);
    b->result = take_bytes(&end, (gradient ? taps * width : j->filters * pixels) * j->size);
    b->turned = take_bytes(&end, gradient ? pixels * WIDEST : 0);
    b->ones = take_bytes(&end, gradient ? image * j->images * j->size : 0);
    b->row = (ptrdiff_t *)take_bytes(&end, (gradient ? taps : (size_t)j->filters) * sizeof(ptrdiff_t));
    b->at = (ptrdiff_t *)take_bytes(&end, MAX(taps, pixels) * sizeof(ptrdiff_t));
    b->from = (ptrdiff_t *)take_bytes(&end, MAX(taps, pixels) * sizeof(ptrdiff_t));
    return end - scratch;
}

/* Bytes of each buffer of a thread (a single row or channel may need more), tasks wanted at least, and pixels that make
   up for the time a tile of sums takes to load and store. Measured; a factor of 2 either way costs a few per cent. */
enum { CACHE = 192 * 1024, TASKS = 16, PIXELS = 256 };

enum { GATES_BLOCK = 4096 }; /* numbers of each gate in a task, whole vectors */

static int part(int whole, ptrdiff_t budget, ptrdiff_t bytes_each)
{
    int most = (int)MIN((ptrdiff_t)whole, MAX(1, budget / bytes_each));
    return CEIL(whole, CEIL(whole, most)); /* parts as equal as can be */
}

/* Groups with sums of their own, then smaller parts of the channels, multiples of least, until the tasks are many. */
static void gradient_tasks(Job *j, int least)
{
    const ptrdiff_t sums = (ptrdiff_t)j->F * j->C * j->HH * j->WW * j->size;
    j->chunks = CEIL(j->C, j->channels);
    while (j->groups * j->chunks < TASKS && 2 * j->groups <= CEIL(j->N, j->images) * j->bands
           && 2 * j->groups * sums <= (3 << 19)) j->groups *= 2;
    while (j->groups * j->chunks < TASKS / 2 && j->channels > least) {
        j->channels = CEIL(CEIL(j->channels, 2), least) * least;
        j->chunks = CEIL(j->C, j->channels);
    }
    if (least == 1 && j->groups == 1 && j->chunks > TASKS / 2) { /* few tasks: as many for each of 2 or 4 threads */
        j->channels = CEIL(j->C, CEIL(j->chunks, 4) * 4);
        j->chunks = CEIL(j->C, j->channels);
    }
    j->tasks = j->groups * j->chunks;
}

#endif
