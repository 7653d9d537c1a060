// A product of two matrices with few, very long rows, a [m, k] b [n, k]^T: scores of edges, each a sum over positions and
// width. Both are read once, in pieces that the cache holds.
#include <algorithm>

#include "lanes.h"

namespace ft {
namespace {

constexpr int64_t kDepth = 512, kRows = 4, kColumns = 3;

// Adds the products of rows of `depth` values to a block of c.
template <int64_t kI, int64_t kJ>
FT_INLINE void block(const float* a, const float* b, float* c, int64_t stride, int64_t columns, int64_t depth) {
  Lanes sums[kI][kJ] = {};
  int64_t k = 0;
  for (; k + kLanes <= depth; k += kLanes) {
    Lanes right[kJ];
    for (int64_t j = 0; j < kJ; j++) right[j] = load(b + j * stride + k);
    for (int64_t i = 0; i < kI; i++) {
      const Lanes left = load(a + i * stride + k);
      for (int64_t j = 0; j < kJ; j++) sums[i][j] += left * right[j];
    }
  }
  for (int64_t i = 0; i < kI; i++) {
    for (int64_t j = 0; j < kJ; j++) {
      float total = sum(sums[i][j]);
      for (int64_t rest = k; rest < depth; rest++) total += a[i * stride + rest] * b[j * stride + rest];
      c[i * columns + j] += total;
    }
  }
}

FT_CLONES void multiplyRows(const float* a, const float* b, float* c, int64_t rows, int64_t columns, int64_t inner) {
  std::fill(c, c + rows * columns, 0.0f);
  for (int64_t k = 0; k < inner; k += kDepth) {
    const int64_t depth = std::min(kDepth, inner - k);
    for (int64_t i = 0; i < rows; i += kRows) {
      const float* left = a + i * inner + k;
      const bool full = i + kRows <= rows;
      int64_t j = 0;
      for (; j + kColumns <= columns && full; j += kColumns)
        block<kRows, kColumns>(left, b + j * inner + k, c + i * columns + j, inner, columns, depth);
      for (; j < columns; j++) {
        const float* right = b + j * inner + k;
        float* to = c + i * columns + j;
        if (full)
          block<kRows, 1>(left, right, to, inner, columns, depth);
        else
          for (int64_t r = 0; r < rows - i; r++)
            block<1, 1>(left + r * inner, right, to + r * columns, inner, columns, depth);
      }
    }
  }
}

void contract(Call& call, const Attributes&) {
  const Input a = call.input(0), b = call.input(1);
  const int64_t rows = a.dim(0), inner = a.dim(1), columns = b.dim(0);
  float* c = call.output(0, {rows, columns});
  parallel(rows, 2 * rows * columns * inner, [&](int64_t first, int64_t end) {
    multiplyRows(a.floats() + first * inner, b.floats(), c + first * columns, end - first, columns, inner);
  });
}

const Registration<contract> kContract("FtContract", {"a: float", "b: float"}, {"c: float"});

}  // namespace
}  // namespace ft
