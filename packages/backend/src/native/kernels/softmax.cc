// Softmaxes of rows, and the operations built on them.
#include <algorithm>
#include <limits>

#include "math.h"

namespace ft {
namespace {

FT_INLINE float largestOf(const float* row, int64_t width) {
  float largest = -std::numeric_limits<float>::infinity();
#pragma omp simd reduction(max : largest)
  for (int64_t i = 0; i < width; i++) largest = row[i] > largest ? row[i] : largest;
  return largest;
}

// p = softmax(x); returns log(sum(e^x)).
FT_INLINE float probabilitiesOf(const float* x, float* p, int64_t width) {
  const float largest = largestOf(x, width);
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < width; i++) {
    const float power = expOf(x[i] - largest);
    p[i] = power;
    sum += power;
  }
  const float scale = 1 / sum;
#pragma omp simd
  for (int64_t i = 0; i < width; i++) p[i] *= scale;
  return largest + std::log(sum);
}

FT_CLONES void softmaxOf(const float* x, float* p, int64_t width) { probabilitiesOf(x, p, width); }

// The largest of x, and log(sum(e^(x - largest))).
struct Scale {
  float largest, log;
};

FT_INLINE Scale scaleOf(const float* x, int64_t width) {
  const float largest = largestOf(x, width);
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < width; i++) sum += expOf(x[i] - largest);
  return {largest, std::log(sum)};
}

FT_CLONES void logSoftmaxOf(const float* x, float* y, int64_t width) {
  const auto [largest, log] = scaleOf(x, width);
#pragma omp simd
  for (int64_t i = 0; i < width; i++) y[i] = x[i] - largest - log;
}

// Terms of a divergence that are summed in float32 before they are added to the total in float64.
constexpr int64_t kPart = 1024;

FT_CLONES float klDivergenceOf(const float* logTarget, const float* x, int64_t width) {
  const auto [largest, log] = scaleOf(x, width);
  double total = 0;
  for (int64_t part = 0; part < width; part += kPart) {
    const int64_t end = std::min(part + kPart, width);
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = part; i < end; i++) sum += expOf(logTarget[i]) * (logTarget[i] - (x[i] - largest - log));
    total += sum;
  }
  return total;
}

FT_CLONES float crossEntropyOf(const float* x, int64_t label, float* dx, int64_t width) {
  const float log = probabilitiesOf(x, dx, width);
  dx[label] -= 1;
  return log - x[label];
}

// Calls `body` for every row of the last dimension.
template <typename Body>
void forRows(const Input& x, const Body& body) {
  const int64_t width = x.dim(-1);
  if (x.elements() == 0) return;
  parallel(x.elements() / width, 20 * x.elements(), [&](int64_t first, int64_t end) {
    for (int64_t row = first; row < end; row++) body(row, x.floats() + row * width, width);
  });
}

void softmax(Call& call, const Attributes&) {
  const Input x = call.input(0);
  float* p = call.output(0, x.shape());
  forRows(x, [&](int64_t row, const float* from, int64_t width) { softmaxOf(from, p + row * width, width); });
}

void logSoftmax(Call& call, const Attributes&) {
  const Input x = call.input(0);
  float* y = call.output(0, x.shape());
  forRows(x, [&](int64_t row, const float* from, int64_t width) { logSoftmaxOf(from, y + row * width, width); });
}

void crossEntropy(Call& call, const Attributes&) {
  const Input x = call.input(0), labels = call.input(1);
  float* losses = call.output(0, labels.shape());
  float* dx = call.output(1, x.shape());
  for (int64_t row = 0; row < labels.elements(); row++) {
    const int32_t label = labels.ints()[row];
    if (label < 0 || label >= x.dim(1))
      return call.fail("label " + std::to_string(label) + " of " + std::to_string(x.dim(1)) + " classes is asked for");
  }
  forRows(x, [&](int64_t row, const float* from, int64_t width) {
    losses[row] = crossEntropyOf(from, labels.ints()[row], dx + row * width, width);
  });
}

void klDivergence(Call& call, const Attributes&) {
  const Input logTarget = call.input(0), x = call.input(1);
  float* divergences = call.output(0, {x.shape().begin(), x.shape().end() - 1});
  forRows(x, [&](int64_t row, const float* from, int64_t width) {
    divergences[row] = klDivergenceOf(logTarget.floats() + row * width, from, width);
  });
}

const Registration<softmax> kSoftmax("FtSoftmax", {"x: float"}, {"p: float"});
const Registration<logSoftmax> kLogSoftmax("FtLogSoftmax", {"x: float"}, {"y: float"});
const Registration<crossEntropy> kCrossEntropy("FtCrossEntropy", {"x: float", "labels: int32"},
                                               {"losses: float", "dx: float"});
const Registration<klDivergence> kKlDivergence("FtKlDivergence", {"log_target: float", "x: float"},
                                               {"divergences: float"});

}  // namespace
}  // namespace ft
