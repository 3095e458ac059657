// Runs every loop of CNexusField of one kind over seeded inputs and edges, and writes the words that come out. The
// words of two kinds, or of two processors, are the same, or one of them is wrong. Usage: loops KIND > words
#include "CNexusField.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define P ((uint64_t)0xFFFFFFFF00000001)
enum { COUNT = 4096, MOST = 1 << 14 };

static const uint64_t edges[] = {0,           1,         2,     7,         0xFFFFFFFE,     0xFFFFFFFF,
                                 0x100000000, 0x100000001, P / 2, P / 2 + 1, P - 0xFFFFFFFF, P - 2, P - 1};
static uint64_t state = 61;

// SplitMix64.
static uint64_t next(void) {
  uint64_t mixed = state += 0x9E3779B97F4A7C15;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
  return mixed ^ (mixed >> 31);
}

// An element below p, every fourth an edge.
static uint64_t element(void) {
  uint64_t word = next();
  return word % 4 ? next() % P : edges[(word >> 2) % (sizeof edges / sizeof *edges)];
}

static uint64_t *elements(size_t count) {
  uint64_t *list = malloc(count * sizeof *list);
  for (size_t index = 0; index < count; index++) list[index] = element();
  return list;
}

static void put(const uint64_t *list, size_t count) { fwrite(list, sizeof *list, count, stdout); }

static void sums(int kind) {
  uint64_t *total = elements(2 * COUNT), *left = elements(2 * COUNT), *right = elements(2 * COUNT);
  uint64_t *result = elements(COUNT);
  for (int round = 0; round < 64; round++) {
    uint64_t scale[2] = {element(), element()}, weight[2] = {element(), element()};
    nexus_field_accumulate(kind, total, scale, left, COUNT);
    nexus_field_multiply_add(kind, total, left, right, COUNT);
    nexus_field_lookup(kind, total, left, right, result, scale, weight, COUNT);
    nexus_field_product(kind, total, left, right, scale[0], round % 2 ? result : NULL, weight, COUNT);
    put(total, 2 * COUNT);
    memcpy(left, total, COUNT * sizeof *left);
  }
  free(total), free(left), free(right), free(result);
}

static void transform(int kind, uint64_t *list, size_t size) {
  uint64_t *shift = elements(size), *roots = elements(size), *values = calloc(size, 8);
  nexus_field_evaluate(kind, values, list, NULL, roots, size);
  put(values, size);
  nexus_field_evaluate(kind, values, list, shift, roots, size);
  put(values, size);
  nexus_field_interpolate(kind, list, roots, size);
  put(list, size);
  free(list), free(shift), free(roots), free(values);
}

// Any roots below p do: the loops do not know that they are roots. Equal neighbours give zeros, which have two classes.
static void transforms(int kind) {
  for (size_t size = 64; size <= MOST; size *= 2) {
    transform(kind, elements(size), size);
    uint64_t *flat = elements(size);
    for (size_t index = 1; index < size; index++) flat[index] = flat[0];
    transform(kind, flat, size);
  }
}

static void combinations(int kind) {
  static const size_t shapes[][2] = {{1, 8}, {3, 40}, {128, 64}, {1000, 72}, {513, 135}};
  for (size_t shape = 0; shape < sizeof shapes / sizeof *shapes; shape++) {
    size_t rows = shapes[shape][0], columns = shapes[shape][1];
    int8_t *weights = malloc(rows * columns);
    for (size_t index = 0; index < rows * columns; index++) weights[index] = (int8_t)next();
    uint64_t *factors = elements(2 * rows), *total = calloc(4 * columns, 8);
    nexus_field_combine(kind, total, weights, factors, rows, columns);
    put(total, 4 * columns);
    free(weights), free(factors), free(total);
  }
}

int main(int count, char **arguments) {
  int kind = count == 2 ? atoi(arguments[1]) : 0;
  if (!nexus_field_has(kind)) return fprintf(stderr, "no copy of kind %d here\n", kind), 3;
  sums(kind), transforms(kind), combinations(kind);
  return 0;
}
