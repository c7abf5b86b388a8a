// Reads each capture named, every octet of it, and prints one line a file:
// packets, "clean", "damaged" or "refused", path.  What was wrong with it
// stands on standard error.

#include <cstdio>

#include "netlat/source/packet_source.h"

namespace {

/// Looks at every octet, so that a sanitizer sees a view that is wrong.
std::uint64_t sum(netlat::Bytes data) {
  std::uint64_t total = 0;
  for (const std::uint8_t octet : data) total += octet;
  return total;
}

void print(const char* path, std::uint64_t packets, const char* outcome) {
  std::printf("%llu\t%s\t%s\n", static_cast<unsigned long long>(packets),
              outcome, path);
  std::fflush(stdout);
}

void count(const char* path) {
  auto source = netlat::PacketSource::open({path});
  if (!source) {
    std::fprintf(stderr, "%s\n", source.error().message.c_str());
    return print(path, 0, "refused");
  }
  std::uint64_t packets = 0;
  volatile std::uint64_t octets = 0;
  netlat::PacketView batch[netlat::kBatch];
  while (const std::size_t n = (*source)->read(batch)) {
    packets += n;
    for (std::size_t i = 0; i < n; ++i) octets = octets + sum(batch[i].data);
  }
  for (const netlat::Error& problem : (*source)->problems()) {
    std::fprintf(stderr, "%s\n", problem.message.c_str());
  }
  print(path, packets, (*source)->problems().empty() ? "clean" : "damaged");
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) count(argv[i]);
}
