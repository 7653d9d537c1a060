// Node loads the kernels as a module, which is how their registrations come to run; it exports nothing.
#include <node_api.h>

extern "C" NAPI_MODULE_EXPORT napi_value napi_register_module_v1(napi_env, napi_value exports) { return exports; }
