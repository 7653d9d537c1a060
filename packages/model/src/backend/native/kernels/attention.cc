// Attention over a tree of rows, and its gradient: see Ops.attend. Heads are independent, so each thread takes some.
#include <algorithm>
#include <cmath>

#include "math.h"

namespace ft {
namespace {

// A call's inputs; columns of qkv are ordered head, then q, k, v, then the head's dimension.
struct Attention {
  const float* qkv;
  const float* past;
  const int32_t* offsets;
  const int32_t* runs;
  const float* cosine;
  const float* sine;
  int64_t rows, pastRows, heads, size, half;

  const float* row(int64_t i) const {
    return i < pastRows ? past + i * 3 * heads * size : qkv + (i - pastRows) * 3 * heads * size;
  }
  int64_t longest() const {
    int64_t longest = 1;
    for (int64_t r = 0; r < rows; r++) {
      int64_t length = 0;
      for (int32_t run = offsets[r]; run < offsets[r + 1]; run++) length += runs[2 * run + 1];
      longest = std::max(longest, length);
    }
    return longest;
  }
  int64_t work() const {
    int64_t pairs = 0;
    for (int32_t run = 0; run < offsets[rows]; run++) pairs += runs[2 * run + 1];
    return 4 * (pairs + 2 * (rows + pastRows)) * heads * size;
  }
};

// Dimension i turns with i + half; direction -1 turns back.
FT_INLINE void rotate(const float* in, float* out, const float* cosine, const float* sine, int64_t half, int64_t size,
                      float direction, float scale) {
  for (int64_t i = 0; i < half; i++) {
    const float first = in[i], second = in[half + i], s = direction * sine[i];
    out[i] = scale * (first * cosine[i] - second * s);
    out[half + i] = scale * (second * cosine[i] + first * s);
  }
  for (int64_t i = 2 * half; i < size; i++) out[i] = scale * in[i];
}

template <int64_t kSize>
FT_INLINE float dot(const float* a, const float* b, int64_t size) {
  const int64_t n = kSize ? kSize : size;
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

template <int64_t kSize>
FT_INLINE void addScaled(float* to, float factor, const float* from, int64_t size) {
  const int64_t n = kSize ? kSize : size;
#pragma omp simd
  for (int64_t i = 0; i < n; i++) to[i] += factor * from[i];
}

// A head's keys, rotated, and values of all rows, side by side, and what a row's attention needs.
struct HeadScratch {
  std::vector<float> keys, values, query, scores;
};

FT_INLINE void loadHead(const Attention& a, int64_t head, HeadScratch& s) {
  for (int64_t i = 0; i < a.pastRows + a.rows; i++) {
    const float* row = a.row(i) + head * 3 * a.size;
    rotate(row + a.size, &s.keys[i * a.size], a.cosine + i * a.half, a.sine + i * a.half, a.half, a.size, 1, 1);
    std::copy(row + 2 * a.size, row + 3 * a.size, &s.values[i * a.size]);
  }
}

// Leaves the softmax over row r's keys in s.scores, and its query, rotated and scaled, in s.query.
template <int64_t kSize>
FT_INLINE int64_t weigh(const Attention& a, int64_t head, int64_t r, HeadScratch& s) {
  const int64_t at = a.pastRows + r;
  const float scale = 1.0f / std::sqrt(static_cast<float>(a.size));
  rotate(a.row(at) + head * 3 * a.size, s.query.data(), a.cosine + at * a.half, a.sine + at * a.half, a.half, a.size, 1,
         scale);
  float* scores = s.scores.data();
  int64_t n = 0;
  for (int32_t run = a.offsets[r]; run < a.offsets[r + 1]; run++) {
    const float* key = &s.keys[a.runs[2 * run] * a.size];
    for (int32_t i = 0; i < a.runs[2 * run + 1]; i++, key += a.size)
      scores[n++] = dot<kSize>(s.query.data(), key, a.size);
  }
  float largest = scores[0];
  for (int64_t i = 1; i < n; i++) largest = std::max(largest, scores[i]);
  float total = 0;
#pragma omp simd reduction(+ : total)
  for (int64_t i = 0; i < n; i++) {
    scores[i] = expOf(scores[i] - largest);
    total += scores[i];
  }
  const float share = 1.0f / total;
#pragma omp simd
  for (int64_t i = 0; i < n; i++) scores[i] *= share;
  return n;
}

template <int64_t kSize>
FT_INLINE void mixHead(const Attention& a, int64_t head, float* z, HeadScratch& s) {
  loadHead(a, head, s);
  for (int64_t r = 0; r < a.rows; r++) {
    weigh<kSize>(a, head, r, s);
    float* out = z + (r * a.heads + head) * a.size;
    std::fill(out, out + a.size, 0.0f);
    int64_t n = 0;
    for (int32_t run = a.offsets[r]; run < a.offsets[r + 1]; run++) {
      const float* value = &s.values[a.runs[2 * run] * a.size];
      for (int32_t i = 0; i < a.runs[2 * run + 1]; i++, value += a.size)
        addScaled<kSize>(out, s.scores[n++], value, a.size);
    }
  }
}

// Softmax's gradient is p (dp - sum(dp p)), with dp = dz . v.
template <int64_t kSize>
FT_INLINE void gradientOfHead(const Attention& a, int64_t head, const float* dz, float* dqkv, HeadScratch& s,
                              std::vector<float>& dkeys, std::vector<float>& dscores, std::vector<float>& dquery) {
  loadHead(a, head, s);
  const int64_t width = 3 * a.heads * a.size;
  float* own = dqkv + head * 3 * a.size;
  std::fill(dkeys.begin(), dkeys.end(), 0.0f);
  for (int64_t r = 0; r < a.rows; r++) std::fill(own + r * width, own + r * width + 3 * a.size, 0.0f);
  for (int64_t r = 0; r < a.rows; r++) {
    const float* d = dz + (r * a.heads + head) * a.size;
    if (std::all_of(d, d + a.size, [](float x) { return x == 0.0f; })) continue;
    weigh<kSize>(a, head, r, s);
    float along = 0;
    int64_t n = 0;
    for (int32_t run = a.offsets[r]; run < a.offsets[r + 1]; run++) {
      const float* value = &s.values[a.runs[2 * run] * a.size];
      for (int32_t i = 0; i < a.runs[2 * run + 1]; i++, value += a.size, n++) {
        dscores[n] = dot<kSize>(d, value, a.size);
        along += dscores[n] * s.scores[n];
      }
    }
    std::fill(dquery.begin(), dquery.end(), 0.0f);
    n = 0;
    for (int32_t run = a.offsets[r]; run < a.offsets[r + 1]; run++) {
      for (int32_t i = 0; i < a.runs[2 * run + 1]; i++, n++) {
        const int64_t j = a.runs[2 * run] + i;
        const float p = s.scores[n], ds = p * (dscores[n] - along);
        addScaled<kSize>(dquery.data(), ds, &s.keys[j * a.size], a.size);
        if (j < a.pastRows) continue;
        addScaled<kSize>(&dkeys[(j - a.pastRows) * a.size], ds, s.query.data(), a.size);
        addScaled<kSize>(own + (j - a.pastRows) * width + 2 * a.size, p, d, a.size);
      }
    }
    const int64_t at = a.pastRows + r;
    rotate(dquery.data(), own + r * width, a.cosine + at * a.half, a.sine + at * a.half, a.half, a.size, -1,
           1.0f / std::sqrt(static_cast<float>(a.size)));
  }
  for (int64_t r = 0; r < a.rows; r++) {
    const int64_t at = a.pastRows + r;
    rotate(&dkeys[r * a.size], own + r * width + a.size, a.cosine + at * a.half, a.sine + at * a.half, a.half, a.size, -1,
           1);
  }
}

FT_CLONES void mixHeads(const Attention& a, float* z, HeadScratch& s, int64_t first, int64_t end) {
  for (int64_t head = first; head < end; head++) {
    switch (a.size) {
      case 16: mixHead<16>(a, head, z, s); break;
      case 32: mixHead<32>(a, head, z, s); break;
      case 64: mixHead<64>(a, head, z, s); break;
      case 128: mixHead<128>(a, head, z, s); break;
      default: mixHead<0>(a, head, z, s);
    }
  }
}

FT_CLONES void gradientOfHeads(const Attention& a, const float* dz, float* dqkv, HeadScratch& s, int64_t first,
                               int64_t end) {
  std::vector<float> dkeys(a.rows * a.size), dscores(s.scores.size()), dquery(a.size);
  for (int64_t head = first; head < end; head++) {
    switch (a.size) {
      case 16: gradientOfHead<16>(a, head, dz, dqkv, s, dkeys, dscores, dquery); break;
      case 32: gradientOfHead<32>(a, head, dz, dqkv, s, dkeys, dscores, dquery); break;
      case 64: gradientOfHead<64>(a, head, dz, dqkv, s, dkeys, dscores, dquery); break;
      case 128: gradientOfHead<128>(a, head, dz, dqkv, s, dkeys, dscores, dquery); break;
      default: gradientOfHead<0>(a, head, dz, dqkv, s, dkeys, dscores, dquery);
    }
  }
}

// The first inputs of both operations.
struct Inputs {
  Input qkv, past, offsets, runs, cosine, sine;

  explicit Inputs(Call& call)
      : qkv(call.input(0)),
        past(call.input(1)),
        offsets(call.input(2)),
        runs(call.input(3)),
        cosine(call.input(4)),
        sine(call.input(5)) {}

  Attention attention(int64_t heads) const {
    return {qkv.floats(),  past.floats(), offsets.ints(), runs.ints(), cosine.floats(),
            sine.floats(), qkv.dim(0),    past.dim(0),    heads,       qkv.dim(1) / (3 * heads),
            cosine.dim(1)};
  }
};

HeadScratch scratch(const Attention& a, int64_t longest) {
  const size_t all = (a.pastRows + a.rows) * a.size;
  return {std::vector<float>(all), std::vector<float>(all), std::vector<float>(a.size), std::vector<float>(longest)};
}

void attend(Call& call, const Attributes& attributes) {
  const Inputs inputs(call);
  const Attention a = inputs.attention(attributes.heads);
  const int64_t longest = a.longest();
  float* z = call.output(0, {a.rows, a.heads * a.size});
  parallel(a.heads, a.work(), [&](int64_t first, int64_t end) {
    HeadScratch s = scratch(a, longest);
    mixHeads(a, z, s, first, end);
  });
}

void attendGradient(Call& call, const Attributes& attributes) {
  const Inputs inputs(call);
  const Input dz = call.input(6);
  const Attention a = inputs.attention(attributes.heads);
  const int64_t longest = a.longest();
  float* dqkv = call.output(0, {a.rows, 3 * a.heads * a.size});
  parallel(a.heads, 3 * a.work(), [&](int64_t first, int64_t end) {
    HeadScratch s = scratch(a, longest);
    gradientOfHeads(a, dz.floats(), dqkv, s, first, end);
  });
}

const Registration<attend> kAttend("FtAttend",
                                   {"qkv: float", "past: float", "offsets: int32", "runs: int32", "cosine: float",
                                    "sine: float"},
                                   {"z: float"}, {"heads: int"});
const Registration<attendGradient> kAttendGradient("FtAttendGradient",
                                                   {"qkv: float", "past: float", "offsets: int32", "runs: int32",
                                                    "cosine: float", "sine: float", "dz: float"},
                                                   {"dqkv: float"}, {"heads: int"});

}  // namespace
}  // namespace ft
