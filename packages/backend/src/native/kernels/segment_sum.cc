// Rows summed by their segment: see Ops.segmentSum.
#include <algorithm>

#include "kernel.h"

namespace ft {
namespace {

FT_CLONES void addRows(const float* x, const int32_t* segment, float* y, int64_t rows, int64_t segments, int64_t width,
                       int64_t first, int64_t end) {
  for (int64_t s = 0; s < segments; s++) std::fill(y + s * width + first, y + s * width + end, 0.0f);
  for (int64_t row = 0; row < rows; row++) {
    const float* in = x + row * width;
    float* out = y + segment[row] * width;
#pragma omp simd
    for (int64_t i = first; i < end; i++) out[i] += in[i];
  }
}

void segmentSum(Call& call, const Attributes& attributes) {
  const Input x = call.input(0), segment = call.input(1);
  const int64_t rows = x.dim(0), width = rows > 0 ? x.elements() / rows : 1;
  std::vector<int64_t> shape = x.shape();
  shape[0] = attributes.segments;
  float* y = call.output(0, shape);
  // By columns, which keeps every sum in one order.
  parallel(width, 2 * x.elements(), [&](int64_t first, int64_t end) {
    addRows(x.floats(), segment.ints(), y, rows, attributes.segments, width, first, end);
  });
}

const Registration<segmentSum> kSegmentSum("FtSegmentSum", {"x: float", "segment: int32"}, {"y: float"},
                                           {"segments: int"});

}  // namespace
}  // namespace ft
