// The length of several tensors taken as one vector: see Ops.norm.
#include <algorithm>
#include <cmath>

#include "kernel.h"

namespace ft {
namespace {

// Squares that are summed in float32 before they are added to the total in float64.
constexpr int64_t kPart = 4096;

FT_CLONES float sumOfSquares(const float* x, int64_t count) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < count; i++) sum += x[i] * x[i];
  return sum;
}

void norm(Call& call, const Attributes& attributes) {
  double total = 0;
  std::vector<float> parts;
  for (int64_t i = 0; i < attributes.tensors; i++) {
    const Input x = call.input(i);
    parts.assign((x.elements() + kPart - 1) / kPart, 0);
    parallel(parts.size(), 2 * x.elements(), [&](int64_t first, int64_t end) {
      for (int64_t part = first; part < end; part++)
        parts[part] = sumOfSquares(x.floats() + part * kPart, std::min(kPart, x.elements() - part * kPart));
    });
    for (float part : parts) total += part;
  }
  *call.output(0, {}) = std::sqrt(total);
}

const Registration<norm> kNorm("FtNorm", {"x: tensors * float"}, {"norm: float"}, {"tensors: int"});

}  // namespace
}  // namespace ft
