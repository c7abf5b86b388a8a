#include "tools/zones/against.h"

#include <fmt/format.h>

#include <array>

#include "netlat/base/safe_text.h"
#include "netlat/measure/measurement.h"
#include "netlat/packet/decode.h"
#include "netlat/report/json_writer.h"
#include "netlat/report/number_text.h"
#include "netlat/source/packet_source.h"
#include "netlat/zone/address_class.h"
#include "netlat/zone/prefix_text.h"

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

std::string place_text(const ZoneMap& map, ZoneLineId id) {
  const ZoneLine line = map.line(id);
  return fmt::format("{} ({}:{}, {})", prefix_text(line.prefix),
                     SafeText(line.file).str(), line.number,
                     SafeText(map.zone(line.zone).name).str());
}

std::string_view fault_of(const ZoneDoubt& doubt) {
  return doubt.relation == ZoneRelation::same ? "too_far" : "too_near";
}

std::string doubt_text(const ZoneMap& map, const ZoneDoubt& doubt) {
  const bool same = doubt.relation == ZoneRelation::same;
  const std::string where =
      doubt.line == doubt.other
          ? "within " + place_text(map, doubt.line)
          : fmt::format("between {} and {}", place_text(map, doubt.line),
                        place_text(map, doubt.other));
  return fmt::format(
      "{}: the shortest of {} round trips took {}, which is {} for {}", where,
      count_text(doubt.samples), duration_text(doubt.least),
      same ? "long" : "short", same ? "one zone" : "two zones");
}

void print_doubt_json(const ZoneMap& map, const ZoneDoubt& doubt,
                      JsonWriter& json, Output& out) {
  const ZoneLine line = map.line(doubt.line), other = map.line(doubt.other);
  json.begin("zone_finding");
  json.plain("fault", fault_of(doubt));
  json.text("file", SafeText(line.file).str());
  json.field("line", line.number);
  json.text("other_file", SafeText(other.file).str());
  json.field("other_line", other.number);
  json.field("lines", 1);
  json.text("message", doubt_text(map, doubt));
  out.append(json.finish());
}

void print_unplaced_json(const IpAddress& address, const UnplacedAddress& what,
                         JsonWriter& json, Output& out) {
  json.begin("zone_address");
  json.plain("address", address.text());
  json.plain("status", to_word(what.status));
  json.plain("class", to_word(address_class(address)));
  json.field("connections", what.connections);
  json.field("bytes", what.bytes);
  out.append(json.finish());
}

void print_unplaced(const Evidence& evidence, Output& out) {
  constexpr std::size_t kMost = 20;
  const auto unplaced = evidence.matrix.unplaced();
  const std::uint64_t all = evidence.matrix.all().bytes;
  for (std::size_t i = 0; i < std::min(unplaced.size(), kMost); ++i) {
    const auto& [address, what] = unplaced[i];
    out.append(fmt::format(
        "{} {}: {} address, {} ({}) in {} connections\n", to_word(what.status),
        address.text(), to_word(address_class(address)), bytes_text(what.bytes),
        percent_text(what.bytes, all), count_text(what.connections)));
  }
  if (unplaced.size() > kMost) {
    out.append(
        fmt::format("and {} more addresses without a zone (--json lists "
                    "all)\n",
                    count_text(unplaced.size() - kMost)));
  }
}

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

void print_evidence(const ZoneMap& map, const Evidence& evidence, bool json,
                    Output& out) {
  JsonWriter writer;
  for (const ZoneDoubt& doubt : evidence.doubts.doubts()) {
    if (json) {
      print_doubt_json(map, doubt, writer, out);
    } else {
      out.append(doubt_text(map, doubt) + '\n');
    }
  }
  if (!json) return print_unplaced(evidence, out);
  for (const auto& [address, what] : evidence.matrix.unplaced()) {
    print_unplaced_json(address, what, writer, out);
  }
}

}  // namespace netlat
