#include "tests/lab/common/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <array>
#include <cstring>

#include "tests/lab/common/values.h"

namespace lab::load {
namespace {

// The socket interface takes every family through one pointer type.
sockaddr* generic(sockaddr_storage& storage) {
  return static_cast<sockaddr*>(static_cast<void*>(&storage));
}

sockaddr_in v4(const sockaddr_storage& storage) {
  sockaddr_in out;
  std::memcpy(&out, &storage, sizeof out);
  return out;
}

sockaddr_in6 v6(const sockaddr_storage& storage) {
  sockaddr_in6 out;
  std::memcpy(&out, &storage, sizeof out);
  return out;
}

struct Parts {
  std::string host;
  std::string_view port;
  bool bracketed;
};

std::optional<Parts> split(std::string_view text) {
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && rest.front() != ':') return std::nullopt;
    if (!rest.empty()) rest.remove_prefix(1);
    return Parts{std::string(text.substr(1, close - 1)), rest, true};
  }
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos)
    return Parts{std::string(text), {}, false};
  return Parts{std::string(text.substr(0, colon)), text.substr(colon + 1),
               false};
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text, bool port_needed) {
  const auto parts = split(text);
  if (!parts) return std::nullopt;
  int64_t port = 0;
  if (!parts->port.empty() || port_needed) {
    const auto value = parse_integer(parts->port);
    if (!value || *value < 0 || *value > 65535) return std::nullopt;
    port = *value;
  }
  Address out;
  sockaddr_in in4{};
  sockaddr_in6 in6{};
  in4.sin_family = AF_INET;
  in4.sin_port = htons(static_cast<uint16_t>(port));
  in6.sin6_family = AF_INET6;
  in6.sin6_port = in4.sin_port;
  if (parts->bracketed &&
      inet_pton(AF_INET6, parts->host.c_str(), &in6.sin6_addr) == 1) {
    std::memcpy(&out.storage_, &in6, sizeof in6);
    out.size_ = sizeof in6;
  } else if (!parts->bracketed &&
             inet_pton(AF_INET, parts->host.c_str(), &in4.sin_addr) == 1) {
    std::memcpy(&out.storage_, &in4, sizeof in4);
    out.size_ = sizeof in4;
  } else {
    return std::nullopt;
  }
  return out;
}

Address Address::near_end(int socket) {
  Address out;
  out.size_ = sizeof out.storage_;
  getsockname(socket, generic(out.storage_), &out.size_);
  return out;
}

Address Address::far_end(int socket) {
  Address out;
  out.size_ = sizeof out.storage_;
  getpeername(socket, generic(out.storage_), &out.size_);
  return out;
}

const sockaddr* Address::data() const {
  return static_cast<const sockaddr*>(static_cast<const void*>(&storage_));
}

int Address::port() const {
  if (family() == AF_INET) return ntohs(v4(storage_).sin_port);
  if (family() == AF_INET6) return ntohs(v6(storage_).sin6_port);
  return 0;
}

std::string Address::text() const {
  std::array<char, INET6_ADDRSTRLEN> host{};
  if (family() == AF_INET) {
    const in_addr address = v4(storage_).sin_addr;
    inet_ntop(AF_INET, &address, host.data(), host.size());
    return fmt::format("{}:{}", host.data(), port());
  }
  if (family() == AF_INET6) {
    const in6_addr address = v6(storage_).sin6_addr;
    inet_ntop(AF_INET6, &address, host.data(), host.size());
    return fmt::format("[{}]:{}", host.data(), port());
  }
  return "-";
}

}  // namespace lab::load
