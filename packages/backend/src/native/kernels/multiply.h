// Matrix products: both factors are copied, block by block, into the order in which the innermost loop reads them (Goto and
// van de Geijn 2008), so that how they lie in memory costs next to nothing. A weight that is multiplied by often is brought
// into that order once: then it is read where it lies.
#ifndef FT_MULTIPLY_H_
#define FT_MULTIPLY_H_

#include "pack.h"

namespace ft {

// c [rows, columns] = factor a b + bias, row-major.
struct Product {
  Stack a, b;
  float factor;
  const float* bias;  // [columns] or null
  float* c;
  int64_t rows, columns, inner;
};

// Part of a product's result.
struct Area {
  int64_t top, bottom, left, right;
};

// Inner size of a block of a, which stays in the second-level cache, and elements of a block of b, 1 MiB.
constexpr int64_t kDepth = 256, kPanel = 262144;

// Where all rows of a are one block, each block of b is used once: then b's are small, 128 KiB, and stay in the second-level
// cache, and up to so many elements of a are copied beforehand.
constexpr int64_t kNarrow = 32768, kWhole = 262144;

// Columns up to which a is read where it lies.
constexpr int64_t kFew = 64;

// Inner elements between two fetches of what comes next: many at once would wait for each other.
constexpr int64_t kStep = 16;

// What one pass of the innermost loop computes, as much as the registers hold, and rows of a block of a: as many KiB at
// full depth.
template <int64_t lanes, int64_t rows, int64_t across, int64_t height>
struct Tile {
  typedef float Register __attribute__((vector_size(lanes * 4)));
  static constexpr int64_t kLanes = lanes, kRows = rows, kAcross = across, kColumns = lanes * across, kHeight = height;
};

// Part of a product's result that one tile computes.
struct Target {
  float* c;
  int64_t stride, rows, columns;
  // Begins with the bias or, for `more` of the same product, with what is there.
  const float* bias;
  bool more;
  float factor;
};

// Rows of a, element (row, inner) at row * outerStride + inner * innerStride, times one strip of b, meanwhile fetching so
// many lines of what comes next.
template <typename T>
FT_INLINE void multiplyTile(const Factor& a, const float* b, const Target& target, Ahead& ahead, int64_t lines) {
  using Register = typename T::Register;
  const auto load = [](const float* from) {
    Register values;
    __builtin_memcpy(&values, from, sizeof values);
    return values;
  };
  const auto store = [](float* to, Register values) { __builtin_memcpy(to, &values, sizeof values); };
  const auto [c, stride, rows, columns, bias, more, factor] = target;
  const int64_t depth = a.inner, steps = (depth + kStep - 1) / kStep;
  for (int64_t i = 0; i < rows; i++) __builtin_prefetch(c + i * stride, 1);
  Register sums[T::kRows][T::kAcross] = {};
  for (int64_t k = 0; k < depth;) {
    ahead.fetch((lines + steps - 1) / steps);
    for (const int64_t end = std::min(k + kStep, depth); k < end; k++) {
      Register right[T::kAcross];
      for (int64_t j = 0; j < T::kAcross; j++) right[j] = load(b + k * T::kColumns + j * T::kLanes);
      for (int64_t i = 0; i < T::kRows; i++)
        for (int64_t j = 0; j < T::kAcross; j++)
          sums[i][j] += a.values[k * a.innerStride + i * a.outerStride] * right[j];
    }
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
        store(to, before + factor * sums[i][j]);
      }
    }
  } else {
    float tile[T::kRows][T::kColumns];
    for (int64_t i = 0; i < T::kRows; i++)
      for (int64_t j = 0; j < T::kAcross; j++) store(tile[i] + j * T::kLanes, factor * sums[i][j]);
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
  // Whether a has more rows than a block of it, and how many that has: blocks are of like size.
  bool tall;
  int64_t block;
  // Whether few strips of b meet a's rows, so that these are not worth a copy.
  bool few;
  // Inner size of a block; inner elements for which a is copied beforehand, all where it is not; columns of a block of b.
  int64_t depth, reach, width;
  // Rows for which a copy has room.
  int64_t height;
  // Inner elements of b's first factor if it has strips, else none: no block lies on both sides of their end.
  int64_t border;
  // Columns of b that are read where they lie, before the border, as they are strips along the inner dimension.
  int64_t ready;

  Cut(const Product& product, const Area& area) {
    const int64_t rows = area.bottom - area.top, columns = area.right - area.left;
    const Factor& b = product.b[0];
    const auto parts = [](int64_t size, int64_t most) { return std::max<int64_t>(1, (size + most - 1) / most); };
    tall = rows > T::kHeight;
    block = parts(rows, parts(rows, T::kHeight) * T::kRows) * T::kRows;
    few = product.a.size() == 1 && columns <= kFew;
    height = std::min(rows, block) + T::kRows;
    border = b.strips > 0 ? b.inner : 0;
    ready = b.innerStride == 1 ? b.strips : 0;
    const int64_t inner = b.strips > 0 ? border : product.inner;
    depth = parts(inner, parts(inner, kDepth));
    if (b.strips > 0) depth = (depth + T::kColumns - 1) / T::kColumns * T::kColumns;
    reach = tall ? std::max<int64_t>(1, product.inner) : depth * std::max<int64_t>(1, kWhole / height / depth);
    // Rows of memory cut into short pieces would be slow to read.
    const int64_t panel = !tall && (b.innerStride == 1 || b.strips > 0) ? kNarrow : kPanel;
    width = std::max<int64_t>(1, panel / depth / T::kColumns) * T::kColumns;
  }

  // The block's inner elements from k on, of those before `end`.
  Depth at(int64_t k, int64_t end) const {
    return {k, std::min(depth, (k < border ? std::min(border, end) : end) - k)};
  }

  // Where the block after that one begins; there is always one, if of nothing.
  int64_t after(int64_t k, int64_t end) const { return k + std::max<int64_t>(1, at(k, end).size); }

  // Where the block of b that begins at `left` ends, at `right` at the latest.
  int64_t rightOf(int64_t left, int64_t right) const {
    return std::min(left + width, left < ready ? std::min(ready, right) : right);
  }

  // The end of the rows from `top` on that are read where they lie; zeros complete the copy of the last ones.
  int64_t direct(int64_t top, int64_t bottom) const {
    return few ? top + (bottom - top) / T::kRows * T::kRows : top;
  }
};

// A block of b: strips of a tile's columns, so many numbers apart.
struct Strips {
  const float* values;
  int64_t apart;
};

// Adds a block of a, from row `direct` on its copy, times a block of b to the area of c, meanwhile fetching what comes next.
template <typename T>
FT_INLINE void multiplyBlock(const Product& product, const Area& area, const Depth& part, int64_t direct, const float* a,
                             const Strips& b, Ahead& ahead, int64_t lines) {
  const auto [k, depth] = part;
  for (int64_t j = area.left; j < area.right; j += T::kColumns) {
    const int64_t columns = std::min(T::kColumns, area.right - j);
    const float* right = b.values + (j - area.left) / T::kColumns * b.apart;
    const float* bias = product.bias ? product.bias + j : nullptr;
    const auto multiply = [&](const Factor& strip, int64_t i, int64_t rows) __attribute__((always_inline)) {
      float* c = product.c + i * product.columns + j;
      multiplyTile<T>(strip, right, {c, product.columns, rows, columns, bias, k > 0, product.factor}, ahead, lines);
    };
    const Factor& rows = product.a[0];
    for (int64_t i = area.top; i < direct; i += T::kRows)
      multiply({rows.values + i * rows.outerStride + k * rows.innerStride, rows.outerStride, rows.innerStride, depth}, i,
               T::kRows);
    for (int64_t i = direct; i < area.bottom; i += T::kRows)
      multiply({a + (i - direct) * depth, 1, T::kRows, depth}, i, std::min(T::kRows, area.bottom - i));
  }
}

// The same for all rows of the area; if there are many, `a` is room for a block's copy, otherwise that copy.
template <typename T>
FT_INLINE void multiplyPanel(const Product& product, const Area& area, const Depth& part, const Cut<T>& cut, float* a,
                             const Strips& b, Ahead& ahead) {
  const auto [top, bottom, left, right] = area;
  const int64_t tiles = ((bottom - top) / T::kRows + 1) * ((right - left) / T::kColumns + 1);
  const int64_t lines = ahead.lines() / tiles + 1;
  for (int64_t i = top; i < bottom; i += cut.block) {
    const int64_t end = std::min(i + cut.block, bottom);
    const int64_t direct = cut.direct(i, end);
    if (cut.tall) packStack<T::kRows>(product.a, direct, end, part.k, part.size, a);
    multiplyBlock<T>(product, {i, end, left, right}, part, direct, a, b, ahead, lines);
  }
}

// Columns [left, right) of b's block where they lie, or copied to `copy`.
template <typename T>
FT_INLINE Strips stripsOf(const Product& product, const Cut<T>& cut, int64_t left, int64_t right, const Depth& part,
                          float* copy) {
  if (left < cut.ready && part.k < cut.border) {
    const Factor& b = product.b[0];
    return {b.values + left * b.outerStride + part.k * T::kColumns, T::kColumns * b.outerStride};
  }
  packStack<T::kColumns>(product.b, left, right, part.k, part.size, copy);
  return {copy, T::kColumns * part.size};
}

template <typename T>
FT_INLINE void multiplyArea(const Product& product, const Area& area, Scratch& forA, Scratch& forB) {
  const auto [top, bottom, areaLeft, areaRight] = area;
  const Cut<T> cut(product, area);
  const int64_t inner = product.inner;
  float* a = forA.floats(cut.height * (cut.tall ? cut.depth : std::min(cut.reach, inner)));
  float* b = forB.floats((std::min(cut.width, areaRight - areaLeft) + T::kColumns) * cut.depth);
  for (int64_t begin = 0; begin == 0 || begin < inner; begin += cut.reach) {
    const int64_t end = std::min(begin + cut.reach, inner);
    const auto copyAt = [&](int64_t k) { return cut.tall ? a : a + (k - begin) * cut.height; };
    for (int64_t k = begin; k < end && !cut.tall; k = cut.after(k, end))
      packStack<T::kRows>(product.a, cut.direct(top, bottom), bottom, k, cut.at(k, end).size, copyAt(k));
    for (int64_t left = areaLeft; left < areaRight; left = cut.rightOf(left, areaRight)) {
      const int64_t right = cut.rightOf(left, areaRight);
      for (int64_t k = begin; k == begin || k < end; k = cut.after(k, end)) {
        const Depth part = cut.at(k, end);
        const Strips strips = stripsOf<T>(product, cut, left, right, part, b);
        const bool last = k + part.size >= end;
        const Depth next = cut.at(last ? begin : k + part.size, end);
        const int64_t nextLeft = last ? right : left;
        Ahead ahead(product.b, nextLeft, cut.rightOf(nextLeft, areaRight), next.k, next.size, T::kColumns);
        multiplyPanel<T>(product, {top, bottom, left, right}, part, cut, copyAt(k), strips, ahead);
      }
    }
  }
}

}  // namespace ft

#endif  // FT_MULTIPLY_H_
