/* The kernels for one number type and one instruction set. kernels.h includes this file once for each pair. Expects
   T, the type; INDEX, integers of its size; NAME(x), x with a suffix; BYTES of a vector; ROWS and COLUMNS of a tile of
   sums, the columns in vectors. */

/* GNU vectors: +, * and = act on all LANES numbers at once. They may start at any number, aligned or not. */
typedef T NAME(Vector) __attribute__((vector_size(BYTES), aligned(sizeof(T)), may_alias));
#define Vector NAME(Vector)
typedef INDEX NAME(Index) __attribute__((vector_size(BYTES), aligned(sizeof(T)), may_alias));
#define Index NAME(Index)
#define LANES ((int)(BYTES / sizeof(T)))

#include "tile_template.h"
#include "copies_template.h"
#include "transpose_template.h"
#include "convolution_template.h"
#include "winograd_template.h"
#include "pooling_template.h"
#include "gates_template.h"

#undef Vector
#undef Index
#undef LANES
#undef T
#undef INDEX
#undef NAME
