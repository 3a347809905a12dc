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

   One function, `tile` in tile_template.h, does all the arithmetic:

        out[i][q]  +=  sum over t of a[row[i] + at[t]] * b[from[t] + q]

        operation   i        t        a                          b
        forward     filter   weight   w                          scratch copies of x
        dx          channel  weight   w, read back to front      scratch copies of dout
        dw          weight   pixel    scratch copies of x        dout, transposed to (pixel, filter)

   With stride 1, 3x3 filters and channels enough, less than half of these multiplications will do: winograd.h.

   The work is cut into tasks by the shapes alone, and a task is done by one thread in one order. So the result has the
   same bits for any number of threads. */
#include <sched.h>

#include "job.h"
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
#include "kernels_template.h"
#define T double
#define INDEX long long
#define NAME(x) x##_double_avx512
#include "kernels_template.h"
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
#include "kernels_template.h"
#define T double
#define INDEX long long
#define NAME(x) x##_double_avx2
#include "kernels_template.h"
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
#include "kernels_template.h"
#define T double
#define INDEX long long
#define NAME(x) x##_double_baseline
#include "kernels_template.h"
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
