// TensorFlow takes memory for every result and gives it back. The C library would hand large pieces back to the system at
// once, which clears each page anew: here it keeps them.
#include <cstdlib>  // says whether the C library is glibc

#ifdef __GLIBC__
#include <malloc.h>

namespace {

// Pieces up to 512 MiB come from the heap, gradients of an embedding among them; it shrinks when 1 GiB at its end is free.
const bool kKept = mallopt(M_MMAP_THRESHOLD, 512 << 20) && mallopt(M_TRIM_THRESHOLD, 1 << 30);

}  // namespace
#endif
