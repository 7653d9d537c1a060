// x times a factor plus an addend, in one pass: see Ops.multiplyAdd.
#include "kernel.h"

namespace ft {
namespace {

FT_CLONES void multiplyAddOf(const float* x, const float* factor, const float* addend, float* y, int64_t width) {
#pragma omp simd
  for (int64_t i = 0; i < width; i++) y[i] = x[i] * factor[i] + addend[i];
}

void multiplyAdd(Call& call, const Attributes&) {
  const Input x = call.input(0), factor = call.input(1), addend = call.input(2);
  const int64_t width = factor.elements(), step = addend.elements() == x.elements() ? width : 0;
  float* y = call.output(0, x.shape());
  if (x.elements() == 0) return;
  parallel(x.elements() / width, 2 * x.elements(), [&](int64_t first, int64_t end) {
    for (int64_t row = first; row < end; row++)
      multiplyAddOf(x.floats() + row * width, factor.floats(), addend.floats() + row * step, y + row * width, width);
  });
}

const Registration<multiplyAdd> kMultiplyAdd("FtMultiplyAdd", {"x: float", "factor: float", "addend: float"},
                                             {"y: float"});

}  // namespace
}  // namespace ft
