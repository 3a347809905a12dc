/* Convolution and pooling without im2col: what does not depend on number type or instruction set.

   The columns of im2col repeat each pixel HH WW times. Here each pixel is repeated only WW times, in a small scratch
   that stays in the cache: one copy of the image per filter column kx, shifted by kx. For a filter with WW = 3:

        a row of x, with its border      0 a b c d 0
        copy for kx = 0                  0 a b c            column x of copy kx is what filter column kx meets
        copy for kx = 1                  a b c d            when the filter stands at output column x
        copy for kx = 2                  b c d 0

   The rows of a copy follow each other without a gap, so filter row ky meets the same numbers OW ky places further on:
   whichever weight (c, ky, kx) we take, the numbers which it meets at output pixels q, q + 1, ... lie side by side. The
   matrix of im2col is thus a table of offsets, one per weight:

        column matrix[c, ky, kx][q]  =  scratch[from[c, ky, kx] + q]

   and whole vectors of neighbouring pixels can be loaded from it. A stride S only changes the copies: they take every
   S-th column, and rows are sorted by their remainder modulo S first.

   One function, `tile` in convolution_template.h, does all the arithmetic:

        out[i][q]  +=  sum over t of a[row[i] + at[t]] * b[from[t] + q]

        operation   i        t        a                          b
        forward     filter   weight   w                          scratch copies of x
        dx          channel  weight   w, read back to front      scratch copies of dout
        dw          weight   pixel    scratch copies of x        dout, transposed to (pixel, filter)

   With stride 1, 3x3 filters and channels enough, less than half of these multiplications will do: winograd.h.

   The work is cut into tasks by the shapes alone, and a task is done by one thread in one order. So the result has the
   same bits for any number of threads. */
#include <sched.h>
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

#include "winograd.h"

#define PRAGMA(x) _Pragma(#x)
#define INLINE static inline __attribute__((always_inline))
#define NEXT(j) __atomic_fetch_add(&(j)->next, 1, __ATOMIC_ACQ_REL)

/* Compile what stands between BEGIN and END for an instruction set that the rest of the package does not ask for. */
#ifdef __clang__
#define UNROLL PRAGMA(clang loop unroll(full))
#define BEGIN(set) PRAGMA(clang attribute push(__attribute__((target(set))), apply_to = function))
#define END PRAGMA(clang attribute pop)
#else
#define UNROLL PRAGMA(GCC unroll 16)
#define BEGIN(set) PRAGMA(GCC push_options) PRAGMA(GCC target(set))
#define END PRAGMA(GCC pop_options)
#endif

#ifdef __x86_64__
#define BYTES 64
#define ROWS 8
#define COLUMNS 3
BEGIN("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")
#define T float
#define INDEX int
#define NAME(x) x##_float_avx512
#include "convolution_template.h"
#define T double
#define INDEX long long
#define NAME(x) x##_double_avx512
#include "convolution_template.h"
END
#undef BYTES
#undef ROWS
#undef COLUMNS

#define BYTES 32
#define ROWS 4
#define COLUMNS 3
BEGIN("avx2,fma")
#define T float
#define INDEX int
#define NAME(x) x##_float_avx2
#include "convolution_template.h"
#define T double
#define INDEX long long
#define NAME(x) x##_double_avx2
#include "convolution_template.h"
END
#undef BYTES
#undef ROWS
#undef COLUMNS
#endif

/* Vectors of 128 bits: SSE2, which every x86-64 has, or NEON. */
#define BYTES 16
#ifdef __aarch64__ /* twice as many registers as SSE2 */
#define ROWS 8
#define COLUMNS 3
#else
#define ROWS 4
#define COLUMNS 2
#endif
#define T float
#define INDEX int
#define NAME(x) x##_float_baseline
#include "convolution_template.h"
#define T double
#define INDEX long long
#define NAME(x) x##_double_baseline
#include "convolution_template.h"
#undef BYTES
#undef ROWS
#undef COLUMNS

enum { FORWARD, GRADIENT, POOL, UNPOOL, GATES, GATES_GRADIENT, WINOGRAD, WINOGRAD_GRADIENT, OPERATIONS };
typedef void Kernel(Job *, char *);
#define ALL(type) {forward_##type, gradient_##type, pool_##type, unpool_##type, gates_##type, gates_gradient_##type, \
    winograd_##type, winograd_gradient_##type}
#define KERNELS(set) {ALL(float_##set), ALL(double_##set)}
typedef struct { const char *name; int bytes; Kernel *kernels[2][OPERATIONS]; } InstructionSet;
static const InstructionSet INSTRUCTION_SETS[] = {
    {"baseline", 16, KERNELS(baseline)},
#ifdef __x86_64__
    {"avx2", 32, KERNELS(avx2)},
    {"avx512", 64, KERNELS(avx512)},
#endif
};

/* How many of them this machine has; a machine that has one has those before it too. */
static int count_sets(void)
{
#ifdef __x86_64__
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") ? 3 : 2;
#else
    return 1;
#endif
}

/* Cut a job into tasks; return the operation that does it. */
static int plan(Job *j, int operation, int lanes)
{
    const int field = j->HH * j->WW;
    Buffers unused;
    const char *begin = (const char *)j->x, *end = begin + j->size;
    for (int axis = 0; axis < 4; axis++) {
        const ptrdiff_t length = (axis == 0 ? j->N : axis == 1 ? j->C : axis == 2 ? j->H : j->W) - 1;
        *(j->xs[axis] < 0 ? &begin : &end) += length * j->xs[axis] * j->size;
    }
    j->x_begin = begin, j->x_end = end;
    j->lanes = lanes;
    j->channels = j->filters = j->blocks = j->chunks = j->groups = j->images = 1;
    j->next = 0;
    if (operation == UNPOOL || operation == GATES || operation == GATES_GRADIENT) {
        j->tasks = operation == UNPOOL ? j->N * j->C : CEIL(j->W, GATES_BLOCK);
        j->scratch = 64;
        return operation;
    }
    if (operation == FORWARD && plan_winograd(j)) return WINOGRAD;
    if (operation == GRADIENT && plan_winograd(j)) return WINOGRAD_GRADIENT;
    j->channels = j->filters = j->blocks = j->chunks = j->groups = j->images = 1;
    const ptrdiff_t row = (ptrdiff_t)j->OW * j->size;
    if (operation == POOL) {
        j->filters = 2; /* the maxima and where they are */
        j->rows = part(j->OH, CACHE / 2, row * j->WW * j->stride);
        j->bands = CEIL(j->OH, j->rows);
        j->tasks = j->N * j->C * j->bands;
    } else if (operation == FORWARD) {
        j->filters = part(j->F, CACHE, row);
        j->rows = part(j->OH, CACHE, row * j->filters);
        j->blocks = CEIL(j->F, j->filters);
        j->rows = MIN(j->rows, CEIL(j->OH, CEIL(TASKS, j->N * j->blocks)));
        j->bands = CEIL(j->OH, j->rows);
        j->channels = part(j->C, CACHE, (ptrdiff_t)place(j, 0, 0, j->WW) * j->size);
        j->tasks = j->N * j->bands * j->blocks;
    } else {
        const ptrdiff_t width = CEIL(j->F, lanes) * lanes;
        j->rows = part(j->OH, CACHE, (ptrdiff_t)j->OW * WIDEST);
        j->bands = CEIL(j->OH, j->rows);
        if (j->bands == 1) j->images = MAX(1, MIN(PIXELS / (j->OH * j->OW), j->N / TASKS));
        j->channels = part(j->C, 2 * CACHE, MAX(j->images * place(j, 0, 0, j->WW), field * width) * j->size);
        gradient_tasks(j, 1);
    }
    j->scratch = lay_out(j, NULL, &unused) + 64;
    return operation;
}

static void run(const InstructionSet *set, Job *j, int operation, char *scratch)
{
    __atomic_fetch_add(&j->active, 1, __ATOMIC_ACQ_REL);
    set->kernels[j->size == 8][operation](j, scratch);
    __atomic_fetch_sub(&j->active, 1, __ATOMIC_ACQ_REL);
}

/* Return once j is done; this thread has found no task of it left, so that others are at most at their last. */
static void wait_for(Job *j)
{
    while (__atomic_load_n(&j->active, __ATOMIC_ACQUIRE)) sched_yield();
}
