// Eight float32 numbers at a time, in whatever registers the processor has.
#ifndef FT_LANES_H_
#define FT_LANES_H_

#include <cstdint>

#include "kernel.h"

namespace ft {

typedef float Lanes __attribute__((vector_size(32)));
constexpr int64_t kLanes = 8;

FT_INLINE Lanes load(const float* from) {
  Lanes lanes;
  __builtin_memcpy(&lanes, from, sizeof lanes);
  return lanes;
}

FT_INLINE void store(float* to, Lanes lanes) { __builtin_memcpy(to, &lanes, sizeof lanes); }

FT_INLINE float sum(Lanes lanes) {
  float total = 0;
  for (int64_t i = 0; i < kLanes; i++) total += lanes[i];
  return total;
}

// The sum of each of eight.
FT_INLINE Lanes sumEach(const Lanes (&of)[kLanes]) {
#if defined(__clang__) || __GNUC__ >= 12
  Lanes pairs[4], quads[2];
  for (int64_t i = 0; i < 4; i++) {
    const Lanes a = of[2 * i], b = of[2 * i + 1];
    pairs[i] = __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13) +
               __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int64_t i = 0; i < 2; i++) {
    const Lanes a = pairs[2 * i], b = pairs[2 * i + 1];
    quads[i] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13) +
               __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  }
  return __builtin_shufflevector(quads[0], quads[1], 0, 1, 2, 3, 8, 9, 10, 11) +
         __builtin_shufflevector(quads[0], quads[1], 4, 5, 6, 7, 12, 13, 14, 15);
#else
  Lanes sums;
  for (int64_t i = 0; i < kLanes; i++) sums[i] = sum(of[i]);
  return sums;
#endif
}

}  // namespace ft

#endif  // FT_LANES_H_
