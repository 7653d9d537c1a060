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

// Where a has at most kHeight rows, each block of b is used once: then b's are small, 128 KiB, and stay in the second-level
// cache, and up to so many elements of a are copied beforehand.
constexpr int64_t kNarrow = 32768, kWhole = 262144;

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

// Inner elements [k, k + size).
struct Depth {
  int64_t k, size;
};

// How the product of an area is cut into blocks.
template <typename T>
struct Cut {
  // Whether a has more rows than a block of it.
  bool tall;
  // Whether few strips of b meet a's rows, so that these are not worth a copy.
  bool few;
  // Inner size of a block; inner elements for which a is copied beforehand, all where it is not; columns of a block of b.
  int64_t depth, reach, width;
  // Rows for which a copy has room.
  int64_t height;

  Cut(const Product& product, const Area& area) {
    const int64_t rows = area.bottom - area.top, columns = area.right - area.left;
    const int64_t blocks = std::max<int64_t>(1, (product.inner + kDepth - 1) / kDepth);
    tall = rows > kHeight;
    few = product.a.size() == 1 && columns <= kFew;
    height = std::min(rows, kHeight) + T::kRows;
    depth = std::max<int64_t>(1, (product.inner + blocks - 1) / blocks);
    reach = depth * (tall ? blocks : std::max<int64_t>(1, kWhole / height / depth));
    // Rows of memory cut into short pieces would be slow to read.
    const int64_t panel = !tall && product.b[0].innerStride == 1 ? kNarrow : kPanel;
    width = std::max<int64_t>(1, panel / depth / T::kColumns) * T::kColumns;
  }

  // The end of the rows from `top` on that are read where they lie; zeros complete the copy of the last ones.
  int64_t direct(int64_t top, int64_t bottom) const {
    return few ? top + (bottom - top) / T::kRows * T::kRows : top;
  }
};

// Adds a block of a, from row `direct` on its copy, times a block of b to the area of c, meanwhile fetching what comes next.
template <typename T>
FT_INLINE void multiplyBlock(const Product& product, const Area& area, const Depth& part, int64_t direct, const float* a,
                             const float* b, Ahead& ahead, int64_t lines) {
  const auto [k, depth] = part;
  for (int64_t j = area.left; j < area.right; j += T::kColumns) {
    const int64_t columns = std::min(T::kColumns, area.right - j);
    const auto multiply = [&](const Factor& strip, int64_t i, int64_t rows) __attribute__((always_inline)) {
      ahead.fetch(lines);
      multiplyTile<T>(strip, b + (j - area.left) * depth, depth, product.bias ? product.bias + j : nullptr, k > 0,
                      product.c + i * product.columns + j, product.columns, rows, columns);
    };
    const auto& [values, outer, inner, _] = product.a[0];
    for (int64_t i = area.top; i < direct; i += T::kRows)
      multiply({values + i * outer + k * inner, outer, inner, depth}, i, T::kRows);
    for (int64_t i = direct; i < area.bottom; i += T::kRows)
      multiply({a + (i - direct) * depth, 1, T::kRows, depth}, i, std::min(T::kRows, area.bottom - i));
  }
}

// The same for all rows of the area; if there are many, `a` is room for a block's copy, otherwise that copy.
template <typename T>
FT_INLINE void multiplyPanel(const Product& product, const Area& area, const Depth& part, const Cut<T>& cut, float* a,
                             const float* b, Ahead& ahead) {
  const auto [top, bottom, left, right] = area;
  const int64_t tiles = ((bottom - top) / T::kRows + 1) * ((right - left) / T::kColumns + 1);
  const int64_t lines = ahead.lines() / tiles + 1;
  for (int64_t i = top; i < bottom; i += kHeight) {
    const int64_t end = std::min(i + kHeight, bottom);
    const int64_t direct = cut.direct(i, end);
    if (cut.tall) packStack<T::kRows>(product.a, direct, end, part.k, part.size, a);
    multiplyBlock<T>(product, {i, end, left, right}, part, direct, a, b, ahead, lines);
  }
}

template <typename T>
FT_INLINE void multiplyArea(const Product& product, const Area& area, Scratch& forA, Scratch& forB) {
  const auto [top, bottom, areaLeft, areaRight] = area;
  const Cut<T> cut(product, area);
  const int64_t inner = product.inner, most = cut.depth;
  float* a = forA.floats(cut.height * (cut.tall ? most : std::min(cut.reach, inner)));
  float* b = forB.floats((std::min(cut.width, areaRight - areaLeft) + T::kColumns) * most);
  for (int64_t begin = 0; begin == 0 || begin < inner; begin += cut.reach) {
    const int64_t end = std::min(begin + cut.reach, inner);
    const auto depthAt = [&](int64_t k) { return std::min(most, end - k); };
    const auto copyAt = [&](int64_t k) { return cut.tall ? a : a + (k - begin) * cut.height; };
    for (int64_t k = begin; k < end && !cut.tall; k += most)
      packStack<T::kRows>(product.a, cut.direct(top, bottom), bottom, k, depthAt(k), copyAt(k));
    for (int64_t left = areaLeft; left < areaRight; left += cut.width) {
      const int64_t right = std::min(left + cut.width, areaRight);
      for (int64_t k = begin; k == begin || k < end; k += most) {
        packStack<T::kColumns>(product.b, left, right, k, depthAt(k), b);
        const bool last = k + most >= end;
        const int64_t nextK = last ? begin : k + most, nextLeft = last ? right : left;
        Ahead ahead(product.b, nextLeft, std::min(nextLeft + cut.width, areaRight), nextK, depthAt(nextK));
        multiplyPanel<T>(product, {top, bottom, left, right}, {k, depthAt(k)}, cut, copyAt(k), b, ahead);
      }
    }
  }
}

}  // namespace ft

#endif  // FT_MULTIPLY_H_
