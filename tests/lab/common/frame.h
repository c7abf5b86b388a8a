// What is said on a connection: a fixed head, then filler up to its length.
//
// All integers are big endian.  `octets` counts the head as well, so a
// request of 200 octets is 200 octets of TCP payload.
//
//   request  "LABq" octets:4 reply_octets:4 attempt:4 id:8 shape:16
//   reply    "LABr" octets:4 attempt:4 id:8
//
// A reply that starts with "LABu" says that the server has no such shape, one
// that starts with "LABc" that the server closes the connection after it.

#ifndef TESTS_LAB_COMMON_FRAME_H_
#define TESTS_LAB_COMMON_FRAME_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lab::load {

constexpr size_t kMostShapeName = 16;

struct RequestHead {
  static constexpr size_t kOctets = 40;

  uint64_t id = 0;
  uint32_t attempt = 1;
  uint32_t octets = kOctets;
  uint32_t reply_octets = 0;  // 0: as the server's shape has it
  std::string shape;

  std::vector<uint8_t> encode() const;
  static std::optional<RequestHead> decode(std::span<const uint8_t> head);
};

struct ReplyHead {
  static constexpr size_t kOctets = 20;

  uint64_t id = 0;
  uint32_t attempt = 1;
  uint32_t octets = kOctets;
  bool unknown_shape = false;
  bool closing = false;

  std::vector<uint8_t> encode() const;
  static std::optional<ReplyHead> decode(std::span<const uint8_t> head);
};

// Cuts a stream of octets into frames and keeps when each began.
template <class Head>
class Framer {
 public:
  // Calls complete(head, first_ns, now_ns) for each frame that ends in
  // `data`.  False where a frame should begin and none does.
  template <class Complete>
  bool feed(std::span<const uint8_t> data, int64_t now_ns, Complete complete) {
    while (!data.empty()) {
      if (buffer_.empty()) first_ns_ = now_ns;
      if (!head_) {
        const size_t take =
            std::min(data.size(), Head::kOctets - buffer_.size());
        const auto part = data.first(take);
        buffer_.insert(buffer_.end(), part.begin(), part.end());
        data = data.subspan(take);
        if (buffer_.size() < Head::kOctets) return true;
        head_ = Head::decode(buffer_);
        if (!head_) return false;
        left_ = head_->octets - Head::kOctets;
      }
      const size_t take = std::min(data.size(), left_);
      data = data.subspan(take);
      left_ -= take;
      if (left_ > 0) return true;
      const Head done = *head_;
      head_.reset();
      buffer_.clear();
      complete(done, first_ns_, now_ns);
    }
    return true;
  }

  // When the frame under way began; 0 between frames.
  int64_t first_ns() const { return buffer_.empty() ? 0 : first_ns_; }

 private:
  std::vector<uint8_t> buffer_;
  std::optional<Head> head_;
  size_t left_ = 0;
  int64_t first_ns_ = 0;
};

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_FRAME_H_
