#include "netlat/report/rank.h"

#include <algorithm>
#include <array>
#include <string>
#include <tuple>

#include "netlat/measure/shown_half.h"

namespace netlat {

namespace {

struct KeyWord {
  const char* word;
  const char* title;
};
// In the order of SortKey.
constexpr std::array<KeyWord, 7> kKeys = {{{"p99", "p99 network RTT"},
                                           {"p50", "median network RTT"},
                                           {"service", "p99 service time"},
                                           {"connect", "connect time"},
                                           {"retx", "retransmissions"},
                                           {"failed", "failed connects"},
                                           {"conns", "connections"}}};

std::int64_t high_quantile(const Quantiles& q) {
  return q.n == 0 ? -1 : q.highest_of(q.n).count();
}

std::int64_t median(const Quantiles& q) {
  return q.n == 0 ? -1 : q.p50.count();
}

std::int64_t value_of(const ServiceRow& s, SortKey key) {
  switch (key) {
    case SortKey::p99:
      return high_quantile(shown_rtt(s).network);
    case SortKey::p50:
      return median(shown_rtt(s).network);
    case SortKey::service:
      return high_quantile(s.service);
    case SortKey::connect:
      return high_quantile(s.connect);
    case SortKey::retx:
      return static_cast<std::int64_t>(s.loss.retransmits);
    case SortKey::failed:
      return static_cast<std::int64_t>(s.refused + s.unanswered);
    case SortKey::conns:
      break;
  }
  return static_cast<std::int64_t>(s.connections);
}

}  // namespace

std::optional<SortKey> parse_sort_key(std::string_view text) {
  for (std::size_t i = 0; i < kKeys.size(); ++i) {
    if (text == kKeys[i].word) return static_cast<SortKey>(i);
  }
  return std::nullopt;
}

std::string sort_key_words() {
  std::string out;
  for (const KeyWord& k : kKeys) {
    out += (out.empty() ? "" : ", ") + std::string(k.word);
  }
  return out;
}

const char* sort_key_title(SortKey key) {
  return kKeys[static_cast<std::size_t>(key)].title;
}

void rank_services(std::vector<ServiceRow>& services, SortKey key) {
  std::sort(services.begin(), services.end(),
            [key](const ServiceRow& a, const ServiceRow& b) {
              const auto x = value_of(a, key), y = value_of(b, key);
              if (x != y) return x > y;
              if (a.connections != b.connections)
                return a.connections > b.connections;
              return std::tie(a.server, a.port) < std::tie(b.server, b.port);
            });
}

std::int64_t rank_value(const FlowRecord& f, SortKey key) {
  switch (key) {
    case SortKey::p99:
      return high_quantile(shown_rtt(f).network);
    case SortKey::p50:
      return median(shown_rtt(f).network);
    case SortKey::service:
      return high_quantile(f.service);
    case SortKey::connect:
      return f.handshake.connect ? f.handshake.connect->count() : -1;
    case SortKey::retx:
      return static_cast<std::int64_t>(f.c2s.retransmits + f.s2c.retransmits);
    case SortKey::failed:
      return f.handshake.outcome == HandshakeOutcome::refused ||
             f.handshake.outcome == HandshakeOutcome::timeout;
    case SortKey::conns:
      break;
  }
  return 1;
}

}  // namespace netlat
