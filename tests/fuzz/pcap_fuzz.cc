// The pcap reader over any octets after a magic number of its own, which the
// first octet chooses.

#include "tests/fuzz/reader_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  constexpr std::uint32_t kMagic[] = {0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34};
  if (size == 0) return 0;
  const std::uint32_t magic = kMagic[data[0] % 3];
  const bool big = (data[0] & 0x80) != 0;
  std::vector<std::uint8_t> file;
  for (int i = 0; i < 4; ++i) {
    file.push_back(static_cast<std::uint8_t>(magic >> 8 * (big ? 3 - i : i)));
  }
  file.insert(file.end(), data + 1, data + size);
  netlat::test::read_all(file);
  return 0;
}
