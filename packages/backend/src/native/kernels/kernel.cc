#include "kernel.h"

#include <cstring>

namespace ft {

Input::Input(TF_OpKernelContext* context, int index, TF_Status* status) {
  TF_GetInput(context, index, &tensor_, status);
  if (TF_GetCode(status) != TF_OK) return;
  data_ = TF_TensorData(tensor_);
  for (int i = 0; i < TF_NumDims(tensor_); i++) {
    shape_.push_back(TF_Dim(tensor_, i));
    elements_ *= shape_.back();
  }
}

Input::~Input() {
  if (tensor_) TF_DeleteTensor(tensor_);
}

Call::Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}

Call::~Call() {
  if (TF_GetCode(status_) != TF_OK) TF_OpKernelContext_Failure(context_, status_);
  TF_DeleteStatus(status_);
}

float* Call::output(int index, const std::vector<int64_t>& shape) {
  int64_t elements = 1;
  for (int64_t size : shape) elements *= size;
  TF_Tensor* tensor = TF_AllocateOutput(context_, index, TF_FLOAT, shape.data(), static_cast<int>(shape.size()),
                                        elements * sizeof(float), status_);
  float* data = static_cast<float*>(TF_TensorData(tensor));
  TF_DeleteTensor(tensor);  // the context keeps it
  return data;
}

void Call::fail(const std::string& why) { TF_SetStatus(status_, TF_INVALID_ARGUMENT, why.c_str()); }

void* createAttributes(TF_OpKernelConstruction* construction, const std::vector<const char*>& specifications) {
  auto* attributes = new Attributes;
  TF_Status* status = TF_NewStatus();
  for (const char* specification : specifications) {
    const std::string name(specification, std::strchr(specification, ':') - specification);
    const auto integer = [&](int64_t* value) {
      TF_OpKernelConstruction_GetAttrInt64(construction, name.c_str(), value, status);
    };
    const auto boolean = [&](bool* value) {
      unsigned char byte = 0;
      TF_OpKernelConstruction_GetAttrBool(construction, name.c_str(), &byte, status);
      *value = byte != 0;
    };
    const auto real = [&](float* value) {
      TF_OpKernelConstruction_GetAttrFloat(construction, name.c_str(), value, status);
    };
    if (name == "epsilon") {
      real(&attributes->epsilon);
    } else if (name == "centred") {
      boolean(&attributes->centred);
    } else if (name == "heads") {
      integer(&attributes->heads);
    } else if (name == "segments") {
      integer(&attributes->segments);
    } else if (name == "tensors") {
      integer(&attributes->tensors);
    }
    if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  }
  TF_DeleteStatus(status);
  return attributes;
}

void deleteAttributes(void* attributes) { delete static_cast<Attributes*>(attributes); }

void registerOperation(const char* name, std::initializer_list<const char*> inputs,
                       std::initializer_list<const char*> outputs, std::initializer_list<const char*> attributes,
                       void* (*create)(TF_OpKernelConstruction*), void (*compute)(void*, TF_OpKernelContext*)) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* operation = TF_NewOpDefinitionBuilder(name);
  for (const char* input : inputs) TF_OpDefinitionBuilderAddInput(operation, input);
  for (const char* output : outputs) TF_OpDefinitionBuilderAddOutput(operation, output);
  for (const char* attribute : attributes) TF_OpDefinitionBuilderAddAttr(operation, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(operation, &TF_ShapeInferenceContextSetUnknownShape);
  TF_RegisterOpDefinition(operation, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_RegisterKernelBuilder(name, TF_NewKernelBuilder(name, "CPU", create, compute, &deleteAttributes), status);
  }
  // A failure shows in the self-test, which runs the operation.
  TF_DeleteStatus(status);
}

}  // namespace ft
