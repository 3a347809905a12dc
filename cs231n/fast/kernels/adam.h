/* One step of Adam for n numbers, in one pass: each is read once, moved, and written once. */
#include <math.h>

#ifdef _MSC_VER
#define restrict __restrict
#endif

/* `rate` and `root` hold what is the same for all numbers: learning_rate / (1 - beta1^t) and 1 / (1 - beta2^t). */
#define DEFINE_ADAM(NAME, REAL, SQRT)                                                                                  \
    static void NAME(const REAL *restrict w, const REAL *restrict dw, const REAL *restrict m, const REAL *restrict v,  \
                     REAL *restrict next_w, REAL *restrict next_m, REAL *restrict next_v, ptrdiff_t n,                 \
                     REAL rate, REAL root, REAL beta1, REAL beta2, REAL epsilon) {                                     \
        for (ptrdiff_t i = 0; i < n; i++) {                                                                            \
            next_m[i] = beta1 * m[i] + (1 - beta1) * dw[i];                                                            \
            next_v[i] = beta2 * v[i] + (1 - beta2) * dw[i] * dw[i];                                                    \
            next_w[i] = w[i] - rate * next_m[i] / (SQRT(root * next_v[i]) + epsilon);                                  \
        }                                                                                                              \
    }

DEFINE_ADAM(adam_float, float, sqrtf)
DEFINE_ADAM(adam_double, double, sqrt)
