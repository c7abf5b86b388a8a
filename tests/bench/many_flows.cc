// More connections than any capture has: what a packet and a connection cost
// when none of them is in a cache, and whether a flood stays within bounds.
//
//   many_flows live N            N connections set up, then kept busy
//   many_flows syns N MIB        N SYNs nobody answers, under a memory limit
//   many_flows scan N MIB        the same, each to a server of its own
//   many_flows write-syns N      the SYNs as a capture on standard output
//
// Prints NAME VALUE lines.  Connections take turns in a scattered order, one
// step each over groups of kGroup, so that between two packets of one
// connection thousands of others pass; frames go through the decoder, the
// flow table and the measurement as those of a file do.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "netlat/measure/measurement.h"
#include "netlat/packet/decode.h"
#include "tests/bench/made_frames.h"

namespace netlat::bench {
namespace {

constexpr LinkType kEthernet = 1;
constexpr std::uint32_t kGroup = 4096;
constexpr std::uint32_t kRounds = 3;

class Discard final : public RecordSink {
 public:
  bool flow(FlowRecord&, const Latencies&) override {
    ++flows;
    return true;
  }
  void exchange(const ExchangeRecord&) override {}
  void segment(const Segment&, const SegmentFacts&) override {}
  std::uint64_t flows = 0;
};

// Batches frames, and hands full batches to decoder and measurement.
class Feeder {
 public:
  explicit Feeder(const FlowLimits& limits)
      : measurement_(limits, sink_, false) {}

  void add(const Ends& ends, const TcpNumbers& tcp) {
    MadeFrame& frame = frames_[filled_];
    frame.set(ends, tcp);
    now_ += std::chrono::microseconds(1);
    views_[filled_].set(now_, frame.data(), frame.wire_octets());
    views_[filled_].frame = ++packets_;
    if (++filled_ == kBatch) flush();
  }

  void flush() {
    std::size_t n = 0;
    for (std::size_t i = 0; i < filled_; ++i) {
      const Verdict verdict =
          decode(views_[i], kEthernet, options_, segments_[n]);
      segments_[n].vantage = 0;
      n += verdict == Verdict::tcp;
    }
    measurement_.advance({segments_.data(), n});
    most_memory_ = std::max(most_memory_, measurement_.flows().memory_bytes());
    filled_ = 0;
  }

  std::uint64_t packets() const { return packets_; }
  std::size_t most_memory() const { return most_memory_; }
  Measurement& measurement() { return measurement_; }
  std::uint64_t reported() const { return sink_.flows; }

 private:
  Discard sink_;
  Measurement measurement_;
  DecodeOptions options_;
  std::array<MadeFrame, kBatch> frames_;
  std::array<PacketView, kBatch> views_;
  std::array<Segment, kBatch> segments_;
  std::size_t filled_ = 0;
  std::uint64_t packets_ = 0;
  std::size_t most_memory_ = 0;
  Stamp now_ = stamp_ns(1'700'000'000'000'000'000);
};

long status_kib(const char* field) {
  long value = 0;
  char line[256];
  std::FILE* status = std::fopen("/proc/self/status", "r");
  if (status == nullptr) return 0;
  while (std::fgets(line, sizeof(line), status) != nullptr) {
    if (std::strncmp(line, field, std::strlen(field)) == 0) {
      value = std::strtol(line + std::strlen(field) + 1, nullptr, 10);
    }
  }
  (void)std::fclose(status);
  return value;
}

void print(const char* name, double value) {
  std::printf("%s %.0f\n", name, value);
}

// Seconds of this process, which others on the machine do not lengthen.
double seconds() {
  timespec used{};
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) +
         static_cast<double>(used.tv_nsec) / 1e9;
}

// An order in which neighbours stand far apart: a step that shares no factor
// with most n.
std::uint32_t scattered(std::uint32_t i, std::uint32_t n) {
  constexpr std::uint64_t kStep = 2'654'435'761;  // a prime near 2^32 / 1.618
  return static_cast<std::uint32_t>(i * kStep % n);
}

template <typename Step>
void by_groups(std::uint32_t n, int steps, const Step& step) {
  for (std::uint32_t from = 0; from < n; from += kGroup) {
    const std::uint32_t to = std::min(n, from + kGroup);
    for (int s = 0; s < steps; ++s) {
      for (std::uint32_t i = from; i < to; ++i) step(scattered(i, n), s);
    }
  }
}

void live(std::uint32_t n) {
  FlowLimits limits;
  limits.memory = limits.memory_ceiling = std::size_t{8} << 30;
  const long before = status_kib("VmRSS:");
  Feeder feeder(limits);
  const double start = seconds();
  by_groups(n, 3, [&](std::uint32_t i, int step) {
    if (step == 0) feeder.add({i, true}, {kSyn, i, 0, 0});
    if (step == 1) feeder.add({i, false}, {kSyn | kAck, ~i, i + 1, 0});
    if (step == 2) feeder.add({i, true}, {kAck, i + 1, ~i + 1, 0, 2});
  });
  const std::uint64_t opening = feeder.packets();
  const double opened = seconds();
  for (std::uint32_t round = 0; round < kRounds; ++round) {
    const std::uint32_t asked = round * 100, told = round * 1000;
    const auto id = static_cast<std::uint16_t>(2 * round + 3);
    const auto last = static_cast<std::uint16_t>(id + 1);
    const auto server_id = static_cast<std::uint16_t>(round + 2);
    by_groups(n, 3, [&](std::uint32_t i, int step) {
      const std::uint32_t c = i + 1 + asked, s = ~i + 1 + told;
      if (step == 0) feeder.add({i, true}, {kAck, c, s, 100, id});
      if (step == 1)
        feeder.add({i, false}, {kAck, s, c + 100, 1000, server_id});
      if (step == 2) feeder.add({i, true}, {kAck, c + 100, s + 1000, 0, last});
    });
  }
  feeder.flush();
  const double end = seconds();
  const auto packets = static_cast<double>(feeder.packets());
  print("packets", packets);
  print("setup_packets_per_s", static_cast<double>(opening) / (opened - start));
  print("busy_packets_per_s",
        (packets - static_cast<double>(opening)) / (end - opened));
  print("packets_per_s", packets / (end - start));
  print("live", static_cast<double>(feeder.measurement().flows().size()));
  print("memory_octets", static_cast<double>(feeder.most_memory()));
  print("rss_kib", static_cast<double>(status_kib("VmRSS:") - before));
}

void flood(std::uint32_t n, std::size_t mib, bool many_servers) {
  FlowLimits limits;
  limits.memory = limits.memory_ceiling = mib << 20;
  Feeder feeder(limits);
  const double start = seconds();
  for (std::uint32_t i = 0; i < n; ++i) {
    feeder.add({i, true, many_servers}, {kSyn, i * 7, 0, 0});
  }
  feeder.flush();
  const double end = seconds();
  const FlowCounters& counters = feeder.measurement().flows().counters();
  print("packets", n);
  print("packets_per_s", n / (end - start));
  print("limit_octets", static_cast<double>(limits.memory));
  print("memory_octets", static_cast<double>(feeder.most_memory()));
  print("evicted",
        static_cast<double>(counters.half_open_evicted + counters.evicted));
  feeder.measurement().finish();
  print("reported", static_cast<double>(feeder.reported()));
  print("rss_kib", static_cast<double>(status_kib("VmHWM:")));
}

void write_syns(std::uint32_t n) {
  struct {
    std::uint32_t magic = 0xa1b2'c3d4;
    std::uint16_t major = 2, minor = 4;
    std::uint32_t zone = 0, sigfigs = 0, snaplen = 65535, link = kEthernet;
  } const file;
  (void)std::fwrite(&file, sizeof(file), 1, stdout);
  MadeFrame frame;
  for (std::uint32_t i = 0; i < n; ++i) {
    frame.set({i, true}, {kSyn, i * 7, 0, 0});
    const std::uint32_t record[4] = {
        1'700'000'000 + i / 1'000'000, i % 1'000'000,
        static_cast<std::uint32_t>(frame.data().size()), frame.wire_octets()};
    (void)std::fwrite(record, sizeof(record), 1, stdout);
    (void)std::fwrite(frame.data().data(), 1, frame.data().size(), stdout);
  }
}

}  // namespace
}  // namespace netlat::bench

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  const auto n = static_cast<std::uint32_t>(
      argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0);
  const std::size_t mib = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 64;
  if (n > 0 && what == "live") {
    netlat::bench::live(n);
  } else if (n > 0 && (what == "syns" || what == "scan")) {
    netlat::bench::flood(n, mib, what == "scan");
  } else if (n > 0 && what == "write-syns") {
    netlat::bench::write_syns(n);
  } else {
    std::fprintf(stderr,
                 "usage: many_flows live|syns|scan|write-syns N [MIB]\n");
    return 2;
  }
  return 0;
}
