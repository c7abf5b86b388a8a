#include "lib/source/window.h"

#include <algorithm>
#include <cstring>

namespace netlat {

Window::Window(std::unique_ptr<ByteStream> stream, std::size_t capacity)
    : stream_(std::move(stream)),
      capacity_(capacity),
      buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(capacity)) {}

bool Window::fill(std::size_t n) {
  while (end_ - begin_ < n) {
    if (!read_more()) return false;
  }
  return true;
}

bool Window::skip(std::uint64_t n) {
  while (n > end_ - begin_) {
    n -= end_ - begin_;
    consume(end_ - begin_);
    if (!read_more()) return false;
  }
  consume(static_cast<std::size_t>(n));
  return true;
}

bool Window::read_more() {
  if (at_end_) return false;
  const std::size_t held = end_ - begin_;
  if (begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, held);
  } else if (held == capacity_) {
    auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(2 * capacity_);
    std::memcpy(larger.get(), buffer_.get(), held);
    buffer_ = std::move(larger);
    capacity_ *= 2;
  }
  begin_ = 0;
  end_ = held;
  auto n = stream_->read({buffer_.get() + held, capacity_ - held});
  if (!n) error_ = std::move(n.error());
  at_end_ = !n || *n == 0;
  if (!at_end_) end_ += *n;
  return !at_end_;
}

}  // namespace netlat
