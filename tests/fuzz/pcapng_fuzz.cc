// Whatever opens a file, over any octets: pcapng, and through the compression
// adapters what they make of it.

#include "tests/fuzz/reader_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  netlat::test::read_all({data, size});
  return 0;
}
