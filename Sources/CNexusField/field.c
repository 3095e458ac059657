#include "CNexusField.h"

// Functions that take vectors are always inlined, so how they would be passed is no matter.
#pragma clang diagnostic ignored "-Wpsabi"

#define P ((uint64_t)0xFFFFFFFF00000001)
#define EPSILON ((uint64_t)0xFFFFFFFF)

#if defined(__x86_64__)

#define TARGET __attribute__((target("avx512f"), min_vector_width(512)))
#define KERNEL(name) name##_avx512
#include "kernel.h"
#undef KERNEL
#undef TARGET

#define TARGET __attribute__((target("avx2"), min_vector_width(256)))
#define KERNEL(name) name##_avx2
#include "kernel.h"
#undef KERNEL
#undef TARGET

int nexus_field_has(int kind) {
  __builtin_cpu_init();
  switch (kind) {
  case NEXUS_FIELD_AVX2: return __builtin_cpu_supports("avx2") != 0;
  case NEXUS_FIELD_AVX512: return __builtin_cpu_supports("avx512f") != 0;
  default: return 0;
  }
}

#define CALL(name, ...)                                                                                              \
  switch (kind) {                                                                                                    \
  case NEXUS_FIELD_AVX512: name##_avx512(__VA_ARGS__); return;                                                       \
  case NEXUS_FIELD_AVX2: name##_avx2(__VA_ARGS__); return;                                                           \
  default: __builtin_trap();                                                                                         \
  }

#elif defined(__aarch64__)

// Part of the architecture.
#define TARGET
#define KERNEL(name) name##_neon
#include "kernel.h"
#undef KERNEL

int nexus_field_has(int kind) { return kind == NEXUS_FIELD_NEON; }

#define CALL(name, ...)                                                                                              \
  switch (kind) {                                                                                                    \
  case NEXUS_FIELD_NEON: name##_neon(__VA_ARGS__); return;                                                           \
  default: __builtin_trap();                                                                                         \
  }

#else

int nexus_field_has(int kind) { return kind < 0; }

#define CALL(name, ...) __builtin_trap();

#endif

void nexus_field_evaluate(int kind, uint64_t *target, const uint64_t *source, const uint64_t *shift,
                          const uint64_t *roots, size_t size) {
  CALL(evaluate, target, source, shift, roots, size)
}

void nexus_field_interpolate(int kind, uint64_t *list, const uint64_t *inverse_roots, size_t size) {
  CALL(interpolate, list, inverse_roots, size)
}

void nexus_field_accumulate(int kind, uint64_t *sums, const uint64_t *scale, const uint64_t *word, size_t count) {
  CALL(accumulate, sums, scale, word, count)
}

void nexus_field_multiply_add(int kind, uint64_t *sums, const uint64_t *factors, const uint64_t *values,
                              size_t count) {
  CALL(multiply_add, sums, factors, values, count)
}

void nexus_field_lookup(int kind, uint64_t *sums, const uint64_t *first, const uint64_t *second,
                        const uint64_t *cells, const uint64_t *shifted, const uint64_t *weight, size_t count) {
  CALL(lookup, sums, first, second, cells, shifted, weight, count)
}

void nexus_field_product(int kind, uint64_t *sums, const uint64_t *left, const uint64_t *right, uint64_t offset,
                         const uint64_t *result, const uint64_t *weight, size_t count) {
  CALL(product, sums, left, right, offset, result, weight, count)
}

void nexus_field_combine(int kind, uint64_t *sums, const int8_t *weights, const uint64_t *factors, size_t rows,
                         size_t columns) {
  CALL(combine, sums, weights, factors, rows, columns)
}
