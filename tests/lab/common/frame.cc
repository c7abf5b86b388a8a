#include "tests/lab/common/frame.h"

#include <string_view>

namespace lab::load {
namespace {

constexpr std::string_view kRequest = "LABq";
constexpr std::string_view kReply = "LABr";
constexpr std::string_view kUnknownShape = "LABu";
constexpr std::string_view kLastReply = "LABc";

void put(std::vector<uint8_t>& out, std::string_view text, size_t octets) {
  for (size_t i = 0; i < octets; ++i)
    out.push_back(i < text.size() ? static_cast<uint8_t>(text[i]) : uint8_t{0});
}

void put(std::vector<uint8_t>& out, uint64_t value, int octets) {
  for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<uint8_t>(value >> shift));
}

uint64_t get(std::span<const uint8_t> octets) {
  uint64_t value = 0;
  for (const uint8_t octet : octets) value = value << 8 | octet;
  return value;
}

uint32_t get4(std::span<const uint8_t> head, size_t at) {
  return static_cast<uint32_t>(get(head.subspan(at, 4)));
}

std::string text(std::span<const uint8_t> octets) {
  std::string out;
  for (const uint8_t octet : octets) {
    if (octet == 0) break;
    out.push_back(static_cast<char>(octet));
  }
  return out;
}

}  // namespace

std::vector<uint8_t> RequestHead::encode() const {
  std::vector<uint8_t> out;
  put(out, kRequest, 4);
  put(out, octets, 4);
  put(out, reply_octets, 4);
  put(out, attempt, 4);
  put(out, id, 8);
  put(out, shape, kMostShapeName);
  return out;
}

std::optional<RequestHead> RequestHead::decode(std::span<const uint8_t> head) {
  RequestHead out;
  out.octets = get4(head, 4);
  if (text(head.first(4)) != kRequest || out.octets < kOctets)
    return std::nullopt;
  out.reply_octets = get4(head, 8);
  out.attempt = get4(head, 12);
  out.id = get(head.subspan(16, 8));
  out.shape = text(head.subspan(24, kMostShapeName));
  return out;
}

std::vector<uint8_t> ReplyHead::encode() const {
  std::vector<uint8_t> out;
  put(out, unknown_shape ? kUnknownShape : closing ? kLastReply : kReply, 4);
  put(out, octets, 4);
  put(out, attempt, 4);
  put(out, id, 8);
  return out;
}

std::optional<ReplyHead> ReplyHead::decode(std::span<const uint8_t> head) {
  ReplyHead out;
  out.octets = get4(head, 4);
  const std::string magic = text(head.first(4));
  out.unknown_shape = magic == kUnknownShape;
  out.closing = magic == kLastReply;
  const bool known = magic == kReply || out.closing || out.unknown_shape;
  if (!known || out.octets < kOctets) return std::nullopt;
  out.attempt = get4(head, 8);
  out.id = get(head.subspan(12, 8));
  return out;
}

}  // namespace lab::load
