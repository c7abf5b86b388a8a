// Prints one line a file: packets, has-problem, path; what stands on stderr is
// what was wrong.  Each file is opened alone, or all as one source with -m.

#include <cstdio>
#include <cstring>

#include "netlat/source/packet_source.h"

namespace {

using netlat::PacketSource;

// Reads every octet given out, so that a sanitizer sees a view that is wrong.
std::uint64_t sum(netlat::Bytes data) {
  std::uint64_t total = 0;
  for (const std::uint8_t octet : data) total += octet;
  return total;
}

bool count(const std::vector<std::string>& paths, bool touch) {
  auto source = PacketSource::open(paths);
  const std::string name = paths.size() == 1 ? paths[0] : "all";
  if (!source) {
    std::fprintf(stderr, "%s\n", source.error().message.c_str());
    std::printf("0\terror\t%s\n", name.c_str());
    return false;
  }
  std::uint64_t packets = 0, octets = 0;
  netlat::PacketView batch[netlat::kBatch];
  while (const std::size_t n = (*source)->read(batch)) {
    packets += n;
    if (!touch) continue;
    for (std::size_t i = 0; i < n; ++i) octets += sum(batch[i].data);
  }
  for (const netlat::Error& problem : (*source)->problems()) {
    std::fprintf(stderr, "%s\n", problem.message.c_str());
  }
  const bool clean = (*source)->problems().empty();
  std::printf("%llu\t%s\t%s\n", static_cast<unsigned long long>(packets),
              clean ? "clean" : "damaged", name.c_str());
  return octets != 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> paths(argv + 1, argv + argc);
  bool merged = false, touch = true;
  while (!paths.empty() && paths[0].size() == 2 && paths[0][0] == '-') {
    merged = merged || paths[0] == "-m";
    touch = touch && paths[0] != "-q";
    paths.erase(paths.begin());
  }
  if (merged) return count(paths, touch) ? 0 : 3;
  for (const std::string& path : paths) count({path}, touch);
}
