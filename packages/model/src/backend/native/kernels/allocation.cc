// TensorFlow takes memory for every result and gives it back. The C library would hand large pieces back to the system at
// once, which clears each page anew: here it keeps them.
#include <cstdlib>  // says whether the C library is glibc

#ifdef __GLIBC__
#include <malloc.h>

namespace {

// Pieces up to 64 MiB come from the heap, which shrinks when 512 MiB at its end are free.
const bool kKept = mallopt(M_MMAP_THRESHOLD, 64 << 20) && mallopt(M_TRIM_THRESHOLD, 512 << 20);

}  // namespace
#endif
