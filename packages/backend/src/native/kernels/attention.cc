// Attention over a tree of rows, and its gradient: see Ops.attend. Heads are independent, so each thread takes some.
#include <algorithm>
#include <cmath>

#include "lanes.h"
#include "math.h"

namespace ft {
namespace {

// Which rows each row attends to, each list padded to whole lanes with the row itself.
struct Ancestors {
  std::vector<int32_t> lists;
  std::vector<int64_t> begins, lengths;
  int64_t pairs = 0, longest = 0;

  Ancestors(const int32_t* offsets, const int32_t* runs, int64_t rows) : begins(1, 0) {
    for (int64_t r = 0; r < rows; r++) {
      for (int32_t run = offsets[r]; run < offsets[r + 1]; run++)
        for (int32_t i = 0; i < runs[2 * run + 1]; i++) lists.push_back(runs[2 * run] + i);
      const int64_t length = lists.size() - begins.back(), whole = (length + kLanes - 1) / kLanes * kLanes;
      lists.resize(begins.back() + whole, length > 0 ? lists.back() : 0);
      begins.push_back(lists.size());
      lengths.push_back(length);
      pairs += length;
      longest = std::max(longest, whole);
    }
  }
};

// A call's inputs; columns of qkv are ordered head, then q, k, v, then the head's dimension.
struct Attention {
  const float* qkv;
  const float* past;
  const float* cosine;
  const float* sine;
  int64_t rows, pastRows, heads, size, half;
  const Ancestors& ancestors;

  const float* row(int64_t i) const {
    return i < pastRows ? past + i * 3 * heads * size : qkv + (i - pastRows) * 3 * heads * size;
  }
  float scale() const { return 1.0f / std::sqrt(static_cast<float>(size)); }
  int64_t work() const { return 4 * (ancestors.pairs + 2 * (rows + pastRows)) * heads * size; }

  // Row i's dimensions rotated by its angle, where dimension d rotates with d + half; direction -1 rotates back.
  inline __attribute__((always_inline)) void rotate(int64_t i, const float* in, float* out, float direction, float factor) const {
    const float* c = cosine + i * half;
    const float* s = sine + i * half;
    for (int64_t d = 0; d < half; d++) {
      const float first = in[d], second = in[half + d], turn = direction * s[d];
      out[d] = factor * (first * c[d] - second * turn);
      out[half + d] = factor * (second * c[d] + first * turn);
    }
    for (int64_t d = 2 * half; d < size; d++) out[d] = factor * in[d];
  }
};

// One head's queries, keys and values, contiguous: queries and keys rotated, queries also scaled.
struct Head {
  std::vector<float> queries, keys, values;

  explicit Head(const Attention& a)
      : queries(a.rows * a.size), keys((a.pastRows + a.rows) * a.size), values(keys.size()) {}
};

// Rows are further apart than the processor prefetches by itself.
FT_INLINE void prefetch(const float* row, int64_t size) {
  constexpr int64_t kLine = 16;
  for (int64_t i = 0; i < size; i += kLine) __builtin_prefetch(row + i);
}
constexpr int64_t kAhead = 8;

FT_INLINE void loadHead(const Attention& a, int64_t head, Head& h) {
  const int64_t all = a.pastRows + a.rows, at = head * 3 * a.size;
  for (int64_t i = 0; i < all; i++) {
    if (i + kAhead < all) prefetch(a.row(i + kAhead) + at, 3 * a.size);
    const float* row = a.row(i) + at;
    if (i >= a.pastRows) a.rotate(i, row, &h.queries[(i - a.pastRows) * a.size], 1, a.scale());
    a.rotate(i, row + a.size, &h.keys[i * a.size], 1, 1);
    std::copy(row + 2 * a.size, row + 3 * a.size, &h.values[i * a.size]);
  }
}

// Below, kSize is a head's size if it is known at compile time, else 0.

// The inner products of a with the listed rows, in whole lanes.
template <int64_t kSize>
FT_INLINE void dots(const float* a, const float* rows, const int32_t* list, int64_t count, int64_t size, float* to) {
  const int64_t n = kSize ? kSize : size;
  for (int64_t first = 0; first < count; first += kLanes) {
    Lanes products[kLanes];
#pragma GCC unroll 8
    for (int64_t j = 0; j < kLanes; j++) {
      const float* row = rows + list[first + j] * n;
      Lanes product = {};
      int64_t i = 0;
      for (; i + kLanes <= n; i += kLanes) product += load(a + i) * load(row + i);
      for (; i < n; i++) product[0] += a[i] * row[i];
      products[j] = product;
    }
    store(to + first, sumEach(products));
  }
}

// The listed rows' weighted sum.
template <int64_t kSize>
FT_INLINE void mix(const float* weights, const float* rows, const int32_t* list, int64_t count, int64_t size,
                   float* to) {
  if constexpr (kSize == 0) {
    std::fill(to, to + size, 0.0f);
    for (int64_t j = 0; j < count; j++)
      for (int64_t i = 0; i < size; i++) to[i] += weights[j] * rows[list[j] * size + i];
  } else {
    constexpr int64_t kPart = std::min<int64_t>(kSize, 8 * kLanes);  // what fits the registers
    for (int64_t part = 0; part < kSize; part += kPart) {
      Lanes sums[kPart / kLanes] = {};
      for (int64_t j = 0; j < count; j++) {
        const float* row = rows + list[j] * kSize + part;
        for (int64_t i = 0; i < kPart / kLanes; i++) sums[i] += weights[j] * load(row + i * kLanes);
      }
      for (int64_t i = 0; i < kPart / kLanes; i++) store(to + part + i * kLanes, sums[i]);
    }
  }
}

template <int64_t kSize>
FT_INLINE void addScaled(float* to, float factor, const float* from, int64_t size) {
  const int64_t n = kSize ? kSize : size;
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store(to + i, load(to + i) + factor * load(from + i));
  for (; i < n; i++) to[i] += factor * from[i];
}

// The rows that one attends to.
struct List {
  int64_t count, whole;
  const int32_t* rows;

  List(const Ancestors& ancestors, int64_t r)
      : count(ancestors.lengths[r]),
        whole(ancestors.begins[r + 1] - ancestors.begins[r]),
        rows(&ancestors.lists[ancestors.begins[r]]) {}
};

// The softmax over a row's keys; 0 in the padding.
template <int64_t kSize>
FT_INLINE void weigh(const float* query, const Head& h, const List& list, int64_t size, float* weights) {
  dots<kSize>(query, h.keys.data(), list.rows, list.whole, size, weights);
  Lanes most = load(weights);
  for (int64_t i = kLanes; i < list.whole; i += kLanes) {
    const Lanes scores = load(weights + i);
    most = scores > most ? scores : most;
  }
  float largest = most[0];
  for (int64_t i = 1; i < kLanes; i++) largest = std::max(largest, most[i]);
#pragma omp simd
  for (int64_t i = 0; i < list.whole; i++) weights[i] = expOf(weights[i] - largest);
  std::fill(weights + list.count, weights + list.whole, 0.0f);
  Lanes totals = {};
  for (int64_t i = 0; i < list.whole; i += kLanes) totals += load(weights + i);
  const float share = 1.0f / sum(totals);
  for (int64_t i = 0; i < list.whole; i += kLanes) store(weights + i, share * load(weights + i));
}

template <int64_t kSize>
FT_INLINE void mixHead(const Attention& a, int64_t head, float* z, Head& h, float* weights) {
  loadHead(a, head, h);
  for (int64_t r = 0; r < a.rows; r++) {
    const List list(a.ancestors, r);
    weigh<kSize>(&h.queries[r * a.size], h, list, a.size, weights);
    mix<kSize>(weights, h.values.data(), list.rows, list.count, a.size, z + (r * a.heads + head) * a.size);
  }
}

// Softmax's gradient is p (dp - sum(dp p)), with dp = dz . v.
template <int64_t kSize>
FT_INLINE void gradientOfHead(const Attention& a, int64_t head, const float* dz, float* dqkv, Head& h, Head& g,
                              float* weights, float* scores) {
  loadHead(a, head, h);
  for (std::vector<float>* sums : {&g.queries, &g.keys, &g.values}) std::fill(sums->begin(), sums->end(), 0.0f);
  for (int64_t r = 0; r < a.rows; r++) {
    const float* d = dz + (r * a.heads + head) * a.size;
    if (r + kAhead < a.rows) prefetch(d + kAhead * a.heads * a.size, a.size);
    bool zero = true;
    for (int64_t i = 0; i < a.size && zero; i++) zero = d[i] == 0.0f;
    if (zero) continue;
    const List list(a.ancestors, r);
    const float* query = &h.queries[r * a.size];
    weigh<kSize>(query, h, list, a.size, weights);
    dots<kSize>(d, h.values.data(), list.rows, list.whole, a.size, scores);
    Lanes along = {};
    for (int64_t i = 0; i < list.whole; i += kLanes) along += load(scores + i) * load(weights + i);
    const float mean = sum(along);
    for (int64_t i = 0; i < list.whole; i += kLanes) store(scores + i, load(weights + i) * (load(scores + i) - mean));
    mix<kSize>(scores, h.keys.data(), list.rows, list.count, a.size, &g.queries[r * a.size]);
    for (int64_t i = 0; i < list.count; i++) {
      addScaled<kSize>(&g.keys[list.rows[i] * a.size], scores[i], query, a.size);
      addScaled<kSize>(&g.values[list.rows[i] * a.size], weights[i], d, a.size);
    }
  }
  for (int64_t r = 0; r < a.rows; r++) {
    const int64_t at = a.pastRows + r;
    float* own = dqkv + (r * a.heads + head) * 3 * a.size;
    a.rotate(at, &g.queries[r * a.size], own, -1, a.scale());
    a.rotate(at, &g.keys[at * a.size], own + a.size, -1, 1);
    std::copy(&g.values[at * a.size], &g.values[at * a.size] + a.size, own + 2 * a.size);
  }
}

FT_CLONES void mixHeads(const Attention& a, float* z, int64_t first, int64_t end) {
  Head h(a);
  std::vector<float> weights(a.ancestors.longest);
  for (int64_t head = first; head < end; head++) {
    switch (a.size) {
      case 16: mixHead<16>(a, head, z, h, weights.data()); break;
      case 32: mixHead<32>(a, head, z, h, weights.data()); break;
      case 64: mixHead<64>(a, head, z, h, weights.data()); break;
      case 128: mixHead<128>(a, head, z, h, weights.data()); break;
      default: mixHead<0>(a, head, z, h, weights.data());
    }
  }
}

FT_CLONES void gradientOfHeads(const Attention& a, const float* dz, float* dqkv, int64_t first, int64_t end) {
  Head h(a), g(a);
  std::vector<float> weights(a.ancestors.longest), scores(a.ancestors.longest);
  for (int64_t head = first; head < end; head++) {
    switch (a.size) {
      case 16: gradientOfHead<16>(a, head, dz, dqkv, h, g, weights.data(), scores.data()); break;
      case 32: gradientOfHead<32>(a, head, dz, dqkv, h, g, weights.data(), scores.data()); break;
      case 64: gradientOfHead<64>(a, head, dz, dqkv, h, g, weights.data(), scores.data()); break;
      case 128: gradientOfHead<128>(a, head, dz, dqkv, h, g, weights.data(), scores.data()); break;
      default: gradientOfHead<0>(a, head, dz, dqkv, h, g, weights.data(), scores.data());
    }
  }
}

// The inputs that both operations share, which come first.
struct Inputs {
  Input qkv, past, offsets, runs, cosine, sine;
  Ancestors ancestors;

  explicit Inputs(Call& call)
      : qkv(call.input(0)),
        past(call.input(1)),
        offsets(call.input(2)),
        runs(call.input(3)),
        cosine(call.input(4)),
        sine(call.input(5)),
        ancestors(offsets.ints(), runs.ints(), qkv.dim(0)) {}

  Attention attention(int64_t heads) const {
    return {qkv.floats(), past.floats(), cosine.floats(),           sine.floats(), qkv.dim(0),
            past.dim(0),  heads,         qkv.dim(1) / (3 * heads), cosine.dim(1), ancestors};
  }
};

void attend(Call& call, const Attributes& attributes) {
  const Inputs inputs(call);
  const Attention a = inputs.attention(attributes.heads);
  float* z = call.output(0, {a.rows, a.heads * a.size});
  parallel(a.heads, a.work(), [&](int64_t first, int64_t end) { mixHeads(a, z, first, end); });
}

void attendGradient(Call& call, const Attributes& attributes) {
  const Inputs inputs(call);
  const Input dz = call.input(6);
  const Attention a = inputs.attention(attributes.heads);
  float* dqkv = call.output(0, {a.rows, 3 * a.heads * a.size});
  parallel(a.heads, 3 * a.work(),
           [&](int64_t first, int64_t end) { gradientOfHeads(a, dz.floats(), dqkv, first, end); });
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
