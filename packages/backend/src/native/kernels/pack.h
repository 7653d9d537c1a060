// The factors of a matrix product, copied in the order in which the innermost loop reads them.
#ifndef FT_PACK_H_
#define FT_PACK_H_

#include <algorithm>
#include <vector>

#include "lanes.h"

namespace ft {

// A factor whose rows or columns, the outer ones, meet those of the other factor along the inner dimension: element
// (outer, inner) is at outer * outerStride + inner * innerStride.
struct Factor {
  const float* values;
  int64_t outerStride, innerStride, inner;
  // Rows of a row-major matrix, from the first one on, that lie as strips: see packRows. All others lie as they would.
  int64_t strips = 0;
};

// Factors that continue each other along the inner dimension.
using Stack = std::vector<Factor>;

// Numbers in a cache line.
constexpr int64_t kLine = 16;

// Memory for copies; each thread keeps its own.
class Scratch {
 public:
  // Aligned to a cache line.
  float* floats(int64_t count) {
    if (static_cast<int64_t>(memory_.size()) < count + kLine) memory_.resize(count + kLine);
    const auto address = reinterpret_cast<uintptr_t>(memory_.data());
    return memory_.data() + (kLine - address / sizeof(float) % kLine) % kLine;
  }

 private:
  std::vector<float> memory_;
};

// `count` outer elements, at most `width`, side by side: to[inner * width + outer], with zeros up to the width.
template <int64_t width>
FT_INLINE void packStrip(const Factor& factor, const float* from, int64_t count, int64_t depth, float* to) {
  const int64_t outer = factor.outerStride, inner = factor.innerStride;
  int64_t k = 0;
  if (count == width && inner == 1 && width >= kLanes) {
    // A whole cache line of eight rows at a time: rows a power of two apart would push more out of the cache. Where eight
    // do not divide the width, the last eight overlap those before.
    for (; k + kLine <= depth; k += kLine) {
      for (int64_t row = 0; row < width; row += kLanes) {
        const int64_t i = std::min(row, width - kLanes);
        for (int64_t half = k; half < k + kLine; half += kLanes) {
          Lanes block[kLanes];
          for (int64_t j = 0; j < kLanes; j++) block[j] = load(from + (i + j) * outer + half);
          transposeLanes(block);
          for (int64_t j = 0; j < kLanes; j++) store(to + (half + j) * width + i, block[j]);
        }
      }
    }
  }
  if (count == width)
    for (; k < depth; k++)
      for (int64_t i = 0; i < width; i++) to[k * width + i] = from[i * outer + k * inner];
  for (; k < depth; k++)
    for (int64_t i = 0; i < width; i++) to[k * width + i] = i < count ? from[i * outer + k * inner] : 0.0f;
}

// `width` rows of a row-major matrix in the order in which a product reads them.
template <int64_t width>
FT_INLINE void packRows(const float* rows, int64_t columns, float* strip) {
  packStrip<width>({rows, columns, 1, columns}, rows, width, columns, strip);
}

// Outer elements [first, end), inner ones [k, k + depth), as strips of `width`; strips are `stride` apart. Those of a matrix
// that lies as strips are not asked for where they can be read as they lie: see Cut.
template <int64_t width>
FT_INLINE void pack(const Factor& factor, int64_t first, int64_t end, int64_t k, int64_t depth, int64_t stride,
                    float* to) {
  if (factor.outerStride == 1) {
    for (; depth > 0 && k < factor.strips; k += width, depth -= width, to += width * width) {
      const float* strip = factor.values + k * factor.innerStride;
      for (int64_t i = first; i < end; i += width)
        packStrip<width>({strip, width, 1, width}, strip + i * width, std::min(width, end - i), width,
                         to + (i - first) / width * stride);
    }
    if (depth <= 0) return;
  }
  const float* from = factor.values + first * factor.outerStride + k * factor.innerStride;
  int64_t i = first;
  if (factor.outerStride == 1) {
    // In the order of memory.
    const int64_t full = (end - first) / width;
    for (int64_t q = 0; q < depth; q++)
      for (int64_t strip = 0; strip < full; strip++)
        __builtin_memcpy(to + strip * stride + q * width, from + q * factor.innerStride + strip * width,
                         width * sizeof(float));
    i += full * width;
  }
  for (; i < end; i += width) {
    const int64_t offset = i - first;
    packStrip<width>(factor, from + offset * factor.outerStride, std::min(width, end - i), depth,
                     to + offset / width * stride);
  }
}

// The same of a stack, the strips one after the other.
template <int64_t width>
FT_INLINE void packStack(const Stack& stack, int64_t first, int64_t end, int64_t k, int64_t depth, float* to) {
  int64_t before = 0;
  for (const Factor& factor : stack) {
    const int64_t from = std::max(k, before), until = std::min(k + depth, before + factor.inner);
    if (from < until)
      pack<width>(factor, first, end, from - before, until - from, depth * width, to + (from - k) * width);
    before += factor.inner;
  }
}

// A part of a factor, to be fetched into the cache line by line.
class Ahead {
 public:
  // Outer elements [first, end), inner ones from k on, `depth` at most, of the factor that has the first of them. Strips, if
  // it has some, are of `width`.
  Ahead(const Stack& stack, int64_t first, int64_t end, int64_t k, int64_t depth, int64_t width) {
    auto factor = stack.begin();
    for (; factor + 1 < stack.end() && k >= factor->inner; factor++) k -= factor->inner;
    const bool alongInner = factor->innerStride == 1;
    depth = std::min(depth, factor->inner - k);
    next_ = factor->values + first * factor->outerStride + k * factor->innerStride;
    stride_ = alongInner ? factor->outerStride : factor->innerStride;
    rows_ = alongInner ? end - first : depth;
    length_ = alongInner ? depth : end - first;
    if (length_ <= 0) rows_ = 0;
    if ((alongInner ? first : k) < factor->strips) {
      next_ += (alongInner ? k : first) * (width - 1);
      stride_ *= width, rows_ /= width, length_ *= width;
    }
  }

  int64_t lines() const { return rows_ * ((length_ + kLine - 1) / kLine); }

  void fetch(int64_t lines) {
    for (; lines > 0 && rows_ > 0; lines--) {
      __builtin_prefetch(next_ + at_, 0, 1);
      at_ += kLine;
      if (at_ >= length_) at_ = 0, next_ += stride_, rows_--;
    }
  }

 private:
  const float* next_;
  int64_t stride_, rows_, length_, at_ = 0;
};

}  // namespace ft

#endif  // FT_PACK_H_
