// Names of the IANA registries "ICMP Type Numbers" and "ICMPv6 Parameters".

#include "netlat/report/icmp_text.h"

#include <fmt/format.h>

#include <span>
#include <string_view>

#include "netlat/report/number_text.h"

namespace netlat {

namespace {

constexpr std::string_view kUnreachable[] = {
    "network unreachable",
    "host unreachable",
    "protocol unreachable",
    "port unreachable",
    "fragmentation needed",
    "source route failed",
    "network unknown",
    "host unknown",
    "source host isolated",
    "network administratively prohibited",
    "host administratively prohibited",
    "network unreachable for this type of service",
    "host unreachable for this type of service",
    "administratively prohibited",
    "host precedence violation",
    "precedence cut off"};
constexpr std::string_view kUnreachable6[] = {"no route to destination",
                                              "administratively prohibited",
                                              "beyond scope of source address",
                                              "address unreachable",
                                              "port unreachable",
                                              "source address failed policy",
                                              "reject route to destination",
                                              "error in source routing header"};
constexpr std::string_view kExceeded[] = {"TTL exceeded",
                                          "fragment reassembly time exceeded"};
constexpr std::string_view kExceeded6[] = {"hop limit exceeded",
                                           "fragment reassembly time exceeded"};

struct Family {
  const char* name;
  std::uint8_t unreachable, exceeded, parameter;  // types
  std::span<const std::string_view> unreachable_codes, exceeded_codes;
};
constexpr Family kV4 = {"ICMP", 3, 11, 12, kUnreachable, kExceeded};
constexpr Family kV6 = {"ICMPv6", 1, 3, 4, kUnreachable6, kExceeded6};

std::string name_of(const IcmpError& e) {
  const Family& family = e.v6 ? kV6 : kV4;
  const bool unreachable = e.type == family.unreachable;
  const bool exceeded = e.type == family.exceeded;
  if (e.code) {
    std::span<const std::string_view> codes;
    if (unreachable) codes = family.unreachable_codes;
    if (exceeded) codes = family.exceeded_codes;
    if (*e.code < codes.size()) return std::string(codes[*e.code]);
  }
  if (e.type == family.parameter) return "parameter problem";
  if (e.v6 && e.type == 2) return "packet too big";
  if (!e.v6 && e.type == 4) return "source quench";
  if (e.code) {
    return fmt::format("{} type {} code {}", family.name, e.type, *e.code);
  }
  if (unreachable) return "destination unreachable";
  if (exceeded) return "time exceeded";
  return fmt::format("{} type {}", family.name, e.type);
}

}  // namespace

std::string icmp_text(const IcmpError& error) {
  std::string text = name_of(error);
  if (error.mtu != 0) text += ", MTU " + count_text(error.mtu);
  return text;
}

}  // namespace netlat
