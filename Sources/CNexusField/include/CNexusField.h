// Loops over vectors of elements of F_p, p = 2^64 - 2^32 + 1, one copy for each kind of processor. Elements are words
// below p in memory order; elements of F_p^2 are two words. Every copy gives the words of NexusProof's own Swift loops.
// Pointers need no alignment; transforms have a power of two of at least 64 elements, other loops a multiple of eight.
// Nothing is allocated and no pointer is kept. An unknown kind traps.
#ifndef C_NEXUS_FIELD_H
#define C_NEXUS_FIELD_H

#include <stddef.h>
#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif

enum { NEXUS_FIELD_AVX2 = 1, NEXUS_FIELD_AVX512 = 2, NEXUS_FIELD_NEON = 3 };

// Whether this build and this processor have a copy.
int nexus_field_has(int kind);

// source[i] * shift[i] (in bit-reversed order) to values at the powers of the root. roots[length + j] is the root of
// order 2 * length to the power j. Target and source may be the same; shift may be NULL for ones.
void nexus_field_evaluate(int kind, uint64_t *target, const uint64_t *source, const uint64_t *shift,
                          const uint64_t *roots, size_t size);

// Values at the powers of the root to coefficients in bit-reversed order, each size times too large.
void nexus_field_interpolate(int kind, uint64_t *list, const uint64_t *inverse_roots, size_t size);

// sums += scale * word: sums and scale in F_p^2.
void nexus_field_accumulate(int kind, uint64_t *sums, const uint64_t *scale, const uint64_t *word, size_t count);

// sums += factors * values, all in F_p^2.
void nexus_field_multiply_add(int kind, uint64_t *sums, const uint64_t *factors, const uint64_t *values,
                              size_t count);

// sums += weight * (helper * (shifted - cell) - 1): a lookup. helper is a pair of rows; weight and shifted are pairs.
void nexus_field_lookup(int kind, uint64_t *sums, const uint64_t *first, const uint64_t *second,
                        const uint64_t *cells, const uint64_t *shifted, const uint64_t *weight, size_t count);

// sums += weight * (left * (right + offset) - result); result may be NULL for zeros.
void nexus_field_product(int kind, uint64_t *sums, const uint64_t *left, const uint64_t *right, uint64_t offset,
                         const uint64_t *result, const uint64_t *weight, size_t count);

// sums[h * columns + c] = sum over rows r of half h of factors[r] times weights[r * columns + c], in two's complement;
// the halves of an element of F_p^2 are its words' low and high 32 bits. Any number of columns: those after the last
// multiple of eight are left as they are. At most 2^20 rows.
void nexus_field_combine(int kind, uint64_t *sums, const int8_t *weights, const uint64_t *factors, size_t rows,
                         size_t columns);

#if defined(__cplusplus)
}
#endif

#endif
