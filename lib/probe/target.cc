#include "netlat/probe/target.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <charconv>
#include <memory>

#include "lib/probe/socket_address.h"
#include "netlat/base/safe_text.h"

namespace netlat {

namespace {

const char* family_word(bool v4) {
  return v4 ? "IPv4" : "IPv6";
}

Error unresolved(const std::string& text, int code, std::optional<bool> v4) {
  const std::string shown = SafeText(text).str();
  if (code == EAI_NONAME || code == EAI_NODATA || code == EAI_ADDRFAMILY) {
    return {
        v4 ? fmt::format("{}: no such host with {}", shown, family_word(*v4))
           : fmt::format("{}: no such host", shown),
        ErrorKind::usage};
  }
  if (code == EAI_AGAIN) {
    return {shown + ": the resolver does not answer; try an address",
            ErrorKind::input};
  }
  return {fmt::format("{}: {}", shown, gai_strerror(code)), ErrorKind::usage};
}

struct Endpoint {
  IpAddress address;
  Port port = 0;
};

std::optional<Endpoint> read_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const bool bracketed =
      host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  Port port = 0;
  const char* end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, port);
  if (!address || address->is_v4() == bracketed || error != std::errc() ||
      at != end || port == 0) {
    return std::nullopt;
  }
  return Endpoint{*address, port};
}

}  // namespace

Result<void> resolve_target(const std::string& text, std::optional<bool> v4,
                            ProbePlan& plan) {
  if (text.find_first_not_of(" \t") == std::string::npos) {
    return Error{"a target is empty: name a host or an address",
                 ErrorKind::usage};
  }
  const auto percent = text.find('%');
  const std::string bare = text.substr(0, percent);
  if (const auto address = IpAddress::parse(bare)) {
    if (v4 && address->is_v4() != *v4) {
      return Error{fmt::format("{} is no {} address", bare, family_word(*v4)),
                   ErrorKind::usage};
    }
    if (percent != std::string::npos) plan.interface = text.substr(percent + 1);
    plan.target = *address;
    plan.name = bare;
    return {};
  }
  addrinfo hints{};
  hints.ai_family = !v4 ? AF_UNSPEC : *v4 ? AF_INET : AF_INET6;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* list = nullptr;
  const int code = getaddrinfo(text.c_str(), nullptr, &hints, &list);
  if (code != 0) return unresolved(text, code, v4);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(list,
                                                                 &freeaddrinfo);
  const auto address = address_in(list->ai_addr, list->ai_addrlen);
  if (!address) return unresolved(text, EAI_NODATA, v4);
  plan.target = *address;
  plan.name = text;
  return {};
}

Result<void> read_flow(std::string_view text, ProbePlan& plan) {
  const auto dash = text.find('-');
  std::optional<Endpoint> from, to;
  if (dash != std::string_view::npos) {
    from = read_endpoint(text.substr(0, dash));
    to = read_endpoint(text.substr(dash + 1));
  }
  if (!from || !to || from->address.is_v4() != to->address.is_v4()) {
    return Error{fmt::format("--flow {}: write ADDRESS:PORT-ADDRESS:PORT, this "
                             "host first",
                             SafeText(text).str()),
                 ErrorKind::usage};
  }
  plan.source = from->address;
  plan.source_port = from->port;
  plan.target = to->address;
  plan.port = to->port;
  plan.name = to->address.text();
  return {};
}

}  // namespace netlat
