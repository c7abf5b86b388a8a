// How often a connection that goes on is told of: as asked for, but of many no
// more than a reader can take, and of each as often as of any other.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "netlat/measure/measurement.h"
#include "tests/support/segments.h"

namespace netlat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Stamp kStart = stamp_ns(1'700'000'000'000'000'000);

class Count final : public RecordSink {
 public:
  explicit Count(std::size_t connections) : times(connections) {}

  bool flow(FlowRecord&, const Latencies&) override { return true; }
  void exchange(const ExchangeRecord&) override {}
  void segment(const Segment&, const SegmentFacts&) override {}
  void progress(FlowRecord& record, const Latencies&) override {
    ++times.at(record.id);
  }

  std::vector<unsigned> times;
};

struct Case {
  const char* name;
  std::size_t connections;
  Nanos period, each;
  unsigned least, most;  // times that each is told of in a hundred seconds
};

TEST(MeasurementProgress, IsAsOftenAsAllowed) {
  for (const Case& c : {
           Case{"as asked for", 20, seconds(10), Nanos{0}, 9, 10},
           Case{"few", 20, seconds(10), milliseconds(1), 9, 10},
           Case{"just as many", 100, seconds(10), milliseconds(100), 9, 10},
           Case{"many", 250, seconds(10), milliseconds(100), 3, 4},
           Case{"too many", 2000, seconds(10), milliseconds(100), 0, 0},
       }) {
    Count count(c.connections);
    Measurement measurement({}, count, false);
    measurement.report_progress_every(c.period, c.each);
    for (std::uint32_t i = 0; i < c.connections; ++i) {
      Segment s = test::tcp_segment({i, true}, kAck, 1, 1, 10);
      s.time = kStart;
      measurement.advance({&s, 1});
    }
    // A fifth of the table five times a second.
    for (int tick = 1; tick <= 500; ++tick) {
      measurement.expire(kStart + tick * milliseconds(200), c.connections / 5);
    }
    const auto [least, most] =
        std::minmax_element(count.times.begin(), count.times.end());
    EXPECT_GE(*least, c.least) << c.name;
    EXPECT_LE(*most, c.most) << c.name;
  }
}

}  // namespace
}  // namespace netlat
