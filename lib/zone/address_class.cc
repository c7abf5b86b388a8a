#include "netlat/zone/address_class.h"

#include <array>

namespace netlat {

namespace {

struct Class {
  const char* prefix;
  AddressClass what;
};
// The first that holds the address.
constexpr Class kClasses[] = {
    {"169.254.169.254", AddressClass::metadata},
    {"fd00:ec2::254", AddressClass::metadata},
    {"127.0.0.0/8", AddressClass::loopback},
    {"::1", AddressClass::loopback},
    {"169.254.0.0/16", AddressClass::link_local},
    {"fe80::/10", AddressClass::link_local},
    {"224.0.0.0/4", AddressClass::multicast},
    {"ff00::/8", AddressClass::multicast},
    {"10.0.0.0/8", AddressClass::private_use},
    {"172.16.0.0/12", AddressClass::private_use},
    {"192.168.0.0/16", AddressClass::private_use},
    {"100.64.0.0/10", AddressClass::private_use},
    {"fc00::/7", AddressClass::private_use},
};

using Prefixes = std::array<Prefix, std::size(kClasses)>;

Prefixes parsed() {
  Prefixes prefixes;
  for (std::size_t i = 0; i < prefixes.size(); ++i) {
    prefixes[i] = *Prefix::parse(kClasses[i].prefix);
  }
  return prefixes;
}

}  // namespace

AddressClass address_class(const IpAddress& address) noexcept {
  static const Prefixes prefixes = parsed();
  for (std::size_t i = 0; i < prefixes.size(); ++i) {
    if (prefixes[i].contains(address)) return kClasses[i].what;
  }
  return AddressClass::internet;
}

std::string_view to_word(AddressClass c) noexcept {
  constexpr std::string_view kWords[] = {"private",  "loopback",  "link_local",
                                         "metadata", "multicast", "internet"};
  return kWords[static_cast<std::size_t>(c)];
}

}  // namespace netlat
