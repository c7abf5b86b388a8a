// What a zone map of N prefixes costs: reading it, and a lookup when neither
// the map nor the next address is in a cache.
//
//   zone_lookup hosts N     IPv4 addresses of pods in a /8, without times
//   zone_lookup dated N     the same, each valid from a time of its own
//   zone_lookup spread N    IPv4 prefixes of /16 to /32 everywhere
//   zone_lookup v6 N        IPv6 addresses of pods, 256 to a /64
//
// Prints NAME VALUE lines.

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/zone/zone_reader.h"

namespace netlat::bench {
namespace {

constexpr std::uint32_t kLookups = 4'000'000;

// Seconds of this process, which others on the machine do not lengthen.
double seconds() {
  timespec used{};
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) +
         static_cast<double>(used.tv_nsec) / 1e9;
}

void print(const char* name, double value) {
  std::printf("%s %.1f\n", name, value);
}

double resident_octets() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

struct Made {
  std::string line;
  IpAddress inside;
};

Made make_line(std::string_view kind, std::uint32_t i, std::mt19937& random) {
  std::string cidr;
  if (kind == "v6") {
    cidr = fmt::format("2001:db8:{:x}:{:x}::{:x}/128", i >> 24, i >> 8 & 0xffff,
                       i & 0xff);
  } else {
    // Every third address of 10.0.0.0/8, so that intervals do not join.
    const bool spread = kind == "spread";
    const auto a =
        spread ? static_cast<std::uint32_t>(random()) : 0x0a00'0000 + i * 3;
    cidr = fmt::format("{}.{}.{}.{}/{}", a >> 24, a >> 16 & 255, a >> 8 & 255,
                       a & 255, spread ? 16 + random() % 17 : 32);
  }
  std::string line = cidr;
  const std::string n = std::to_string(i);
  line += ",use1-az" + std::to_string(i % 6) + ",us-east-1,k8s:prod,shop/cart-";
  line += n + " (Deployment cart),pod,k8s-pods,";
  if (kind == "dated") line += std::to_string(1'700'000'000'000'000 + i);
  line += ",\n";
  const std::string address = cidr.substr(0, cidr.find('/'));
  return {line, *IpAddress::parse(address)};
}

int run(std::string_view kind, std::uint32_t n) {
  std::mt19937 random(1);
  std::string text =
      "cidr,zone,region,scope,label,kind,source,valid_from_us,valid_to_us\n";
  std::vector<IpAddress> inside;
  for (std::uint32_t i = 0; i < n; ++i) {
    const Made made = make_line(kind, i, random);
    text += made.line;
    inside.push_back(made.inside);
  }
  const std::string path = "build/zone_lookup." + std::to_string(getpid());
  std::FILE* const file = std::fopen(path.c_str(), "w");
  if (file == nullptr) return 1;
  (void)std::fwrite(text.data(), 1, text.size(), file);
  (void)std::fclose(file);
  text = {};
  const double before = resident_octets();
  const double start = seconds();
  const ZoneMapReading reading = read_zone_maps({path});
  const double loaded = seconds();
  (void)std::remove(path.c_str());
  if (!reading.map) return 1;
  print("prefixes", n);
  print("load_ms_per_million", (loaded - start) * 1e9 / n);
  print("peak_octets_per_prefix", (resident_octets() - before) / n);

  std::vector<IpAddress> asked(kLookups);
  for (IpAddress& a : asked) a = inside[random() % inside.size()];
  const Stamp now = stamp_ns(1'800'000'000'000'000'000);
  std::uint64_t sum = 0;
  const double from = seconds();
  for (const IpAddress& a : asked) sum += reading.map->lookup(a, now).zone;
  const double to = seconds();
  print("lookup_ns", (to - from) * 1e9 / kLookups);
  // One lookup waits for the one before, as nothing overlaps then.
  std::uint32_t at = 0;
  const double chained = seconds();
  for (std::uint32_t i = 0; i < kLookups; ++i) {
    at = (at + 1 + reading.map->lookup(asked[at], now).zone) % kLookups;
  }
  print("lookup_alone_ns", (seconds() - chained) * 1e9 / kLookups);
  return sum + at == 0 ? 1 : 0;
}

}  // namespace
}  // namespace netlat::bench

int main(int argc, char** argv) {
  const std::string_view kind = argc > 1 ? argv[1] : "";
  const auto n = static_cast<std::uint32_t>(
      argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0);
  if (n == 0 || (kind != "hosts" && kind != "dated" && kind != "spread" &&
                 kind != "v6")) {
    std::fprintf(stderr, "usage: zone_lookup hosts|dated|spread|v6 N\n");
    return 2;
  }
  return netlat::bench::run(kind, n);
}
