#include "tools/top/recent_records.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace netlat {

namespace {

// Small enough that freeing them gives nothing back to the system, which would
// have to be asked for again.
constexpr std::size_t kPiece = 64u << 10;
constexpr std::size_t kSpare = 16;

}  // namespace

void RecentRecords::add(std::string_view line, const Record& record) {
  if (std::holds_alternative<CaptureInfo>(record)) {
    capture_.assign(line).push_back('\n');
    return;
  }
  const auto* interval = std::get_if<IntervalRecord>(&record);
  if (interval != nullptr && interval->whole_run) return;
  const bool later = interval != nullptr && (!last_ || interval->end > *last_);
  if (later) last_ = interval->end;
  if (later || pieces_.empty() ||
      pieces_.back().lines.size() + line.size() >= kPiece) {
    begin_piece();
  }
  Piece& piece = pieces_.back();
  // Growing as strings do, a full piece would take twice its room.
  if (piece.lines.size() > kPiece / 4) piece.lines.reserve(kPiece);
  piece.lines.append(line).push_back('\n');
  octets_ += line.size() + 1;
  if (interval != nullptr) {
    piece.start =
        std::min(piece.start.value_or(interval->start), interval->start);
  }
  forget();
}

void RecentRecords::begin_piece() {
  Piece piece;
  piece.end = last_.value_or(Stamp{});
  if (!spare_.empty()) {
    piece.lines = std::move(spare_.back());
    spare_.pop_back();
    piece.lines.clear();
  }
  pieces_.push_back(std::move(piece));
}

void RecentRecords::forget() {
  const auto old = [&] {
    return octets_ > kMostOctets ||
           (last_ && *last_ - pieces_.front().end >= kSpan);
  };
  while (pieces_.size() > 1 && old()) {
    octets_ -= pieces_.front().lines.size();
    if (spare_.size() < kSpare) {
      spare_.push_back(std::move(pieces_.front().lines));
    }
    pieces_.pop_front();
  }
}

std::optional<Stamp> RecentRecords::first() const {
  for (const Piece& piece : pieces_) {
    if (piece.start) return piece.start;
  }
  return std::nullopt;
}

Result<void> RecentRecords::write(const std::string& path) const {
  std::ofstream file(path);
  file << capture_;
  for (const Piece& piece : pieces_) file << piece.lines;
  file.close();
  if (!file) return Error{path + ": " + std::strerror(errno)};
  return {};
}

}  // namespace netlat
