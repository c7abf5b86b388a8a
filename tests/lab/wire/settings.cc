#include "tests/lab/wire/settings.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace lab {
namespace {

using netlat::Error;
using netlat::Result;

std::vector<std::string_view> split_commas(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

template <class T>
bool assign(std::optional<T> value, T& target) {
  if (value) target = *value;
  return value.has_value();
}

std::optional<bool> parse_switch(std::string_view text) {
  if (text == "on") return true;
  if (text == "off") return false;
  return std::nullopt;
}

bool set_gilbert(std::string_view text, Settings& out) {
  out.gilbert.reset();
  if (text == "off") return true;
  const auto parts = split_commas(text);
  if (parts.size() != 2 && parts.size() != 4) return false;
  Gilbert gilbert;
  const std::array<double*, 4> fields{&gilbert.to_bad, &gilbert.to_good,
                                      &gilbert.loss_good, &gilbert.loss_bad};
  for (size_t i = 0; i < parts.size(); ++i)
    if (!assign(parse_share(parts[i]), *fields.at(i))) return false;
  out.gilbert = gilbert;
  return true;
}

bool set_rate(std::string_view text, Settings& out) {
  if (text == "off") {
    out.rate_bps = 0;
    return true;
  }
  return assign(parse_rate_bps(text), out.rate_bps) && out.rate_bps > 0;
}

bool set_reorder(std::string_view text, Settings& out) {
  out.reorder = 0;
  if (text == "off") return true;
  const auto parts = split_commas(text);
  return parts.size() == 2 && assign(parse_share(parts[0]), out.reorder) &&
         assign(parse_duration_ns(parts[1]), out.reorder_ns);
}

bool set_mtu(std::string_view text, Settings& out) {
  out.mtu = 0;
  out.mtu_icmp = false;
  if (text == "off") return true;
  const auto parts = split_commas(text);
  if (parts.size() > 2 || (parts.size() == 2 && parts[1] != "icmp"))
    return false;
  out.mtu_icmp = parts.size() == 2;
  return assign(parse_integer(parts[0]), out.mtu) && out.mtu >= 68 &&
         out.mtu <= 65535;
}

bool set_ip_id(std::string_view text, Settings& out) {
  out.zero_ip_id = text == "zero";
  return text == "zero" || text == "keep";
}

bool set_only(std::string_view text, Settings& out) {
  out.only = {};
  if (text == "all") return true;
  if (text == "icmp") {
    out.only.what = Filter::What::kIcmp;
    return true;
  }
  if (text.starts_with("tcp:")) {
    const auto port = parse_integer(text.substr(4));
    if (!port || *port < 1 || *port > 65535) return false;
    out.only.what = Filter::What::kTcpPort;
    out.only.port = static_cast<uint16_t>(*port);
    return true;
  }
  if (!text.starts_with("host:")) return false;
  out.only.what = Filter::What::kHost;
  return assign(Address::parse(text.substr(5)), out.only.host);
}

struct Key {
  std::string_view name;
  bool (*set)(std::string_view value, Settings& out);
  std::string_view expected;
};

constexpr std::array<Key, 13> kKeys{{
    {"delay",
     [](std::string_view v, Settings& s) {
       return assign(parse_duration_ns(v), s.delay_ns);
     },
     "a duration such as 10ms"},
    {"jitter",
     [](std::string_view v, Settings& s) {
       return assign(Duration::parse(v), s.jitter);
     },
     "a distribution such as uniform:0:5ms, normal:2ms:500us, exp:1ms, "
     "pareto:1ms:3"},
    {"loss",
     [](std::string_view v, Settings& s) {
       return assign(parse_share(v), s.loss);
     },
     "a share such as 1%"},
    {"gilbert", set_gilbert,
     "shares P,R or P,R,LOSS_GOOD,LOSS_BAD such as 1%,25%, or off"},
    {"rate", set_rate, "a rate such as 20Mbit, or off"},
    {"queue",
     [](std::string_view v, Settings& s) {
       return assign(parse_size(v), s.queue_octets);
     },
     "a size such as 600kB"},
    {"reorder", set_reorder, "a share and a duration such as 5%,3ms, or off"},
    {"duplicate",
     [](std::string_view v, Settings& s) {
       return assign(parse_share(v), s.duplicate);
     },
     "a share such as 5%"},
    {"mtu", set_mtu, "octets from 68, such as 1200 or 1200,icmp, or off"},
    {"blackout",
     [](std::string_view v, Settings& s) {
       return assign(parse_switch(v), s.blackout);
     },
     "on or off"},
    {"hold",
     [](std::string_view v, Settings& s) {
       return assign(parse_switch(v), s.hold);
     },
     "on or off"},
    {"ipid", set_ip_id, "zero or keep"},
    {"only", set_only, "tcp:PORT, icmp, host:ADDRESS or all"},
}};

std::string key_names() {
  std::string out;
  for (const Key& key : kKeys) out.append(" ").append(key.name);
  return out;
}

}  // namespace

bool Filter::matches(const PacketView& view) const {
  switch (what) {
    case What::kAll:
      return true;
    case What::kTcpPort:
      return view.is_tcp() &&
             (view.source.port == port || view.destination.port == port);
    case What::kIcmp:
      return view.protocol == kIcmp || view.protocol == kIcmp6;
    case What::kHost:
      return view.source.address == host || view.destination.address == host;
  }
  return true;
}

Result<void> change_settings(std::span<const std::string_view> words,
                             Settings& settings) {
  for (const std::string_view word : words) {
    if (word == "reset") {
      settings = {};
      continue;
    }
    const size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const auto* const key =
        std::find_if(kKeys.begin(), kKeys.end(),
                     [name](const Key& known) { return known.name == name; });
    if (key == kKeys.end() || equals == std::string_view::npos)
      return Error{"'" + std::string(word) +
                   "': expected reset or KEY=VALUE"
                   " with a key of" +
                   key_names()};
    if (!key->set(word.substr(equals + 1), settings))
      return Error{"'" + std::string(word) + "': expected " +
                   std::string(key->expected)};
  }
  return {};
}

}  // namespace lab
