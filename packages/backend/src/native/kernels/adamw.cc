// AdamW's update of a value and its two moments in place, in one pass: see backend/adamw.ts.
#include <cmath>

#include "kernel.h"

namespace ft {
namespace {

struct Numbers {
  float beta1, beta2, decay, rate, epsilon;
};

FT_CLONES void update(float* value, float* first, float* second, const float* gradient, int64_t count, Numbers numbers) {
  const auto [beta1, beta2, decay, rate, epsilon] = numbers;
  const float rest1 = 1 - beta1, rest2 = 1 - beta2;
#pragma omp simd
  for (int64_t i = 0; i < count; i++) {
    const float g = gradient[i];
    const float m = beta1 * first[i] + rest1 * g, v = beta2 * second[i] + rest2 * (g * g);
    first[i] = m;
    second[i] = v;
    value[i] = decay * value[i] - rate * m / (__builtin_sqrtf(v) + epsilon);
  }
}

// The first three inputs change.
void adamW(Call& call, const Attributes&) {
  const Input value = call.input(0), first = call.input(1), second = call.input(2);
  const Input gradient = call.input(3), numbers = call.input(4);
  if (gradient.elements() != value.elements())
    return call.fail("a gradient of " + std::to_string(gradient.elements()) + " elements is given for a parameter of " +
                     std::to_string(value.elements()));
  const float* n = numbers.floats();
  const auto changed = [](const Input& input) { return const_cast<float*>(input.floats()); };
  parallel(value.elements(), 12 * value.elements(), [&](int64_t i, int64_t end) {
    update(changed(value) + i, changed(first) + i, changed(second) + i, gradient.floats() + i, end - i,
           {n[0], n[1], n[2], n[3], n[4]});
  });
}

const Registration<adamW> kAdamW("FtAdamW",
                                 {"value: float", "first: float", "second: float", "gradient: float", "numbers: float"},
                                 {});

}  // namespace
}  // namespace ft
