#include "lib/probe/quote_watch.h"

#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace netlat {

namespace {

// Set bits are types that are kept away.
void let_errors_through(int fd, bool v6) {
  if (v6) {
    icmp6_filter filter;
    ICMP6_FILTER_SETBLOCKALL(&filter);
    for (const int type : {1, 2, 3, 4}) ICMP6_FILTER_SETPASS(type, &filter);
    (void)setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
    return;
  }
  const std::uint32_t blocked = ~(1u << 3 | 1u << 11 | 1u << 12);
  (void)setsockopt(fd, SOL_RAW, ICMP_FILTER, &blocked, sizeof blocked);
}

}  // namespace

std::unique_ptr<QuoteWatch> QuoteWatch::open(bool v6) {
  constexpr int kType = SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC;
  OwnedFd fd(v6 ? socket(AF_INET6, kType, IPPROTO_ICMPV6)
                : socket(AF_INET, kType, IPPROTO_ICMP));
  if (!fd) return nullptr;
  let_errors_through(fd.get(), v6);
  return std::unique_ptr<QuoteWatch>(new QuoteWatch(std::move(fd), v6));
}

void QuoteWatch::read(const std::function<void(const Quote&)>& take) {
  while (const auto message = reader_.read(fd_.get(), false)) {
    auto quote = read_quote(v6_, message->data);
    if (!quote) continue;
    if (message->peer) quote->from = *message->peer;
    take(*quote);
  }
}

}  // namespace netlat
