// Included once for each kind of processor, with KERNEL(name) naming the copy and TARGET its instructions. Eight elements at a time: one register
// of AVX-512, two of AVX2, four of NEON; the compiler splits them.

typedef uint64_t KERNEL(vector) __attribute__((ext_vector_type(8), aligned(8)));
#define V KERNEL(vector)
#define INLINE TARGET static inline __attribute__((always_inline))

INLINE V KERNEL(load)(const uint64_t *place) { return *(const V *)place; }
INLINE void KERNEL(store)(uint64_t *place, V value) { *(V *)place = value; }
INLINE V KERNEL(splat)(uint64_t word) { return (V)word; }

INLINE V KERNEL(add)(V left, V right) {
  V missing = P - right;
  return left - missing + ((V)(left < missing) & P);
}

INLINE V KERNEL(sub)(V left, V right) { return left - right + ((V)(left < right) & P); }

// high * 2^64 + low, where 2^64 = 2^32 - 1 and 2^96 = -1.
INLINE V KERNEL(reduce)(V high, V low) {
  V top = high >> 32;
  V middle = (high << 32) - (high & EPSILON);
  V lowered = low - top - ((V)(low < top) & EPSILON);
  V sum = lowered + middle;
  sum += (V)(sum < middle) & EPSILON;
  // p or more wraps to less.
  return __builtin_elementwise_min(sum, sum + EPSILON);
}

INLINE V KERNEL(mul)(V left, V right) {
  V left_high = left >> 32, right_high = right >> 32;
  V left_low = left & EPSILON, right_low = right & EPSILON;
  V low = left_low * right_low;
  V middle = left_low * right_high + (low >> 32);
  V second = left_high * right_low + (middle & EPSILON);
  V high = left_high * right_high + (middle >> 32) + (second >> 32);
  return KERNEL(reduce)(high, (second << 32) | (low & EPSILON));
}

// Seven is eight less one.
INLINE V KERNEL(seven)(V value) { return KERNEL(sub)(KERNEL(reduce)(value >> 61, value << 3), value); }

// Elements of F_p^2 as two vectors.
#define PAIR KERNEL(pair)
typedef struct {
  V first, second;
} PAIR;

INLINE PAIR KERNEL(pair_mul)(PAIR left, PAIR right) {
  V cross = KERNEL(mul)(left.second, right.second);
  PAIR result = {
      KERNEL(add)(KERNEL(mul)(left.first, right.first), KERNEL(seven)(cross)),
      KERNEL(add)(KERNEL(mul)(left.first, right.second), KERNEL(mul)(left.second, right.first)),
  };
  return result;
}

INLINE PAIR KERNEL(pair_splat)(const uint64_t *words) {
  PAIR result = {KERNEL(splat)(words[0]), KERNEL(splat)(words[1])};
  return result;
}

INLINE PAIR KERNEL(pair_load)(const uint64_t *place) {
  V low = KERNEL(load)(place), high = KERNEL(load)(place + 8);
  PAIR result = {
      __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14),
      __builtin_shufflevector(low, high, 1, 3, 5, 7, 9, 11, 13, 15),
  };
  return result;
}

INLINE void KERNEL(pair_add_to)(uint64_t *place, PAIR value) {
  V low = __builtin_shufflevector(value.first, value.second, 0, 8, 1, 9, 2, 10, 3, 11);
  V high = __builtin_shufflevector(value.first, value.second, 4, 12, 5, 13, 6, 14, 7, 15);
  KERNEL(store)(place, KERNEL(add)(KERNEL(load)(place), low));
  KERNEL(store)(place + 8, KERNEL(add)(KERNEL(load)(place + 8), high));
}

TARGET static void KERNEL(accumulate)(uint64_t *sums, const uint64_t *scale, const uint64_t *word, size_t count) {
  PAIR factor = KERNEL(pair_splat)(scale);
  for (size_t index = 0; index < count; index += 8) {
    V value = KERNEL(load)(word + index);
    PAIR product = {KERNEL(mul)(factor.first, value), KERNEL(mul)(factor.second, value)};
    KERNEL(pair_add_to)(sums + 2 * index, product);
  }
}

TARGET static void KERNEL(multiply_add)(uint64_t *sums, const uint64_t *factors, const uint64_t *values, size_t count) {
  for (size_t index = 0; index < 2 * count; index += 16) {
    PAIR left = KERNEL(pair_load)(factors + index), right = KERNEL(pair_load)(values + index);
    KERNEL(pair_add_to)(sums + index, KERNEL(pair_mul)(left, right));
  }
}

TARGET static void KERNEL(lookup)(uint64_t *sums, const uint64_t *first, const uint64_t *second, const uint64_t *cells,
                           const uint64_t *shifted, const uint64_t *weight, size_t count) {
  PAIR start = KERNEL(pair_splat)(shifted), factor = KERNEL(pair_splat)(weight);
  for (size_t index = 0; index < count; index += 8) {
    PAIR helper = {KERNEL(load)(first + index), KERNEL(load)(second + index)};
    PAIR inverse = {KERNEL(sub)(start.first, KERNEL(load)(cells + index)), start.second};
    PAIR value = KERNEL(pair_mul)(helper, inverse);
    value.first = KERNEL(sub)(value.first, KERNEL(splat)(1));
    KERNEL(pair_add_to)(sums + 2 * index, KERNEL(pair_mul)(value, factor));
  }
}

TARGET static void KERNEL(product)(uint64_t *sums, const uint64_t *left, const uint64_t *right, uint64_t offset,
                            const uint64_t *result, const uint64_t *weight, size_t count) {
  PAIR factor = KERNEL(pair_splat)(weight);
  for (size_t index = 0; index < count; index += 8) {
    V moved = KERNEL(add)(KERNEL(load)(right + index), KERNEL(splat)(offset));
    V value = KERNEL(mul)(KERNEL(load)(left + index), moved);
    if (result) value = KERNEL(sub)(value, KERNEL(load)(result + index));
    PAIR product = {KERNEL(mul)(factor.first, value), KERNEL(mul)(factor.second, value)};
    KERNEL(pair_add_to)(sums + 2 * index, product);
  }
}

typedef uint8_t KERNEL(bytes) __attribute__((ext_vector_type(8), aligned(1)));

// Sums of `width` times eight columns. Weights are taken 128 too large, as products of numbers without a sign are
// cheap, and the sums put right at the end.
INLINE void KERNEL(combine_columns)(uint64_t *sums, const int8_t *weights, const uint64_t *factors, size_t rows,
                                    size_t columns, size_t column, const int width) {
  V total[4][4] = {{0}};
  uint64_t excess[4] = {0};
  for (size_t row = 0; row < rows; row++) {
    const uint64_t *factor = factors + 2 * row;
    const uint64_t halves[4] = {factor[0] & EPSILON, factor[0] >> 32, factor[1] & EPSILON, factor[1] >> 32};
    const int8_t *place = weights + row * columns + column;
    for (int half = 0; half < 4; half++) excess[half] += halves[half] << 7;
#pragma clang loop unroll(full)
    for (int index = 0; index < width; index++) {
      KERNEL(bytes) moved = *(const KERNEL(bytes) *)(place + 8 * index) ^ (uint8_t)0x80;
      V weight = __builtin_convertvector(moved, V);
#pragma clang loop unroll(full)
      for (int half = 0; half < 4; half++) total[half][index] += weight * KERNEL(splat)(halves[half]);
    }
  }
  for (int half = 0; half < 4; half++) {
    for (int index = 0; index < width; index++) {
      KERNEL(store)(sums + half * columns + column + 8 * index, total[half][index] - excess[half]);
    }
  }
}

TARGET static void KERNEL(combine)(uint64_t *sums, const int8_t *weights, const uint64_t *factors, size_t rows,
                                   size_t columns) {
  size_t column = 0;
  for (; column + 32 <= columns; column += 32) {
    KERNEL(combine_columns)(sums, weights, factors, rows, columns, column, 4);
  }
  for (; column + 8 <= columns; column += 8) {
    KERNEL(combine_columns)(sums, weights, factors, rows, columns, column, 1);
  }
}

// Eight vectors as rows of a square, turned into its columns.
INLINE void KERNEL(transpose)(V *rows) {
  V step[8];
  for (int index = 0; index < 4; index++) {
    V even = rows[2 * index], odd = rows[2 * index + 1];
    step[2 * index] = __builtin_shufflevector(even, odd, 0, 8, 2, 10, 4, 12, 6, 14);
    step[2 * index + 1] = __builtin_shufflevector(even, odd, 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int half = 0; half < 8; half += 4) {
    for (int index = 0; index < 2; index++) {
      V upper = step[half + index], lower = step[half + index + 2];
      rows[half + index] = __builtin_shufflevector(upper, lower, 0, 1, 8, 9, 4, 5, 12, 13);
      rows[half + index + 2] = __builtin_shufflevector(upper, lower, 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  for (int index = 0; index < 4; index++) {
    V upper = rows[index], lower = rows[index + 4];
    rows[index] = __builtin_shufflevector(upper, lower, 0, 1, 2, 3, 8, 9, 10, 11);
    rows[index + 4] = __builtin_shufflevector(upper, lower, 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

// Butterflies of lengths 1, 2 and 4 within eight neighbours, for 64 elements at once.
TARGET static void KERNEL(evaluate_short)(uint64_t *target, const uint64_t *source, const uint64_t *shift,
                                   const uint64_t *roots, size_t size) {
  for (size_t start = 0; start < size; start += 64) {
    V rows[8];
    for (int row = 0; row < 8; row++) {
      rows[row] = KERNEL(load)(source + start + 8 * row);
      if (shift) rows[row] = KERNEL(mul)(rows[row], KERNEL(load)(shift + start + 8 * row));
    }
    KERNEL(transpose)(rows);
    for (int length = 1; length < 8; length *= 2) {
      for (int block = 0; block < 8; block += 2 * length) {
        for (int index = 0; index < length; index++) {
          V upper = rows[block + index], lower = rows[block + index + length];
          // The first root of every length is one.
          if (index) lower = KERNEL(mul)(lower, KERNEL(splat)(roots[length + index]));
          rows[block + index] = KERNEL(add)(upper, lower);
          rows[block + index + length] = KERNEL(sub)(upper, lower);
        }
      }
    }
    KERNEL(transpose)(rows);
    for (int row = 0; row < 8; row++) KERNEL(store)(target + start + 8 * row, rows[row]);
  }
}

TARGET static void KERNEL(evaluate)(uint64_t *target, const uint64_t *source, const uint64_t *shift, const uint64_t *roots,
                             size_t size) {
  KERNEL(evaluate_short)(target, source, shift, roots, size);
  size_t length = 8;
  // Two lengths at a time: half the trips through memory.
  for (; 4 * length <= size; length *= 4) {
    const uint64_t *near = roots + length, *far = roots + 2 * length;
    for (size_t block = 0; block < size; block += 4 * length) {
      for (size_t index = 0; index < length; index += 8) {
        uint64_t *place = target + block + index;
        V root = KERNEL(load)(near + index);
        V a = KERNEL(load)(place), b = KERNEL(mul)(KERNEL(load)(place + length), root);
        V c = KERNEL(load)(place + 2 * length), d = KERNEL(mul)(KERNEL(load)(place + 3 * length), root);
        V e = KERNEL(add)(a, b), f = KERNEL(sub)(a, b);
        V g = KERNEL(mul)(KERNEL(add)(c, d), KERNEL(load)(far + index));
        V h = KERNEL(mul)(KERNEL(sub)(c, d), KERNEL(load)(far + length + index));
        KERNEL(store)(place, KERNEL(add)(e, g));
        KERNEL(store)(place + length, KERNEL(add)(f, h));
        KERNEL(store)(place + 2 * length, KERNEL(sub)(e, g));
        KERNEL(store)(place + 3 * length, KERNEL(sub)(f, h));
      }
    }
  }
  if (length == size) return;
  for (size_t index = 0; index < length; index += 8) {
    V upper = KERNEL(load)(target + index);
    V lower = KERNEL(mul)(KERNEL(load)(target + length + index), KERNEL(load)(roots + length + index));
    KERNEL(store)(target + index, KERNEL(add)(upper, lower));
    KERNEL(store)(target + length + index, KERNEL(sub)(upper, lower));
  }
}

TARGET static void KERNEL(interpolate_short)(uint64_t *list, const uint64_t *roots, size_t size) {
  for (size_t start = 0; start < size; start += 64) {
    V rows[8];
    for (int row = 0; row < 8; row++) rows[row] = KERNEL(load)(list + start + 8 * row);
    KERNEL(transpose)(rows);
    for (int length = 4; length > 0; length /= 2) {
      for (int block = 0; block < 8; block += 2 * length) {
        for (int index = 0; index < length; index++) {
          V upper = rows[block + index], lower = rows[block + index + length];
          V difference = KERNEL(sub)(upper, lower);
          rows[block + index] = KERNEL(add)(upper, lower);
          if (index) difference = KERNEL(mul)(difference, KERNEL(splat)(roots[length + index]));
          rows[block + index + length] = difference;
        }
      }
    }
    KERNEL(transpose)(rows);
    for (int row = 0; row < 8; row++) KERNEL(store)(list + start + 8 * row, rows[row]);
  }
}

TARGET static void KERNEL(interpolate)(uint64_t *list, const uint64_t *roots, size_t size) {
  for (size_t length = size / 2; length >= 8; length /= 2) {
    for (size_t block = 0; block < size; block += 2 * length) {
      for (size_t index = 0; index < length; index += 8) {
        uint64_t *place = list + block + index;
        V upper = KERNEL(load)(place), lower = KERNEL(load)(place + length);
        KERNEL(store)(place, KERNEL(add)(upper, lower));
        KERNEL(store)(place + length, KERNEL(mul)(KERNEL(sub)(upper, lower), KERNEL(load)(roots + length + index)));
      }
    }
  }
  KERNEL(interpolate_short)(list, roots, size);
}

#undef V
#undef PAIR
#undef INLINE
