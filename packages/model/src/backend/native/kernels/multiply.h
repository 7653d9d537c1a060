// Matrix products: both factors are copied, block by block, into the order in which the innermost loop reads them (Goto and
// van de Geijn 2008), so that how they lie in memory costs next to nothing.
#ifndef FT_MULTIPLY_H_
#define FT_MULTIPLY_H_

#include "pack.h"

namespace ft {

// c [rows, columns] = a b + bias, row-major.
struct Product {
  Stack a, b;
  const float* bias;  // [columns] or null
  float* c;
  int64_t rows, columns, inner;
};

// Part of a product's result.
struct Area {
  int64_t top, bottom, left, right;
};

// Inner size and rows of a block of a, 192 KiB, which stays in the second-level cache, and elements of a block of b, 1 MiB.
constexpr int64_t kDepth = 256, kHeight = 192, kPanel = 262144;

// Columns up to which a is read where it lies.
constexpr int64_t kFew = 64;

// What one pass of the innermost loop computes: as much as the registers hold.
template <int64_t lanes, int64_t rows, int64_t across>
struct Tile {
  typedef float Register __attribute__((vector_size(lanes * 4)));
  static constexpr int64_t kLanes = lanes, kRows = rows, kAcross = across, kColumns = lanes * across;
};

// Rows of a, element (row, inner) at row * outerStride + inner * innerStride, times one strip of b. Begins with the bias, or
// with what is there for `more` of the same product.
template <typename T>
FT_INLINE void multiplyTile(const Factor& a, const float* b, int64_t depth, const float* bias, bool more, float* c,
                            int64_t stride, int64_t rows, int64_t columns) {
  using Register = typename T::Register;
  const auto load = [](const float* from) {
    Register values;
    __builtin_memcpy(&values, from, sizeof values);
    return values;
  };
  const auto store = [](float* to, Register values) { __builtin_memcpy(to, &values, sizeof values); };
  for (int64_t i = 0; i < rows; i++) __builtin_prefetch(c + i * stride, 1);
  Register sums[T::kRows][T::kAcross] = {};
  for (int64_t k = 0; k < depth; k++) {
    Register right[T::kAcross];
    for (int64_t j = 0; j < T::kAcross; j++) right[j] = load(b + k * T::kColumns + j * T::kLanes);
    for (int64_t i = 0; i < T::kRows; i++)
      for (int64_t j = 0; j < T::kAcross; j++)
        sums[i][j] += a.values[k * a.innerStride + i * a.outerStride] * right[j];
  }
  if (rows == T::kRows && columns == T::kColumns) {
    for (int64_t i = 0; i < T::kRows; i++) {
      for (int64_t j = 0; j < T::kAcross; j++) {
        float* to = c + i * stride + j * T::kLanes;
        Register before = {};
        if (more)
          before = load(to);
        else if (bias)
          before = load(bias + j * T::kLanes);
        store(to, before + sums[i][j]);
      }
    }
  } else {
    float tile[T::kRows][T::kColumns];
    for (int64_t i = 0; i < T::kRows; i++)
      for (int64_t j = 0; j < T::kAcross; j++) store(tile[i] + j * T::kLanes, sums[i][j]);
    for (int64_t i = 0; i < rows; i++) {
      float* to = c + i * stride;
      for (int64_t j = 0; j < columns; j++) to[j] = (more ? to[j] : bias ? bias[j] : 0.0f) + tile[i][j];
    }
  }
}

// A block of b, copied: columns [left, right), inner elements [k, k + depth).
struct Block {
  const float* strips;
  int64_t left, right, k, depth;
};

// Adds the rows of a times a block of b to the area of c, meanwhile fetching what comes next.
template <typename T>
FT_INLINE void multiplyBlock(const Product& product, const Area& area, const Block& block, Ahead& ahead,
                             float* scratch) {
  const auto [strips, left, right, k, depth] = block;
  const int64_t tiles = ((area.bottom - area.top) / T::kRows + 1) * ((right - left) / T::kColumns + 1);
  const int64_t lines = ahead.lines() / tiles + 1;
  for (int64_t top = area.top; top < area.bottom; top += kHeight) {
    const int64_t bottom = std::min(top + kHeight, area.bottom);
    // Rows that few strips of b meet are not worth a copy, but for the last ones, which zeros complete.
    const bool few = product.a.size() == 1 && right - left <= kFew;
    const int64_t direct = few ? top + (bottom - top) / T::kRows * T::kRows : top;
    packStack<T::kRows>(product.a, direct, bottom, k, depth, scratch);
    for (int64_t j = left; j < right; j += T::kColumns) {
      const int64_t columns = std::min(T::kColumns, right - j);
      const auto multiply = [&](const Factor& a, int64_t i, int64_t rows) __attribute__((always_inline)) {
        ahead.fetch(lines);
        multiplyTile<T>(a, strips + (j - left) * depth, depth, product.bias ? product.bias + j : nullptr, k > 0,
                        product.c + i * product.columns + j, product.columns, rows, columns);
      };
      const auto& [values, outer, inner, _] = product.a[0];
      for (int64_t i = top; i < direct; i += T::kRows)
        multiply({values + i * outer + k * inner, outer, inner, depth}, i, T::kRows);
      for (int64_t i = direct; i < bottom; i += T::kRows)
        multiply({scratch + (i - direct) * depth, 1, T::kRows, depth}, i, std::min(T::kRows, bottom - i));
    }
  }
}

template <typename T>
FT_INLINE void multiplyArea(const Product& product, const Area& area, Scratch& forA, Scratch& forB) {
  const int64_t blocks = std::max<int64_t>(1, (product.inner + kDepth - 1) / kDepth);
  const int64_t most = std::max<int64_t>(1, (product.inner + blocks - 1) / blocks);
  const int64_t width = std::max<int64_t>(1, kPanel / most / T::kColumns) * T::kColumns;
  float* a = forA.floats((kHeight + T::kRows) * most);
  float* b = forB.floats((std::min(width, area.right - area.left) + T::kColumns) * most);
  for (int64_t left = area.left; left < area.right; left += width) {
    const int64_t right = std::min(left + width, area.right);
    for (int64_t k = 0; k == 0 || k < product.inner; k += most) {
      const int64_t depth = std::min(most, product.inner - k);
      packStack<T::kColumns>(product.b, left, right, k, depth, b);
      const bool last = k + most >= product.inner;
      const int64_t nextLeft = last ? right : left, nextK = last ? 0 : k + most;
      Ahead ahead(product.b, nextLeft, std::min(nextLeft + width, area.right), nextK,
                  std::min(most, product.inner - nextK));
      multiplyBlock<T>(product, area, {b, left, right, k, depth}, ahead, a);
    }
  }
}

}  // namespace ft

#endif  // FT_MULTIPLY_H_
