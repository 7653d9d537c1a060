// TensorFlow's own matrix product runs at 15 to 80% of its speed where the right factor is transposed, as it is in every
// linear map of a checkpoint, and where rows are a power of two apart.
#include "multiply.h"

#include <initializer_list>
#include <memory>
#include <utility>

namespace ft {
namespace {

// The processor's own functions.
struct Kernel {
  void (*multiply)(const Product&, const Area&);
  // As many rows as a strip has, of so many columns, as a strip.
  void (*pack)(const float* rows, int64_t columns, float* strip);
  // Columns of a tile, the width of a strip.
  int64_t width;
};

thread_local Scratch left, right;

template <typename T>
FT_INLINE void multiplyWith(const Product& product, const Area& area) {
  multiplyArea<T>(product, area, left, right);
}

// Of tiles of so many rows, the one that takes least time: zeros complete the last one, and a tile costs half a row
// besides.
int64_t rowsOfTile(int64_t rows, std::initializer_list<int64_t> choices) {
  const auto cost = [rows](int64_t each) { return (rows + each - 1) / each * (2 * each + 1); };
  return *std::min_element(choices.begin(), choices.end(), [&](int64_t a, int64_t b) { return cost(a) < cost(b); });
}

#if defined(__x86_64__) && defined(__GNUC__)
// Thirty-two registers of sixteen numbers.
template <int64_t rows>
using Avx512 = Tile<16, rows, 2, 448>;
__attribute__((target("avx512f"))) void multiplyAvx512(const Product& product, const Area& area) {
  switch (rowsOfTile(area.bottom - area.top, {14, 12, 8})) {
    case 14: return multiplyWith<Avx512<14>>(product, area);
    case 12: return multiplyWith<Avx512<12>>(product, area);
    default: return multiplyWith<Avx512<8>>(product, area);
  }
}
__attribute__((target("avx512f"))) void packAvx512(const float* rows, int64_t columns, float* strip) {
  packRows<Avx512<14>::kColumns>(rows, columns, strip);
}

// Sixteen registers of eight numbers.
template <int64_t rows>
using Avx2 = Tile<8, rows, 2, 192>;
__attribute__((target("avx2,fma"))) void multiplyAvx2(const Product& product, const Area& area) {
  if (rowsOfTile(area.bottom - area.top, {6, 4}) == 6) return multiplyWith<Avx2<6>>(product, area);
  return multiplyWith<Avx2<4>>(product, area);
}
__attribute__((target("avx2,fma"))) void packAvx2(const float* rows, int64_t columns, float* strip) {
  packRows<Avx2<6>::kColumns>(rows, columns, strip);
}
#endif

// Thirty-two registers of four numbers, as on ARM.
using Plain = Tile<4, 8, 2, 192>;
void multiplyPlain(const Product& product, const Area& area) { multiplyWith<Plain>(product, area); }
void packPlain(const float* rows, int64_t columns, float* strip) { packRows<Plain::kColumns>(rows, columns, strip); }

const Kernel& kernel() {
  static const Kernel best = [] {
#if defined(__x86_64__) && defined(__GNUC__)
    if (__builtin_cpu_supports("avx512f")) return Kernel{multiplyAvx512, packAvx512, Avx512<14>::kColumns};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
      return Kernel{multiplyAvx2, packAvx2, Avx2<6>::kColumns};
#endif
    return Kernel{multiplyPlain, packPlain, Plain::kColumns};
  }();
  return best;
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

void multiplyParallel(const Product& product, int64_t work) {
  const auto [down, across] = cut(threads(), product.rows, product.columns);
  const int64_t width = kernel().width, strips = (product.columns + width - 1) / width;
  parallel(down * across, work, [&, down = down, across = across](int64_t first, int64_t end) {
    for (int64_t part = first; part < end; part++) {
      const int64_t i = part / across, j = part % across;
      kernel().multiply(product, {product.rows * i / down, product.rows * (i + 1) / down, strips * j / across * width,
                                  std::min(product.columns, strips * (j + 1) / across * width)});
    }
  });
}

// Inputs as factors: outer and inner sizes are the matrices' last two dimensions, swapped if `swapped`. The first one may be
// `packed`: its rows lie as strips but for the last ones, if they are too few.
struct Operands {
  std::vector<std::unique_ptr<Input>> inputs;
  Stack stack;
  int64_t outer = 0, inner = 0;

  Operands(Call& call, int64_t first, int64_t count, bool swapped, bool packed) {
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
      // A strip of rows of one number lies as they do.
      if (packed && i == first && columns > 1) stack[0].strips = rows / kernel().width * kernel().width;
    }
  }
};

// Matrices a [..., m, k] by b [..., k, n], each as it is or transposed, times a factor, and a bias [n] or none [0]. Several
// of either continue each other along k; there is no batch of those. The first b may be `packed`. `chosen` numbers b's matrix
// for each of a's, if it is not none [0].
void multiplyMatrices(Call& call, const Attributes& attributes) {
  const auto [lefts, rights] = std::pair(attributes.lefts, attributes.rights);
  const Operands a(call, 0, lefts, attributes.transposeA, false);
  const Operands b(call, lefts, rights, !attributes.transposeB, attributes.packed);
  const Input bias = call.input(lefts + rights), chosen = call.input(lefts + rights + 1);
  const int64_t rows = a.outer, columns = b.outer, inner = a.inner;

  std::vector<int64_t> shape(a.inputs[0]->shape().begin(), a.inputs[0]->shape().end() - 2);
  int64_t batch = 1;
  for (int64_t size : shape) batch *= size;
  shape.insert(shape.end(), {rows, columns});
  const float* added = bias.elements() > 0 ? bias.floats() : nullptr;
  Product product = {a.stack, b.stack, attributes.factor, added, call.output(0, shape), rows, columns, inner};
  const int64_t work = 2 * batch * rows * inner * columns;
  const auto matrixOf = [&](int64_t i) { return chosen.elements() > 0 ? chosen.ints()[i] : i; };
  if (batch == 1) {
    product.b[0].values += matrixOf(0) * inner * columns;
    return multiplyParallel(product, work);
  }
  parallel(batch, work, [&](int64_t first, int64_t end) {
    for (int64_t i = first; i < end; i++) {
      Product one = product;
      one.a[0].values += i * rows * inner;
      one.b[0].values += matrixOf(i) * inner * columns;
      one.c += i * rows * columns;
      kernel().multiply(one, {0, rows, 0, columns});
    }
  });
}

const Registration<multiplyMatrices> kMultiply("FtMultiply", {"a: lefts * float", "b: rights * float", "bias: float", "chosen: int32"},
                                               {"c: float"},
                                               {"lefts: int", "rights: int", "transpose_a: bool", "transpose_b: bool",
                                                "packed: bool", "factor: float"});

// Makes a matrix strips of its rows, in its own memory; rows that fill none stay as they are.
void packMatrix(Call& call, const Attributes&) {
  const Input matrix = call.input(0);
  const int64_t rows = matrix.dim(0), columns = matrix.dim(1), width = kernel().width;
  float* values = const_cast<float*>(matrix.floats());
  parallel(rows / width, rows * columns, [&](int64_t first, int64_t end) {
    static thread_local Scratch scratch;
    float* strip = scratch.floats(width * columns);
    for (int64_t i = first * width; i < end * width; i += width) {
      std::copy_n(values + i * columns, width * columns, strip);
      kernel().pack(strip, columns, values + i * columns);
    }
  });
}

const Registration<packMatrix> kPack("FtPack", {"matrix: float"}, {});

// Rows of such a matrix [m, k] by their numbers [n], as they were, [n, k].
void gatherPacked(Call& call, const Attributes&) {
  const Input packed = call.input(0), indices = call.input(1);
  const int64_t rows = packed.dim(0), columns = packed.dim(1), width = kernel().width;
  float* to = call.output(0, {indices.elements(), columns});
  for (int64_t i = 0; i < indices.elements(); i++, to += columns) {
    const int64_t row = indices.ints()[i], strip = row / width * width;
    if (row < 0 || row >= rows)
      return call.fail("row " + std::to_string(row) + " of " + std::to_string(rows) + " is asked for");
    const bool whole = strip + width <= rows;
    const float* from = packed.floats() + (whole ? strip * columns + row - strip : row * columns);
    for (int64_t k = 0; k < columns; k++) to[k] = from[whole ? k * width : k];
  }
}

const Registration<gatherPacked> kGather("FtGatherPacked", {"packed: float", "indices: int32"}, {"rows: float"});

}  // namespace
}  // namespace ft
