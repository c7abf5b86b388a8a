#include "tools/zones/against.h"

#include <array>

#include "netlat/measure/measurement.h"
#include "netlat/packet/decode.h"
#include "netlat/source/packet_source.h"

namespace netlat {

namespace {

class EvidenceSink final : public RecordSink {
 public:
  explicit EvidenceSink(Evidence& evidence) : evidence_(evidence) {}

  bool flow(FlowRecord& record, const Latencies& latencies) override {
    const FlowZones zones = evidence_.labeler.zones(record);
    evidence_.doubts.add(zones, latencies);
    evidence_.matrix.add(record, zones, latencies);
    return false;
  }
  void exchange(const ExchangeRecord&) override {}
  void segment(const Segment&, const SegmentFacts&) override {}

 private:
  Evidence& evidence_;
};

}  // namespace

Result<std::unique_ptr<Evidence>> gather(
    const ZoneMap& map, const std::vector<std::string>& files) {
  auto source = PacketSource::open(files);
  if (!source) return std::move(source.error());
  auto evidence = std::make_unique<Evidence>(map);
  EvidenceSink sink(*evidence);
  Measurement measurement(FlowLimits{}, sink, false);
  const DecodeOptions options;
  std::array<PacketView, kBatch> packets;
  const auto segments = std::make_unique<std::array<Segment, kBatch>>();
  while (const std::size_t n = (*source)->read(packets)) {
    std::size_t used = 0;
    for (const PacketView& packet : std::span(packets).first(n)) {
      const CaptureInterface& at = (*source)->interfaces()[packet.interface];
      Segment& s = (*segments)[used];
      if (!packet.has_time) continue;
      if (decode(packet, at.link_type, options, s) != Verdict::tcp) continue;
      s.vantage = at.vantage;
      ++used;
    }
    measurement.advance({segments->data(), used});
  }
  measurement.finish();
  evidence->problems = (*source)->problems();
  return evidence;
}

}  // namespace netlat
