// TensorFlow allocates memory for every result and frees it. The C library would return large pieces to the system at
// once, which clears each page again: here it keeps them.
#include <cstdlib>  // says whether the C library is glibc

#ifdef __GLIBC__
#include <malloc.h>

namespace {

// Allocations up to 512 MiB, such as gradients of an embedding, come from the heap, which shrinks if 1 GiB at its end is free.
const bool kKept = mallopt(M_MMAP_THRESHOLD, 512 << 20) && mallopt(M_TRIM_THRESHOLD, 1 << 30);

}  // namespace
#endif
