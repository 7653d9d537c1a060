// What every kernel needs: inputs, outputs and attributes of an operation through TensorFlow's C API, registration, and
// loops over the process's threads.
#ifndef FT_KERNEL_H_
#define FT_KERNEL_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "kernel_api.h"
#include "tensorflow/c/ops.h"

// Compiled for several generations of processors; the best one is chosen when the library loads. FT_INSTRUCTIONS compiles
// for a single one, which tests use to run each of them. GCC before version 12 does not know the levels of x86-64 here.
#if defined(FT_INSTRUCTIONS)
#define FT_CLONES __attribute__((target(FT_INSTRUCTIONS)))
#elif defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__)
#if __GNUC__ >= 12
#define FT_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FT_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#else
#define FT_CLONES
#endif
#define FT_INLINE static inline __attribute__((always_inline))

namespace ft {

// An input, for as long as it is in scope.
class Input {
 public:
  Input(TF_OpKernelContext* context, int index, TF_Status* status);
  ~Input();
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  const float* floats() const { return static_cast<const float*>(data_); }
  const int32_t* ints() const { return static_cast<const int32_t*>(data_); }
  int64_t dim(int i) const { return shape_[i < 0 ? i + shape_.size() : i]; }
  const std::vector<int64_t>& shape() const { return shape_; }
  int64_t elements() const { return elements_; }

 private:
  TF_Tensor* tensor_ = nullptr;
  void* data_ = nullptr;
  std::vector<int64_t> shape_;
  int64_t elements_ = 1;
};

// One call of a kernel.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context);
  ~Call();

  Input input(int index) { return Input(context_, index, status_); }
  // Uninitialised float32 values of an output.
  float* output(int index, const std::vector<int64_t>& shape);
  // Fails the call.
  void fail(const std::string& why);

 private:
  TF_OpKernelContext* context_;
  TF_Status* status_;
};

struct Attributes {
  float epsilon = 0;
  bool centred = false;
  int64_t heads = 0;
  int64_t segments = 0;
  int64_t tensors = 0;
};

using Compute = void (*)(Call&, const Attributes&);

// Registers an operation with its kernel for CPUs. Specifications are TensorFlow's, such as "x: float".
template <Compute compute>
struct Registration {
  Registration(const char* name, std::initializer_list<const char*> inputs, std::initializer_list<const char*> outputs,
               std::initializer_list<const char*> attributes = {});
};

// Calls `body(first, end)` for parts of [0, count), on as many threads as TF_NUM_INTRAOP_THREADS said when this library
// was loaded. The parts depend on the number of threads alone. With little `work`, in scalar operations, all of it stays on this thread.
void parallel(int64_t count, int64_t work, const std::function<void(int64_t, int64_t)>& body);

void* createAttributes(TF_OpKernelConstruction* construction, const std::vector<const char*>& names);
void deleteAttributes(void* attributes);
void registerOperation(const char* name, std::initializer_list<const char*> inputs,
                       std::initializer_list<const char*> outputs, std::initializer_list<const char*> attributes,
                       void* (*create)(TF_OpKernelConstruction*), void (*compute)(void*, TF_OpKernelContext*));

template <Compute compute>
Registration<compute>::Registration(const char* name, std::initializer_list<const char*> inputs,
                                    std::initializer_list<const char*> outputs,
                                    std::initializer_list<const char*> attributes) {
  static std::vector<const char*> specifications;
  specifications = attributes;
  registerOperation(
      name, inputs, outputs, attributes,
      [](TF_OpKernelConstruction* construction) { return createAttributes(construction, specifications); },
      [](void* attributes, TF_OpKernelContext* context) {
        Call call(context);
        compute(call, *static_cast<const Attributes*>(attributes));
      });
}

}  // namespace ft

#endif  // FT_KERNEL_H_
