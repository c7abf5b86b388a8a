#include "netlat/publish/frame_pipe.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace netlat {

namespace {

// Length of the content in host order, both ends being one program, and kind.
constexpr std::size_t kHeader = sizeof(std::uint32_t) + 1;

}  // namespace

bool FrameSender::send(FrameKind kind, std::string_view content) {
  const bool fits = pending() + kHeader + content.size() <= most_;
  if (broken_ || !fits || content.size() > kLongestFrame) {
    ++refused_;
    return false;
  }
  const auto length = static_cast<std::uint32_t>(content.size());
  std::array<char, kHeader> header{};
  std::memcpy(header.data(), &length, sizeof length);
  header.back() = static_cast<char>(kind);
  pending_.append(header.data(), header.size());
  pending_.append(content);
  return true;
}

void FrameSender::flush() {
  while (!broken_ && sent_ < pending_.size()) {
    const ssize_t n =
        write(fd_, pending_.data() + sent_, pending_.size() - sent_);
    if (n >= 0) {
      sent_ += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    } else if (errno != EINTR) {
      broken_ = true;
    }
  }
  if (broken_ || sent_ == pending_.size()) {
    pending_.clear();
    sent_ = 0;
  } else if (sent_ > most_ / 4) {
    pending_.erase(0, sent_);
    sent_ = 0;
  }
}

bool FrameReceiver::fill() {
  if (at_ > 0) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  constexpr std::size_t kPiece = std::size_t{256} << 10;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kPiece);
  ssize_t n = 0;
  do {
    n = read(fd_, buffer_.data() + before, kPiece);
  } while (n < 0 && errno == EINTR);
  buffer_.resize(before + static_cast<std::size_t>(n > 0 ? n : 0));
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
  return n > 0 && !damaged_;
}

std::optional<Frame> FrameReceiver::next() {
  if (damaged_ || buffer_.size() - at_ < kHeader) return std::nullopt;
  std::uint32_t length = 0;
  std::memcpy(&length, buffer_.data() + at_, sizeof length);
  const auto kind = static_cast<std::uint8_t>(buffer_[at_ + sizeof length]);
  if (length > kLongestFrame || kind >= kFrameKinds) {
    damaged_ = true;
    return std::nullopt;
  }
  if (buffer_.size() - at_ < kHeader + length) return std::nullopt;
  const Frame frame{static_cast<FrameKind>(kind),
                    std::string_view(buffer_).substr(at_ + kHeader, length)};
  at_ += kHeader + length;
  return frame;
}

}  // namespace netlat
