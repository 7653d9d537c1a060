// Elementary functions that compilers vectorise, to a rounding or two of float32.
#ifndef FT_MATH_H_
#define FT_MATH_H_

#include <cmath>
#include <cstdint>

#include "kernel.h"

namespace ft {

// NaN stays.
FT_INLINE float clip(float x, float low, float high) {
  const float raised = low > x ? low : x;
  return high < raised ? high : raised;
}

// e^x: 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2] (Cephes expf). Below -87, where float32 ends, e^-87.
FT_INLINE float expOf(float x) {
  const float clipped = clip(x, -87.3f, 88.3f);
  // Adding 1.5 * 2^23 rounds to a whole number, which is then in the last bits.
  const float shifted = clipped * 1.44269504088896341f + 12582912.0f;
  const float whole = shifted - 12582912.0f;
  float r = clipped - whole * 0.693359375f;
  r = r + whole * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  const float mantissa = p * r * r + r + 1.0f;
  const uint32_t power = (__builtin_bit_cast(uint32_t, shifted) + 127) << 23;
  return mantissa * __builtin_bit_cast(float, power);
}

// The error function: an odd rational function on [-4, 4], beyond which it is 1 in float32 (as Eigen computes it).
FT_INLINE float erfOf(float value) {
  const float x = clip(value, -4.0f, 4.0f);
  const float x2 = x * x;
  float p = -2.72614225801306e-10f;
  p = p * x2 + 2.77068142495902e-08f;
  p = p * x2 - 2.10102402082508e-06f;
  p = p * x2 - 5.69250639462346e-05f;
  p = p * x2 - 7.34990630326855e-04f;
  p = p * x2 - 2.95459980854025e-03f;
  p = p * x2 - 1.60960333262415e-02f;
  float q = -1.45660718464996e-05f;
  q = q * x2 - 2.13374055278905e-04f;
  q = q * x2 - 1.68282697438203e-03f;
  q = q * x2 - 7.37332916720468e-03f;
  q = q * x2 - 1.42647390514189e-02f;
  return x * p / q;
}

}  // namespace ft

#endif  // FT_MATH_H_
