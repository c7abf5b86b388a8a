// A run of frames is decoded as each of them alone is.

#include <gtest/gtest.h>

#include <map>

#include "tests/support/frames.h"

namespace netlat {
namespace {

struct Run {
  std::vector<test::Sample> samples;  // hold the octets
  std::vector<PacketView> views;
};

// Every sample by link type; then those of TCP again, every other one without
// a time.
std::map<LinkType, Run> runs() {
  std::map<LinkType, Run> runs;
  for (test::Sample& sample : test::samples()) {
    runs[sample.link].samples.push_back(std::move(sample));
  }
  for (auto& [link, run] : runs) {
    std::uint64_t frame = 0;
    for (const bool again : {false, true}) {
      for (const test::Sample& sample : run.samples) {
        if (again && sample.verdict != Verdict::tcp) continue;
        PacketView view = test::view(sample.frame);
        view.frame = ++frame;
        view.has_time = !again || frame % 2 == 0;
        run.views.push_back(view);
      }
    }
  }
  return runs;
}

TEST(DecodeRun, EqualsFrameByFrame) {
  std::size_t untimed = 0;
  for (const auto& [link, run] : runs()) {
    SCOPED_TRACE(link);
    VerdictCounts wanted{}, counts{};
    std::vector<std::uint64_t> frames;
    for (const PacketView& view : run.views) {
      Segment out;
      const Verdict verdict = decode(view, link, {}, out);
      ++wanted[static_cast<std::size_t>(verdict)];
      untimed += !view.has_time;
      if (measured(verdict) && view.has_time) frames.push_back(view.frame);
    }
    std::vector<Segment> out(run.views.size());
    const std::size_t n = decode_run(run.views, link, {}, out, counts);
    EXPECT_EQ(counts, wanted);
    ASSERT_EQ(n, frames.size());
    for (std::size_t i = 0; i < n; ++i) {
      SCOPED_TRACE(frames[i]);
      Segment alone;
      (void)decode(run.views[frames[i] - 1], link, {}, alone);
      EXPECT_EQ(out[i].frame, frames[i]);
      EXPECT_EQ(out[i].transport, alone.transport);
      EXPECT_EQ(out[i].payload.data(), alone.payload.data());
      EXPECT_EQ(out[i].payload_length, alone.payload_length);
      EXPECT_EQ(out[i].link_tag, alone.link_tag);
      EXPECT_EQ(out[i].tunnelled, alone.tunnelled);
      EXPECT_EQ(out[i].encap_count, alone.encap_count);
    }
  }
  EXPECT_GT(untimed, 5u);
}

}  // namespace
}  // namespace netlat
