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

// Inputs as factors: outer and inner sizes are the matrices' last two dimensions, swapped if `swapped`.
struct Operands {
  std::vector<std::unique_ptr<Input>> inputs;
  Stack stack;
  int64_t outer = 0, inner = 0;

  Operands(Call& call, int64_t first, int64_t count, bool swapped) {
    for (int64_t i = first; i < first + count; i++) {
      inputs.emplace_back(new Input(call.input(i)));
      const Input& input = *inputs.back();
      const int64_t rows = input.dim(-2), columns = input.dim(-1);
      if (swapped)
        stack.push_back({input.floats(), 1, columns, rows});
      else
        stack.push_back({input.floats(), columns, 1, columns});
      outer = swapped ? columns : rows;
      inner += stack.back().inner;
    }
  }
};

// Matrices a [..., m, k] by b [..., k, n], each as it is or transposed, and a bias [n] or none [0]. Several of either continue
// each other along k; there is no batch of those.
void multiplyMatrices(Call& call, const Attributes& attributes) {
  static const Multiply multiply = best();
  const auto [lefts, rights] = std::pair(attributes.lefts, attributes.rights);
  const Operands a(call, 0, lefts, attributes.transposeA), b(call, lefts, rights, !attributes.transposeB);
  const Input bias = call.input(lefts + rights);
  const int64_t rows = a.outer, columns = b.outer, inner = a.inner;

  std::vector<int64_t> shape(a.inputs[0]->shape().begin(), a.inputs[0]->shape().end() - 2);
  int64_t batch = 1;
  for (int64_t size : shape) batch *= size;
  shape.insert(shape.end(), {rows, columns});
  const Product product = {a.stack, b.stack, bias.elements() > 0 ? bias.floats() : nullptr, call.output(0, shape),
                           rows,    columns, inner};
  const int64_t work = 2 * batch * rows * inner * columns;
  if (batch == 1) return multiplyParallel(multiply, product, work);
  parallel(batch, work, [&](int64_t first, int64_t end) {
    for (int64_t i = first; i < end; i++) {
      Product one = product;
      one.a[0].values += i * rows * inner;
      one.b[0].values += i * inner * columns;
      one.c += i * rows * columns;
      multiply(one, {0, rows, 0, columns});
    }
  });
}

const Registration<multiplyMatrices> kMultiply("FtMultiply", {"a: lefts * float", "b: rights * float", "bias: float"},
                                               {"c: float"},
                                               {"lefts: int", "rights: int", "transpose_a: bool", "transpose_b: bool"});

}  // namespace
}  // namespace ft
