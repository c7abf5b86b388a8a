#include "netlat/report/rank.h"

#include <algorithm>
#include <array>
#include <string>
#include <tuple>

#include "netlat/report/standout.h"

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
  if (q.n == 0) return -1;
  const Nanos value = q.n >= kSamplesForP99   ? q.p99
                      : q.n >= kSamplesForP95 ? q.p95
                                              : q.p50;
  return value.count();
}

std::int64_t median(const Quantiles& q) {
  return q.n == 0 ? -1 : q.p50.count();
}

template <class T>
const Quantiles& shown_network(const T& row) {
  return longer_half(row.server_rtt, row.client_rtt) == Dir::c2s
             ? row.server_rtt.network
             : row.client_rtt.network;
}

std::int64_t value_of(const ServiceRow& s, SortKey key) {
  switch (key) {
    case SortKey::p99:
      return high_quantile(shown_network(s));
    case SortKey::p50:
      return median(shown_network(s));
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

std::int64_t value_of(const FlowRecord& f, SortKey key) {
  switch (key) {
    case SortKey::p99:
      return high_quantile(shown_network(f));
    case SortKey::p50:
      return median(shown_network(f));
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
  return 0;
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

void rank_flows(std::vector<FlowRecord>& flows, SortKey key) {
  std::stable_sort(flows.begin(), flows.end(),
                   [key](const FlowRecord& a, const FlowRecord& b) {
                     return value_of(a, key) > value_of(b, key);
                   });
}

}  // namespace netlat
