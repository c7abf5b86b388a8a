#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "lib/probe/fd.h"
#include "lib/probe/socket_address.h"
#include "netlat/probe/path_mtu.h"

namespace netlat {

std::uint32_t interface_mtu(const IpAddress& address) {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return 0;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owned(list,
                                                               &freeifaddrs);
  for (const ifaddrs* i = list; i != nullptr; i = i->ifa_next) {
    if (i->ifa_addr == nullptr) continue;
    const bool v4 = i->ifa_addr->sa_family == AF_INET;
    if (!v4 && i->ifa_addr->sa_family != AF_INET6) continue;
    const auto own = address_in(
        i->ifa_addr, v4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    if (own != address) continue;
    const OwnedFd fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::strncpy(request.ifr_name, i->ifa_name, IFNAMSIZ - 1);
    if (!fd || ioctl(fd.get(), SIOCGIFMTU, &request) != 0) return 0;
    return static_cast<std::uint32_t>(std::max(request.ifr_mtu, 0));
  }
  return 0;
}

}  // namespace netlat
