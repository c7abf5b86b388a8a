#pragma once
// Which interface a packet is of: by name, so that one that went and came back
// under another index is the same capture point.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lib/source/live_ring.h"
#include "netlat/source/live_source.h"

namespace netlat {

class LiveInterfaces {
 public:
  /// `interfaces` outlives this object, which appends to it.
  explicit LiveInterfaces(std::vector<LiveInterface>& interfaces)
      : interfaces_(interfaces) {}

  /// The index of what a packet came from.  `name` is the interface the ring
  /// `fd` was opened for, empty if for all.
  std::uint32_t of(const std::string& name, int fd, const LinkFacts& facts) {
    if (facts.ifindex != last_.ifindex || facts.hardware != last_.hardware ||
        facts.protocol != last_.protocol || fd != last_fd_) [[unlikely]] {
      last_number_ = look_up(name, fd, facts);
      last_ = facts;
      last_fd_ = fd;
    }
    return last_number_;
  }
  /// An index may have another name now.
  void forget();

 private:
  std::uint32_t look_up(const std::string& name, int fd,
                        const LinkFacts& facts);

  std::vector<LiveInterface>& interfaces_;
  std::map<std::uint32_t, std::string> names_;     // by ifindex
  std::map<std::string, std::uint32_t> vantages_;  // by name
  LinkFacts last_;
  int last_fd_ = -1;
  std::uint32_t last_number_ = 0;
};

}  // namespace netlat
