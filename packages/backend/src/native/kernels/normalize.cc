// LayerNorm without gain and bias, and its gradient: see Ops.normalize.
#include <cmath>

#include "kernel.h"

namespace ft {
namespace {

FT_CLONES void normalizeRows(const float* x, float* xhat, float* rstd, int64_t rows, int64_t width, float epsilon,
                             bool centred) {
  for (int64_t row = 0; row < rows; row++) {
    const float* in = x + row * width;
    float* out = xhat + row * width;
    float mean = 0;
    if (!centred) {
#pragma omp simd reduction(+ : mean)
      for (int64_t i = 0; i < width; i++) mean += in[i];
      mean /= static_cast<float>(width);
    }
    float squares = 0;
#pragma omp simd reduction(+ : squares)
    for (int64_t i = 0; i < width; i++) squares += (in[i] - mean) * (in[i] - mean);
    const float scale = 1.0f / std::sqrt(squares / static_cast<float>(width) + epsilon);
#pragma omp simd
    for (int64_t i = 0; i < width; i++) out[i] = (in[i] - mean) * scale;
    rstd[row] = scale;
  }
}

FT_CLONES void gradientRows(const float* xhat, const float* rstd, const float* gradient, float* dx, int64_t rows,
                            int64_t width, bool centred) {
  for (int64_t row = 0; row < rows; row++) {
    const float* x = xhat + row * width;
    const float* g = gradient + row * width;
    float* out = dx + row * width;
    float along = 0, mean = 0;
#pragma omp simd reduction(+ : along, mean)
    for (int64_t i = 0; i < width; i++) {
      along += g[i] * x[i];
      mean += g[i];
    }
    along /= static_cast<float>(width);
    mean = centred ? 0.0f : mean / static_cast<float>(width);
    const float scale = rstd[row];
#pragma omp simd
    for (int64_t i = 0; i < width; i++) out[i] = (g[i] - x[i] * along - mean) * scale;
  }
}

void normalize(Call& call, const Attributes& attributes) {
  const Input x = call.input(0);
  const int64_t width = x.dim(-1), rows = x.elements() / width;
  std::vector<int64_t> column = x.shape();
  column.back() = 1;
  float* xhat = call.output(0, x.shape());
  float* rstd = call.output(1, column);
  parallel(rows, 4 * x.elements(), [&](int64_t first, int64_t end) {
    normalizeRows(x.floats() + first * width, xhat + first * width, rstd + first, end - first, width,
                  attributes.epsilon, attributes.centred);
  });
}

void normalizeGradient(Call& call, const Attributes& attributes) {
  const Input xhat = call.input(0), rstd = call.input(1), gradient = call.input(2);
  const int64_t width = xhat.dim(-1), rows = xhat.elements() / width;
  float* dx = call.output(0, xhat.shape());
  parallel(rows, 6 * xhat.elements(), [&](int64_t first, int64_t end) {
    gradientRows(xhat.floats() + first * width, rstd.floats() + first, gradient.floats() + first * width,
                 dx + first * width, end - first, width, attributes.centred);
  });
}

const Registration<normalize> kNormalize("FtNormalize", {"x: float"}, {"xhat: float", "rstd: float"},
                                         {"epsilon: float", "centred: bool"});
const Registration<normalizeGradient> kNormalizeGradient("FtNormalizeGradient",
                                                         {"xhat: float", "rstd: float", "gradient: float"},
                                                         {"dx: float"}, {"centred: bool"});

}  // namespace
}  // namespace ft
