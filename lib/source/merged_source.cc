// A k-way merge that opens files late.
//
// Every file is first opened, read to its first packet and, if it can be
// opened again, closed.  Then files wait in the order of those first times,
// which is right for rotation under any naming and for rings that have
// wrapped; one is opened for good when the merge reaches its first packet.  So
// a rotated set has one or two files open, whatever their number, and
// captures taken side by side as many as there are sides.
//
// Within a file its own order stands: a clock that stepped back is for the
// reader of the packets to see.  Choosing the next packet costs one comparison
// per open file and run of packets.

#include "lib/source/merged_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "lib/source/wording.h"

namespace netlat {

Result<std::unique_ptr<PacketSource>> PacketSource::open(
    const std::vector<std::string>& paths, const SourceOptions& options) {
  if (paths.empty()) return Error{"no capture file given", ErrorKind::usage};
  if (std::count(paths.begin(), paths.end(), "-") > 1) {
    return Error{"standard input can be given once only", ErrorKind::usage};
  }
  auto source = std::make_unique<MergedSource>(paths, options);
  if (auto looked = source->look(); !looked) return std::move(looked.error());
  return std::unique_ptr<PacketSource>(std::move(source));
}

MergedSource::MergedSource(const std::vector<std::string>& paths,
                           const SourceOptions& options)
    : options_(options) {
  files_.resize(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) files_[i].path = paths[i];
}

Result<void> MergedSource::look() {
  for (std::uint32_t i = 0; i < files_.size(); ++i) look_at(i);
  if (pending_.empty()) {
    Error first = problems_.front();
    if (files_.size() > 1) {
      first.message = fmt::format("none of the {} files can be read; {}",
                                  grouped(files_.size()), first.message);
    }
    return first;
  }
  std::stable_sort(
      pending_.begin(), pending_.end(),
      [](const Pending& a, const Pending& b) { return a.first < b.first; });
  std::reverse(pending_.begin(), pending_.end());
  return {};
}

void MergedSource::look_at(std::uint32_t index) {
  CaptureFile& file = files_[index];
  const bool several = files_.size() > 1;
  auto input = Input::open(index, file, registry_, options_, several);
  if (!input) {
    problems_.push_back(std::move(input.error()));
    return;
  }
  const std::optional<std::uint64_t> size = (*input)->stream().size();
  if (octets_total_ && size) {
    *octets_total_ += *size;
  } else {
    octets_total_.reset();
  }
  Pending pending{index, (*input)->front_time(), std::move(*input)};
  if (several && size) {
    pending.input.reset();
    CaptureFile known;
    known.path = file.path;
    known.format = file.format;
    file = std::move(known);
  }
  pending_.push_back(std::move(pending));
}

std::size_t MergedSource::read(std::span<PacketView> out) {
  for (;;) {
    // What the last call gave out may lie in a file that has ended since.
    close_ended();
    if (active_.empty() && pending_.empty()) return 0;
    const bool alone = pending_.empty() && active_.size() == 1;
    std::size_t n = 0;
    if (alone && active_.front()->empty()) {
      n = active_.front()->read(out);
      take_problems(*active_.front());
    } else {
      refill();
      if (next_is_due()) {
        activate();
      } else {
        n = merge(out);
      }
    }
    std::uint64_t frame = frames_;
    for (PacketView& packet : out.first(n)) packet.frame = ++frame;
    frames_ = frame;
    if (n > 0) return n;
  }
}

void MergedSource::refill() {
  for (const auto& input : active_) {
    if (!input->empty()) continue;
    input->refill();
    take_problems(*input);
  }
  close_ended();
}

bool MergedSource::next_is_due() const {
  if (pending_.empty()) return false;
  return std::all_of(active_.begin(), active_.end(), [&](const auto& input) {
    return pending_.back().first <= input->front_time();
  });
}

void MergedSource::activate() {
  Pending next = std::move(pending_.back());
  pending_.pop_back();
  CaptureFile& file = files_[next.file];
  if (!next.input) {
    auto input = Input::open(next.file, file, registry_, options_, false);
    if (!input) {
      problems_.push_back(std::move(input.error()));
      return;
    }
    next.input = std::move(*input);
  }
  next.input->start(place(next.file, next.first));
  take_problems(*next.input);
  active_.push_back(std::move(next.input));
}

// Which chains have ended is asked of the open files, which may have to read
// ahead for the answer.
Vantages::Chain MergedSource::place(std::uint32_t file, Stamp first) {
  std::vector<std::uint32_t> going_on;
  for (const auto& input : active_) {
    if (!input->ends_by(first + kOverlap)) going_on.push_back(input->index());
    take_problems(*input);
  }
  return registry_.vantages().place(
      file, files_[file].path, first,
      [&](std::uint32_t before) -> std::optional<Stamp> {
        if (std::count(going_on.begin(), going_on.end(), before) > 0) {
          return std::nullopt;
        }
        return files_[before].last.value_or(Stamp::min());
      });
}

void MergedSource::take_problems(Input& input) {
  for (Error& problem : input.take_problems()) {
    problems_.push_back(std::move(problem));
  }
}

void MergedSource::close_ended() {
  std::erase_if(active_, [&](const std::unique_ptr<Input>& input) {
    if (!input->ended()) return false;
    octets_of_ended_ += input->stream().octets_read();
    return true;
  });
}

// Gives out until a file has nothing waiting (reading on would end views just
// given) or the next file is due.
std::size_t MergedSource::merge(std::span<PacketView> out) {
  const Stamp due = pending_.empty() ? Stamp::max() : pending_.back().first;
  std::size_t n = 0;
  while (n < out.size() && !active_.empty()) {
    Input* input = active_.front().get();
    Stamp other = due;
    for (const auto& candidate : active_) {
      if (candidate.get() == input) continue;
      if (candidate->front_time() < input->front_time()) {
        other = std::min(other, input->front_time());
        input = candidate.get();
      } else {
        other = std::min(other, candidate->front_time());
      }
    }
    if (input->front_time() >= due) break;
    do {
      out[n++] = input->front();
      input->pop();
    } while (n < out.size() && !input->empty() && input->front_time() < other);
    if (input->empty()) break;
  }
  return n;
}

std::uint64_t MergedSource::bytes_read() const {
  std::uint64_t octets = octets_of_ended_;
  for (const auto& input : active_) octets += input->stream().octets_read();
  return octets;
}

std::optional<std::uint64_t> MergedSource::bytes_total() const {
  return octets_total_;
}

}  // namespace netlat
