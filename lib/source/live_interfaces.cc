#include "lib/source/live_interfaces.h"

#include <linux/if_ether.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>

#include <algorithm>

namespace netlat {

namespace {

// LINKTYPE_ of what LiveRing gives out.  Where there is no Ethernet header,
// the protocol beside the frame says what it begins with.
std::uint32_t link_type(const LinkFacts& facts) {
  constexpr std::uint32_t kEthernet = 1, kIpv4 = 228, kIpv6 = 229;
  constexpr std::uint32_t kUnknown = 147;  // LINKTYPE_USER0
  if (facts.hardware == ARPHRD_ETHER || facts.hardware == ARPHRD_LOOPBACK) {
    return kEthernet;
  }
  if (facts.protocol == ETH_P_IP) return kIpv4;
  return facts.protocol == ETH_P_IPV6 ? kIpv6 : kUnknown;
}

// The number as text if the interface has gone already.
std::string name_of(int fd, std::uint32_t ifindex) {
  ifreq question{};
  question.ifr_ifindex = static_cast<int>(ifindex);
  if (ioctl(fd, SIOCGIFNAME, &question) != 0) {
    return "#" + std::to_string(ifindex);
  }
  return question.ifr_name;
}

// Its place in the list, or the list's size.
std::size_t number_of(const std::vector<LiveInterface>& list,
                      const std::string& name, std::uint32_t type) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const LiveInterface& at) {
        return at.name == name && at.link_type == type;
      });
  return static_cast<std::size_t>(found - list.begin());
}

}  // namespace

std::vector<LiveInterface> InterfaceList::all() const {
  const std::lock_guard lock(mutex_);
  return interfaces_;
}

std::vector<LiveInterface> InterfaceList::with(const std::string& name,
                                               std::uint32_t link_type) {
  const std::lock_guard lock(mutex_);
  if (number_of(interfaces_, name, link_type) == interfaces_.size()) {
    const auto fresh = static_cast<std::uint32_t>(vantages_.size());
    const auto vantage = vantages_.try_emplace(name, fresh).first->second;
    interfaces_.push_back({name, link_type, vantage});
  }
  return interfaces_;
}

void LiveInterfaces::forget() {
  names_.clear();
  last_fd_ = -1;
}

std::uint32_t LiveInterfaces::look_up(const std::string& name, int fd,
                                      const LinkFacts& facts) {
  std::string found = name;
  if (found.empty()) {
    std::string& known = names_[facts.ifindex];
    if (known.empty()) known = name_of(fd, facts.ifindex);
    found = known;
  }
  const std::uint32_t type = link_type(facts);
  const auto known = [&] { return number_of(interfaces_, found, type); };
  if (known() == interfaces_.size()) interfaces_ = list_.with(found, type);
  return static_cast<std::uint32_t>(known());
}

}  // namespace netlat
