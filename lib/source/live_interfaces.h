#pragma once
// Which interface a packet is of: by name, so that one that went and came back
// under another index is the same capture point.
//
// Threads that share interfaces agree on their numbers: each keeps the list as
// it last saw it and asks for what is not on it, so that numbers it has given
// out need no lock.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "lib/source/live_ring.h"
#include "netlat/source/live_source.h"

namespace netlat {

/// The list itself; any thread may call.
class InterfaceList {
 public:
  std::vector<LiveInterface> all() const;
  /// Appends the interface unless it is there; the whole list then.
  std::vector<LiveInterface> with(const std::string& name,
                                  std::uint32_t link_type);

 private:
  mutable std::mutex mutex_;
  std::vector<LiveInterface> interfaces_;
  std::map<std::string, std::uint32_t> vantages_;  // by name
};

/// What one thread knows of it.
class LiveInterfaces {
 public:
  /// Both outlive this object; `interfaces` becomes what this thread knows.
  LiveInterfaces(InterfaceList& list, std::vector<LiveInterface>& interfaces)
      : list_(list), interfaces_(interfaces) {}

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

  InterfaceList& list_;
  std::vector<LiveInterface>& interfaces_;
  std::map<std::uint32_t, std::string> names_;  // by ifindex
  LinkFacts last_;
  int last_fd_ = -1;
  std::uint32_t last_number_ = 0;
};

}  // namespace netlat
