#pragma once
// Reads a capture in memory twice, with a large window and with one so small
// that it is refilled all the time, and demands the same of both.  (Not of
// damaged compression, where a decoder's last output depends on the room.)

#include <cstdlib>
#include <memory>
#include <vector>

#include "lib/source/capture_reader.h"

namespace netlat::test {

struct Outcome {
  bool opened = false, truncated = false, compressed = false;
  std::uint64_t packets = 0, untimed = 0, problems = 0, octets = 0;
  std::int64_t times = 0;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

inline void demand(bool holds) {
  if (!holds) std::abort();
}

inline Outcome read_once(Bytes file, std::size_t batch, std::size_t window) {
  constexpr std::uint64_t kEnough = 100'000;  // what compression may expand to
  Outcome outcome;
  CaptureFile about;
  about.path = "fuzz";
  auto reader =
      open_reader(std::make_unique<MemoryStream>(file), about, {}, window);
  if (!reader) return outcome;
  outcome.opened = true;
  std::vector<PacketView> views(batch);
  while (const std::size_t n = (*reader)->read(views)) {
    demand(n <= batch);
    for (std::size_t i = 0; i < n; ++i) {
      const PacketView& view = views[i];
      demand(view.interface < (*reader)->interfaces().size());
      demand(view.wire_length >= view.data.size());
      demand(view.data.size() <= SourceOptions{}.max_record);
      for (const std::uint8_t octet : view.data) outcome.octets += octet;
      outcome.times ^= to_ns(view.time);
    }
    outcome.packets += n;
    if (outcome.packets > kEnough) break;
  }
  if (outcome.packets > kEnough) return {};
  demand(about.packets == outcome.packets);
  outcome.compressed = about.format.find('+') != std::string::npos;
  outcome.truncated = about.input_truncated;
  outcome.untimed = about.untimed;
  outcome.problems = (*reader)->take_problems().size();
  demand(!outcome.truncated || outcome.problems > 0);
  return outcome;
}

inline void read_all(Bytes file) {
  const Outcome large = read_once(file, kBatch, Window::kCapacity);
  const Outcome small = read_once(file, 3, 64);
  demand(large == small || large.compressed || small.compressed);
}

}  // namespace netlat::test
