// The exact GELU, x Phi(x), and its gradient, each in one pass.
#include "math.h"

namespace ft {
namespace {

constexpr float kSqrtHalf = 0.70710678118654752f;
constexpr float kInverseSqrtTwoPi = 0.39894228040143268f;

FT_CLONES void geluOf(const float* x, float* y, int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; i++) y[i] = 0.5f * x[i] * (1.0f + erfOf(x[i] * kSqrtHalf));
}

// dy (Phi(x) + x phi(x)).
FT_CLONES void gradientOf(const float* x, const float* dy, float* dx, int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; i++) {
    const float cdf = 0.5f * (1.0f + erfOf(x[i] * kSqrtHalf));
    dx[i] = dy[i] * (cdf + x[i] * kInverseSqrtTwoPi * expOf(-0.5f * x[i] * x[i]));
  }
}

void gelu(Call& call, const Attributes&) {
  const Input x = call.input(0);
  float* y = call.output(0, x.shape());
  parallel(x.elements(), 20 * x.elements(),
           [&](int64_t first, int64_t end) { geluOf(x.floats() + first, y + first, end - first); });
}

void geluGradient(Call& call, const Attributes&) {
  const Input x = call.input(0), dy = call.input(1);
  float* dx = call.output(0, x.shape());
  parallel(x.elements(), 40 * x.elements(), [&](int64_t first, int64_t end) {
    gradientOf(x.floats() + first, dy.floats() + first, dx + first, end - first);
  });
}

const Registration<gelu> kGelu("FtGelu", {"x: float"}, {"y: float"});
const Registration<geluGradient> kGeluGradient("FtGeluGradient", {"x: float", "dy: float"}, {"dx: float"});

}  // namespace
}  // namespace ft
