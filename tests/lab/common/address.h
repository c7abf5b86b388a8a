// An IPv4 or IPv6 address and a port: 10.0.3.1:7000, [fd00::1]:7000.

#ifndef TESTS_LAB_COMMON_ADDRESS_H_
#define TESTS_LAB_COMMON_ADDRESS_H_

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>

namespace lab::load {

class Address {
 public:
  // A missing port is 0 where `port_needed` is false.
  static std::optional<Address> parse(std::string_view text,
                                      bool port_needed = true);
  // The near and the far end of a socket; unspecified where there is none.
  static Address near_end(int socket);
  static Address far_end(int socket);

  const sockaddr* data() const;
  socklen_t size() const { return size_; }
  int family() const { return storage_.ss_family; }
  int port() const;
  // "-" if unspecified.
  std::string text() const;
  bool operator==(const Address& other) const { return text() == other.text(); }

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_ADDRESS_H_
