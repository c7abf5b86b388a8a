#pragma once
// The path of a lane whose routers answer as told.

#include "lib/probe/lane_path.h"
#include "netlat/probe/hop_row.h"

namespace netlat::test {

// A lane whose routers answer as told, a round at a time.
class Walk {
 public:
  LanePath path{0, 1, 30, false};

  void probe(std::uint8_t ttl, const char* from,
             AnswerKind kind = AnswerKind::time_exceeded, int rtt_us = 100) {
    SentProbe probe;
    probe.number = number_++;
    probe.ttl = ttl;
    probe.round = round_;
    probe.series = path.series_for(ttl);
    probe.sent_steady = Nanos{10'000'000 * std::int64_t{round_}};
    path.searched(ttl);
    path.sent(probe.series);
    if (from == nullptr) return path.expired(probe);
    Answer answer;
    answer.probe = probe.number;
    answer.kind = kind;
    answer.from = *IpAddress::parse(from);
    answer.rtt = std::chrono::microseconds(rtt_us * ttl);
    path.answered(probe, answer, Nanos{1});
  }
  void round() { ++round_; }

  PathReport report() const {
    PathReport out;
    out.lanes.push_back(
        {*IpAddress::parse("10.0.9.9"), 0, path.epoch(), path.distance()});
    for (const HopSeries& s : path.all()) {
      if (s.sent > 0 && !path.beyond(s)) out.series.push_back(s);
    }
    out.events = path.events();
    return out;
  }
  std::vector<HopRow> rows() const { return judge_hops(report()); }

 private:
  std::uint64_t number_ = 0;
  std::uint32_t round_ = 0;
};

}  // namespace netlat::test
