// Messages from one thread to one other, without locks.

#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

namespace lab {

class ByteRing {
 public:
  // Messages are whole: a push either fits or changes nothing.
  explicit ByteRing(size_t octets) : data_(std::bit_ceil(octets)) {}

  // One producer. `second` may be empty; the parts form one message.
  bool push(const void* first, uint32_t first_size, const void* second,
            uint32_t second_size) {
    const uint32_t size = first_size + second_size;
    const size_t head = head_.load(std::memory_order_relaxed);
    const size_t tail = tail_.load(std::memory_order_acquire);
    if (data_.size() - (head - tail) < size + sizeof size) return false;
    copy_in(head, &size, sizeof size);
    copy_in(head + sizeof size, first, first_size);
    copy_in(head + sizeof size + first_size, second, second_size);
    head_.store(head + sizeof size + size, std::memory_order_release);
    return true;
  }

  // One consumer. False if nothing waits.
  bool pop(std::vector<uint8_t>& message) {
    const size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail == head_.load(std::memory_order_acquire)) return false;
    uint32_t size = 0;
    copy_out(tail, &size, sizeof size);
    message.resize(size);
    copy_out(tail + sizeof size, message.data(), size);
    tail_.store(tail + sizeof size + size, std::memory_order_release);
    return true;
  }

 private:
  void copy_in(size_t at, const void* from, size_t size) {
    if (size == 0) return;
    const size_t start = at & (data_.size() - 1);
    const size_t straight = std::min(size, data_.size() - start);
    const auto* const bytes = static_cast<const uint8_t*>(from);
    std::memcpy(&data_[start], bytes, straight);
    std::memcpy(data_.data(), bytes + straight, size - straight);
  }
  void copy_out(size_t at, void* to, size_t size) const {
    if (size == 0) return;
    const size_t start = at & (data_.size() - 1);
    const size_t straight = std::min(size, data_.size() - start);
    auto* const bytes = static_cast<uint8_t*>(to);
    std::memcpy(bytes, &data_[start], straight);
    std::memcpy(bytes + straight, data_.data(), size - straight);
  }

  std::vector<uint8_t> data_;
  alignas(64) std::atomic<size_t> head_{0};
  alignas(64) std::atomic<size_t> tail_{0};
};

}  // namespace lab
