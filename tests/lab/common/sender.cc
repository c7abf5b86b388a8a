#include "tests/lab/common/sender.h"

#include <algorithm>
#include <utility>

#include "tests/lab/common/values.h"

namespace lab::load {
namespace {

constexpr int64_t kMostAtOnce = 65536;
constexpr uint8_t kFiller = 'x';

}  // namespace

Sender::Sender(Loop& loop, std::function<void()> resume)
    : gap_(loop), resume_(std::move(resume)) {}

Stream::Status Sender::pump(Stream& stream) {
  while (!queue_.empty() && !gap_.pending()) {
    const Message& message = queue_.front();
    const std::vector<uint8_t> octets = next_octets();
    const int64_t now = realtime_ns();
    const Stream::Result result = stream.write(octets);
    if (result.status != Stream::Status::kDone) return result.status;
    const bool first = written_ == 0;
    written_ += static_cast<int64_t>(result.octets);
    const auto progress = message.progress;
    if (first && progress) progress(now, false);
    if (written_ == message.octets) {
      queue_.pop_front();
      written_ = 0;
      part_ = 0;
      if (progress) progress(now, true);
    } else if (written_ == part_end()) {
      ++part_;
      if (message.gap_ns > 0) gap_.after(message.gap_ns, resume_);
    }
  }
  return Stream::Status::kDone;
}

int64_t Sender::part_end() const {
  const Message& message = queue_.front();
  return message.octets * (part_ + 1) / message.parts;
}

// TLS wants a write it put off repeated with the same octets: these depend on
// nothing but what has been written.
std::vector<uint8_t> Sender::next_octets() const {
  const Message& message = queue_.front();
  const auto head = static_cast<int64_t>(message.head.size());
  std::vector<uint8_t> out;
  if (written_ < head)
    out.assign(message.head.begin() + written_, message.head.end());
  const int64_t length = std::min(part_end() - written_, kMostAtOnce);
  out.resize(static_cast<size_t>(length), kFiller);
  return out;
}

}  // namespace lab::load
