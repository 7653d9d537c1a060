// A base plus chosen rows: see Ops.addRows.
#include <algorithm>
#include <memory>

#include "lanes.h"

namespace ft {
namespace {

// Columns that are computed for all results before the next ones: few enough for rows to stay in a cache until they are
// used again, and enough to read memory in long pieces.
constexpr int64_t kBlock = 1024;

// Registers that a sum is kept in.
constexpr int64_t kSums = 8;

// Columns [first, end) of one result.
FT_INLINE void addChosen(const float* base, const float* const* rows, const int32_t* chosen, int64_t count, float* y,
                         int64_t first, int64_t end) {
  int64_t column = first;
  for (; column + kSums * kLanes <= end; column += kSums * kLanes) {
    Lanes sums[kSums] = {};
    for (int64_t n = 0; n < count; n++)
      for (int64_t i = 0; i < kSums; i++) sums[i] += load(rows[chosen[n]] + column + i * kLanes);
    for (int64_t i = 0; i < kSums; i++) store(y + column + i * kLanes, sums[i] + load(base + column + i * kLanes));
  }
  for (; column < end; column++) {
    float sum = 0;
    for (int64_t n = 0; n < count; n++) sum += rows[chosen[n]][column];
    y[column] = sum + base[column];
  }
}

// `lists`: for each result how many rows it has, and their numbers.
FT_CLONES void addColumns(const float* base, const float* const* rows, const int32_t* lists, int64_t results, float* y,
                          int64_t width, int64_t first, int64_t end) {
  for (int64_t block = first; block < end; block += kBlock) {
    const int32_t* list = lists;
    for (int64_t i = 0; i < results; list += 1 + *list, i++)
      addChosen(base, rows, list + 1, *list, y + i * width, block, std::min(block + kBlock, end));
  }
}

void addRows(Call& call, const Attributes& attributes) {
  const Input base = call.input(0), lists = call.input(1);
  const int64_t width = base.elements();
  std::vector<std::unique_ptr<Input>> tensors;
  std::vector<const float*> rows;
  for (int64_t i = 0; i < attributes.tensors; i++) {
    tensors.emplace_back(new Input(call.input(2 + i)));
    for (int64_t row = 0; row < tensors[i]->dim(0); row++) rows.push_back(tensors[i]->floats() + row * width);
  }
  int64_t results = 0;
  for (int64_t i = 0; i < lists.elements(); i += 1 + lists.ints()[i]) results++;
  float* y = call.output(0, {results, width});
  parallel(width, lists.elements() * width, [&](int64_t first, int64_t end) {
    addColumns(base.floats(), rows.data(), lists.ints(), results, y, width, first, end);
  });
}

const Registration<addRows> kAddRows("FtAddRows", {"base: float", "lists: int32", "rows: tensors * float"},
                                     {"y: float"}, {"tensors: int"});

}  // namespace
}  // namespace ft
