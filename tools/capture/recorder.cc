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

}  // namespace

CaptureRecorder::CaptureRecorder(const CaptureOptions& options,
                                 std::size_t threads)
    : snaplen_(options.live.snaplen),
      before_(options.recorder.before),
      threads_(threads),
      started_(std::chrono::system_clock::now().time_since_epoch()) {}

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
    const ZoneResult found = around.zones->map.lookup(address, around.now);
    if (found.status != ZoneStatus::known) continue;
    const ZonePlace place{found.status, found.zone};
    names.emplace_back(address,
                       fmt::format("{}/{}", around.zones->labeler.name(place),
                                   address.text()));
  }
  return names;
}

std::optional<RecordingOrder> CaptureRecorder::begin(const Surroundings& around,
                                                     FrameSender& to,
                                                     bool finishing) {
  if (!wanted_ || writing_) return std::nullopt;
  if (!finishing && around.now < wanted_->moment + kAfter) return std::nullopt;
  const Wanted wanted = std::exchange(wanted_, std::nullopt).value();
  piece_.clear();
  put_section(piece_, "netlat " NETLAT_VERSION,
              fmt::format("Flight recorder of netlat capture: {}, at {} UTC",
                          one_line(wanted.why), time_text(wanted.moment)));
  for (const LiveInterface& at : around.interfaces) {
    put_interface(piece_, at.name, at.link_type, snaplen_);
  }
  described_ = around.interfaces.size();
  for (Thread& thread : threads_) thread = {};
  addresses_.clear();
  named_ = false;
  gone_ = 0;
  ++number_;
  if (!to.send(FrameKind::file_begin, file_name(wanted.moment)) ||
      !to.send(FrameKind::file_octets, piece_)) {
    fail();
    return std::nullopt;
  }
  writing_ = true;
  return RecordingOrder{number_, wanted.moment - before_, described_};
}

void CaptureRecorder::take(std::size_t number, RecordingPiece piece) {
  // Of a file that failed.
  if (!writing_ || piece.number != number_) return;
  Thread& thread = threads_[number];
  thread.begun = true;
  thread.ended = piece.last;
  gone_ += piece.gone;
  addresses_.insert(addresses_.end(), piece.addresses.begin(),
                    piece.addresses.end());
  if (!piece.blocks.empty()) thread.pieces.push_back(std::move(piece));
}

// False while some thread has not said yet which addresses it saw.
bool CaptureRecorder::put_names_once(const Surroundings& around,
                                     FrameSender& to) {
  if (named_) return true;
  if (!std::all_of(threads_.begin(), threads_.end(),
                   [](const Thread& t) { return t.begun; })) {
    return false;
  }
  named_ = true;
  std::sort(addresses_.begin(), addresses_.end());
  addresses_.erase(std::unique(addresses_.begin(), addresses_.end()),
                   addresses_.end());
  piece_.clear();
  put_names(piece_, names(around));
  if (piece_.empty() || to.send(FrameKind::file_octets, piece_)) return true;
  fail();
  return false;
}

// The thread whose next packet is the earliest of all; null if that cannot be
// told yet, or there is none.
CaptureRecorder::Thread* CaptureRecorder::earliest() {
  Thread* found = nullptr;
  const auto time = [](const Thread& t) {
    return t.pieces.front().blocks[t.next].time;
  };
  for (Thread& thread : threads_) {
    if (thread.pieces.empty()) {
      if (!thread.ended) return nullptr;
      continue;
    }
    if (found == nullptr || time(thread) < time(*found)) found = &thread;
  }
  return found;
}

void CaptureRecorder::put_block(Thread& thread) {
  const RecordingPiece& piece = thread.pieces.front();
  const std::size_t begin =
      thread.next == 0 ? 0 : piece.blocks[thread.next - 1].end;
  const std::size_t end = piece.blocks[thread.next].end;
  piece_.append(piece.octets, begin, end - begin);
  if (++thread.next < piece.blocks.size()) return;
  thread.pieces.pop_front();
  thread.next = 0;
}

// False once nothing is left for now, or nothing more is taken.
bool CaptureRecorder::write_piece(FrameSender& to) {
  piece_.clear();
  while (piece_.size() < kPiece) {
    Thread* const thread = earliest();
    if (thread == nullptr) break;
    put_block(*thread);
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
  if (gone_ > 0) {
    comment += fmt::format(
        "; {} octets were overwritten before they could be "
        "saved",
        gone_);
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
  writing_ = false;
}

void CaptureRecorder::fail() {
  // The publishing process drops a file that does not end when the next begins.
  ++numbers_.failures;
  writing_ = false;
  for (Thread& thread : threads_) thread = {};
}

void CaptureRecorder::write(const Surroundings& around, FrameSender& to,
                            bool finishing) {
  if (!writing_ || !put_names_once(around, to)) return;
  while (writing_ && (finishing || to.roomy()) && write_piece(to)) {
  }
  const bool all =
      std::all_of(threads_.begin(), threads_.end(),
                  [](const Thread& t) { return t.ended && t.pieces.empty(); });
  if (writing_ && all) end(around, to);
}

}  // namespace netlat
