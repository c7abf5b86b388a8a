#include "tools/capture/recorder.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

#include "netlat/base/safe_text.h"
#include "netlat/report/messages.h"
#include "netlat/report/number_text.h"
#include "netlat/report/pcapng_writer.h"

namespace netlat {

namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;

std::string file_name(Stamp moment) {
  const std::time_t seconds = to_ns(moment) / 1'000'000'000;
  return fmt::format("flight-{:%Y%m%dT%H%M%SZ}.pcapng", fmt::gmtime(seconds));
}

// The strictest of the objectives: what is within all is not worth a word.
CommentLimits limits_of(const std::vector<Objective>& objectives) {
  CommentLimits limits;
  for (const Objective& o : objectives) {
    if (o.quantity == ObjectiveQuantity::network) {
      limits.rtt = std::min(limits.rtt, o.limit);
    } else if (o.quantity == ObjectiveQuantity::service) {
      limits.service = std::min(limits.service, o.limit);
    }
  }
  return limits;
}

}  // namespace

CaptureRecorder::CaptureRecorder(const CaptureOptions& options)
    : ring_(options.recorder.octets),
      payload_(options.recorder.payload),
      snaplen_(options.live.snaplen),
      before_(options.recorder.before),
      limits_(limits_of(options.objectives)),
      started_(std::chrono::system_clock::now().time_since_epoch()),
      addresses_(options.zones.maps.empty() ? 0 : kAddresses) {}

std::size_t CaptureRecorder::kept_octets(const PacketView& packet,
                                         const Segment* segment) const {
  if (payload_) return packet.data.size();
  // What is not understood may be payload from its first octet on.
  if (segment == nullptr) return 0;
  if (segment->payload.empty()) return packet.data.size();
  return static_cast<std::size_t>(segment->payload.data() - packet.data.data());
}

void CaptureRecorder::note(const IpAddress& address) {
  // Any spread will do: who chooses addresses that collide loses names.
  const std::uint64_t mixed =
      (address.word0() ^ address.word1()) * 0x9e37'79b9'7f4a'7c15;
  addresses_[mixed >> 52] = address;
  static_assert(kAddresses == 1 << (64 - 52));
}

void CaptureRecorder::add(const PacketView& packet, const Segment* segment) {
  const auto position = ring_.add(packet, kept_octets(packet, segment));
  if (segment == nullptr) return;
  positions_[positioned_++] = position;
  if (addresses_.empty()) return;
  note(segment->source);
  note(segment->destination);
}

void CaptureRecorder::judge(std::span<const Segment> batch,
                            std::span<const SegmentFacts> facts) {
  for (std::size_t i = 0; i < positioned_; ++i) {
    if (batch[i].transport != Transport::tcp) continue;
    ring_.judge(positions_[i], packet_verdict(batch[i], facts[i]));
  }
  positioned_ = 0;
}

void CaptureRecorder::trigger(const std::string& why, Stamp moment) {
  if (!wanted_ && !writing_) wanted_ = {why, moment};
}

void CaptureRecorder::alert(const std::string& why, Stamp moment) {
  if (alerted_ && moment - *alerted_ < kSpacing) return;
  alerted_ = moment;
  trigger(why, moment);
}

std::vector<std::pair<IpAddress, std::string>> CaptureRecorder::names(
    const Surroundings& around) const {
  std::vector<std::pair<IpAddress, std::string>> names;
  if (around.zones == nullptr) return names;
  for (const IpAddress& address : addresses_) {
    if (address == IpAddress{}) continue;
    const ZoneResult found = around.zones->map.lookup(address, around.now);
    if (found.status != ZoneStatus::known) continue;
    const ZonePlace place{found.status, found.zone};
    names.emplace_back(address,
                       fmt::format("{}/{}", around.zones->labeler.name(place),
                                   address.text()));
  }
  return names;
}

void CaptureRecorder::begin(const Surroundings& around, FrameSender& to) {
  const Stamp from = wanted_->moment - before_;
  Writing writing{ring_.begin(), ring_.end()};
  for (auto at = writing.next; const auto packet = ring_.read(at);) {
    if (packet->time >= from) break;
    writing.next = at;
  }
  piece_.clear();
  put_section(piece_, "netlat " NETLAT_VERSION,
              fmt::format("Flight recorder of netlat capture: {}, at {} UTC",
                          one_line(wanted_->why), time_text(wanted_->moment)));
  for (const LiveInterface& at : around.interfaces) {
    put_interface(piece_, at.name, at.link_type, snaplen_);
  }
  described_ = around.interfaces.size();
  put_names(piece_, names(around));
  const bool taken =
      to.send(FrameKind::file_begin, file_name(wanted_->moment)) &&
      to.send(FrameKind::file_octets, piece_);
  wanted_.reset();
  if (!taken) return fail();
  writing_ = writing;
}

// False once nothing is left, or nothing more is taken.
bool CaptureRecorder::write_piece(FrameSender& to) {
  piece_.clear();
  while (piece_.size() < kPiece && writing_->next < writing_->end) {
    if (writing_->next < ring_.begin()) {
      writing_->gone += ring_.begin() - writing_->next;
    }
    const auto packet = ring_.read(writing_->next);
    if (!packet) break;
    // Interfaces that came since the file began are not described in it.
    if (packet->interface >= described_) continue;
    const std::string comment = packet_comment(packet->verdict, limits_);
    put_packet(piece_, {packet->interface, packet->time, packet->wire_length,
                        packet->data, packet->direction, comment});
  }
  if (piece_.empty()) return false;
  if (to.send(FrameKind::file_octets, piece_)) return true;
  fail();
  return false;
}

void CaptureRecorder::end(const Surroundings& around, FrameSender& to) {
  piece_.clear();
  // The kernel counts all interfaces together.
  const bool alone = around.interfaces.size() == 1;
  std::string comment = fmt::format(
      "{}{} packets received since the start, {} of them dropped by the kernel",
      alone ? "" : "all interfaces together: ", around.counts.received,
      around.counts.kernel_drops);
  if (writing_->gone > 0) {
    comment += fmt::format(
        "; {} octets were overwritten before they could be "
        "saved",
        writing_->gone);
  }
  PcapngStatistics statistics;
  statistics.start = started_;
  statistics.end = around.now;
  statistics.comment = comment;
  if (alone) {
    statistics.received = around.counts.received;
    statistics.kernel_drops = around.counts.kernel_drops;
    statistics.interface_drops = around.counts.interface_drops;
  }
  if (described_ > 0) put_statistics(piece_, statistics);
  const bool taken = to.send(FrameKind::file_octets, piece_) &&
                     to.send(FrameKind::file_end, "");
  if (!taken) return fail();
  ++numbers_.files;
  writing_.reset();
}

void CaptureRecorder::fail() {
  // The publishing process drops a file that does not end when the next begins.
  ++numbers_.failures;
  writing_.reset();
}

void CaptureRecorder::tend(const Surroundings& around, FrameSender& to) {
  if (wanted_ && around.now >= wanted_->moment + kAfter) begin(around, to);
  while (writing_ && to.roomy()) {
    if (write_piece(to)) continue;
    if (writing_) end(around, to);
  }
}

void CaptureRecorder::finish(const Surroundings& around, FrameSender& to) {
  if (wanted_) begin(around, to);
  while (writing_ && write_piece(to)) {
  }
  if (writing_) end(around, to);
}

RecorderNumbers CaptureRecorder::numbers() const {
  RecorderNumbers numbers = numbers_;
  numbers.packets = ring_.packets();
  numbers.bytes = ring_.octets();
  return numbers;
}

}  // namespace netlat
