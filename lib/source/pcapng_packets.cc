// The three blocks of pcapng that hold a packet.

#include <fmt/format.h>

#include <algorithm>

#include "lib/source/pcapng_reader.h"
#include "lib/source/wording.h"

namespace netlat {

using namespace pcapng;

namespace {

/// Of the drop count of an obsolete packet block.
constexpr std::uint16_t kUnknownDrops = 0xffff;

// Bits of epb_flags.
constexpr std::uint32_t kDirectionMask = 0x3;
constexpr std::uint32_t kInbound = 1;
constexpr std::uint32_t kOutbound = 2;
constexpr std::uint32_t kSegmentationOffload = 1u << 11;

}  // namespace

PcapngReader::Outcome PcapngReader::enhanced_packet(const Block& block,
                                                    PacketView& out) {
  const bool enhanced = block.type == kEnhancedPacket;
  const std::size_t room = block.size - kPacketFixed - kBlockTrailer;
  const auto captured = get<std::uint32_t>(block, 20);
  if (captured > options_.max_record) {
    return damage(fmt::format("length {} exceeds the limit of {}",
                              grouped(captured), grouped(options_.max_record)));
  }
  if (captured > room) {
    return damage(fmt::format("length {} exceeds its block of {}",
                              grouped(captured), grouped(block.size)));
  }
  PacketFields fields;
  fields.interface =
      enhanced ? get<std::uint32_t>(block, 8) : get<std::uint16_t>(block, 8);
  fields.ticks = std::uint64_t{get<std::uint32_t>(block, 12)} << 32 |
                 get<std::uint32_t>(block, 16);
  fields.data = block.bytes.subspan(kPacketFixed, captured);
  fields.wire_length = get<std::uint32_t>(block, 24);
  if (fields.interface >= declared_) return unknown_interface(fields.interface);
  if (!kept(fields.interface)) return Outcome::other;
  InterfaceState& state = states_[first_interface_ + fields.interface];
  give(fields, state, out);
  if (!enhanced && get<std::uint16_t>(block, 10) != kUnknownDrops) {
    state.drops.add_before_packet(file_, get<std::uint16_t>(block, 10));
  }
  const std::size_t options = std::min(padded(captured), room);
  if (room - options >= kOptionHeader) {
    packet_options(block.bytes.subspan(kPacketFixed + options, room - options),
                   enhanced, state, out);
  }
  return Outcome::packet;
}

void PcapngReader::give(const PacketFields& fields, InterfaceState& state,
                        PacketView& out) {
  out = PacketView{};
  out.data = fields.data;
  out.wire_length = std::max(fields.wire_length,
                             static_cast<std::uint32_t>(fields.data.size()));
  out.interface =
      static_cast<std::uint32_t>(first_interface_) + fields.interface;
  const auto time =
      state.scale ? state.scale->at(fields.ticks) : std::optional<Stamp>{};
  if (time) {
    last_time_ = *time;
    tally_.add(*time, out.wire_length, state.last);
  } else {
    if (state.scale) {
      report_once(reported_time_,
                  "its time is outside the years 1823 to 2116; such records "
                  "count as untimed");
    }
    out.has_time = false;
    ++file_.untimed;
    tally_.add_untimed(out.wire_length);
  }
  out.time = last_time_;
}

void PcapngReader::packet_options(Bytes bytes, bool enhanced,
                                  InterfaceState& state, PacketView& out) {
  OptionWalk options(bytes, order_);
  while (const auto option = options.next()) {
    const Bytes value = option->value;
    if (option->code == kPacketFlags && value.size() == sizeof(std::uint32_t)) {
      const auto flags = load_as<std::uint32_t>(value.data(), order_);
      const auto direction = flags & kDirectionMask;
      if (direction == kInbound) out.direction = FrameDirection::inbound;
      if (direction == kOutbound) out.direction = FrameDirection::outbound;
      out.segmentation_offload = (flags & kSegmentationOffload) != 0;
    }
    if (enhanced && option->code == kPacketDropCount &&
        value.size() == sizeof(std::uint64_t)) {
      state.drops.add_before_packet(
          file_, load_as<std::uint64_t>(value.data(), order_));
    }
  }
  if (options.overruns()) {
    report_once(reported_options_,
                "an option exceeds its block; the options of such records are "
                "read up to there");
  }
}

PcapngReader::Outcome PcapngReader::simple_packet(const Block& block,
                                                  PacketView& out) {
  if (declared_ == 0) return unknown_interface(0);
  if (!kept(0)) return Outcome::other;
  const auto wire_length = get<std::uint32_t>(block, 8);
  const std::uint32_t snaplen = interfaces_[first_interface_].snaplen;
  const std::size_t room = block.size - kSimpleFixed - kBlockTrailer;
  const std::size_t stated =
      snaplen == 0 ? wire_length : std::min(wire_length, snaplen);
  const std::size_t captured = std::min(stated, room);
  if (captured > options_.max_record) {
    return damage(fmt::format("length {} exceeds the limit of {}",
                              grouped(captured), grouped(options_.max_record)));
  }
  out = PacketView{};
  out.data = block.bytes.subspan(kSimpleFixed, captured);
  out.wire_length = wire_length;
  out.interface = static_cast<std::uint32_t>(first_interface_);
  out.has_time = false;
  out.time = last_time_;
  ++file_.untimed;
  tally_.add_untimed(wire_length);
  return Outcome::packet;
}

}  // namespace netlat
