// A matrix transposed, and a bias added to the columns of the result: TensorFlow multiplies by a transposed right factor
// slowly, so x W^T is computed as the transpose of W x^T.
#include <algorithm>

#include "kernel.h"

namespace ft {
namespace {

constexpr int64_t kBlock = 16;

// A matrix in memory.
struct Matrix {
  const float* values;
  int64_t rows, columns;
};

// Rows [first, end) of y = x^T + bias, `columns` wide; where y is larger than x^T there are zeros.
FT_CLONES void transposeRows(const Matrix& x, const float* bias, float* y, int64_t columns, int64_t first, int64_t end) {
  for (int64_t r0 = first; r0 < end; r0 += kBlock) {
    const int64_t r1 = std::min(r0 + kBlock, end);
    for (int64_t c0 = 0; c0 < columns; c0 += kBlock) {
      const int64_t c1 = std::min(c0 + kBlock, columns);
      if (r0 + kBlock <= std::min(end, x.columns) && c0 + kBlock <= std::min(columns, x.rows)) {
        float block[kBlock][kBlock];
        for (int64_t c = 0; c < kBlock; c++)
          for (int64_t r = 0; r < kBlock; r++) block[r][c] = x.values[(c0 + c) * x.columns + r0 + r];
        for (int64_t r = 0; r < kBlock; r++)
          for (int64_t c = 0; c < kBlock; c++)
            y[(r0 + r) * columns + c0 + c] = block[r][c] + (bias ? bias[c0 + c] : 0.0f);
      } else {
        for (int64_t r = r0; r < r1; r++)
          for (int64_t c = c0; c < c1; c++)
            y[r * columns + c] =
                r < x.columns && c < x.rows ? x.values[c * x.columns + r] + (bias ? bias[c] : 0.0f) : 0.0f;
      }
    }
  }
}

// x and a bias of the result's columns, or none [0], to [rows, columns].
void transpose(Call& call, const Attributes& attributes) {
  const Input x = call.input(0), bias = call.input(1);
  const Matrix matrix = {x.floats(), x.dim(0), x.dim(1)};
  const int64_t rows = attributes.rows, columns = attributes.columns;
  float* y = call.output(0, {rows, columns});
  parallel(rows, 2 * rows * columns, [&](int64_t first, int64_t end) {
    transposeRows(matrix, bias.elements() > 0 ? bias.floats() : nullptr, y, columns, first, end);
  });
}

const Registration<transpose> kTranspose("FtTranspose", {"x: float", "bias: float"}, {"y: float"},
                                         {"rows: int", "columns: int"});

}  // namespace
}  // namespace ft
