// TensorFlow's own matrix product runs at 15 to 80% of its speed where the right factor is transposed, as it is in every
// linear map of a checkpoint, and where rows are a power of two apart.
#include "multiply.h"

#include <memory>
#include <utility>

namespace ft {
namespace {

using Multiply = void (*)(const Product&, const Area&);

template <typename T>
FT_INLINE void multiplyWith(const Product& product, const Area& area) {
  static thread_local Scratch left, right;
  multiplyArea<T>(product, area, left, right);
}

#if defined(__x86_64__) && defined(__GNUC__)
// Thirty-two registers of sixteen numbers.
__attribute__((target("avx512f"))) void multiplyAvx512(const Product& product, const Area& area) {
  multiplyWith<Tile<16, 14, 2>>(product, area);
}

// Sixteen registers of eight numbers.
__attribute__((target("avx2,fma"))) void multiplyAvx2(const Product& product, const Area& area) {
  multiplyWith<Tile<8, 6, 2>>(product, area);
}
#endif

// Thirty-two registers of four numbers, as on ARM.
void multiplyPlain(const Product& product, const Area& area) { multiplyWith<Tile<4, 8, 2>>(product, area); }

Multiply best() {
#if defined(__x86_64__) && defined(__GNUC__)
  if (__builtin_cpu_supports("avx512f")) return multiplyAvx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return multiplyAvx2;
#endif
  return multiplyPlain;
}

// How many parts rows and columns are cut into for this many threads, such that what every part copies is least.
std::pair<int64_t, int64_t> cut(int64_t parts, int64_t rows, int64_t columns) {
  std::pair<int64_t, int64_t> least = {1, parts};
  double smallest = rows + static_cast<double>(columns) / parts;
  for (int64_t down = 2; down <= parts; down++) {
    if (parts % down != 0) continue;
    const double size = static_cast<double>(rows) / down + static_cast<double>(columns) * down / parts;
    if (size < smallest) least = {down, parts / down}, smallest = size;
  }
  return least;
}

void multiplyParallel(Multiply multiply, const Product& product, int64_t work) {
  const auto [down, across] = cut(threads(), product.rows, product.columns);
  parallel(down * across, work, [&, down = down, across = across](int64_t first, int64_t end) {
    for (int64_t part = first; part < end; part++) {
      const int64_t i = part / across, j = part % across;
      multiply(product, {product.rows * i / down, product.rows * (i + 1) / down, product.columns * j / across,
                         product.columns * (j + 1) / across});
    }
  });
}

// a [..., m, k] by a stack of b [..., k, n] whose k together are a's; each as it is or transposed, and a bias [n] or none
// [0]. A batch has one b.
void multiplyMatrices(Call& call, const Attributes& attributes) {
  static const Multiply multiply = best();
  const Input a = call.input(0), bias = call.input(1);
  std::vector<std::unique_ptr<Input>> stack;
  for (int64_t i = 0; i < attributes.count; i++) stack.emplace_back(new Input(call.input(2 + i)));

  Product product;
  product.rows = a.dim(attributes.transposeA ? -1 : -2);
  product.inner = a.dim(attributes.transposeA ? -2 : -1);
  product.columns = stack[0]->dim(attributes.transposeB ? -2 : -1);
  product.bias = bias.elements() > 0 ? bias.floats() : nullptr;
  product.a = {a.floats(), attributes.transposeA ? 1 : product.inner, attributes.transposeA ? product.rows : 1,
               product.inner};
  for (const auto& b : stack) {
    const int64_t inner = b->dim(attributes.transposeB ? -1 : -2);
    product.b.push_back({b->floats(), attributes.transposeB ? inner : 1, attributes.transposeB ? 1 : product.columns, inner});
  }
  std::vector<int64_t> shape(a.shape().begin(), a.shape().end() - 2);
  int64_t batch = 1;
  for (int64_t size : shape) batch *= size;
  shape.insert(shape.end(), {product.rows, product.columns});
  product.c = call.output(0, shape);

  const int64_t work = 2 * batch * product.rows * product.inner * product.columns;
  if (batch == 1) return multiplyParallel(multiply, product, work);
  parallel(batch, work, [&](int64_t first, int64_t end) {
    for (int64_t i = first; i < end; i++) {
      Product one = product;
      one.a.values += i * product.rows * product.inner;
      one.b[0].values += i * product.inner * product.columns;
      one.c += i * product.rows * product.columns;
      multiply(one, {0, product.rows, 0, product.columns});
    }
  });
}

const Registration<multiplyMatrices> kMultiply("FtMultiply", {"a: float", "bias: float", "stack: count * float"},
                                               {"c: float"},
                                               {"count: int", "transpose_a: bool", "transpose_b: bool"});

}  // namespace
}  // namespace ft
