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

// What is the same for services and connections.
template <class Row>
std::int64_t latency_value(const Row& row, SortKey key) {
  if (key == SortKey::service) return high_quantile(row.service);
  const Quantiles& network = shown_rtt(row).network;
  return key == SortKey::p50 ? median(network) : high_quantile(network);
}

bool by_latency(SortKey key) {
  return key == SortKey::p99 || key == SortKey::p50 || key == SortKey::service;
}

std::int64_t value_of(const ServiceRow& s, SortKey key) {
  if (by_latency(key)) return latency_value(s, key);
  if (key == SortKey::connect) return high_quantile(s.connect);
  if (key == SortKey::retx) {
    return static_cast<std::int64_t>(s.loss.retransmits);
  }
  if (key == SortKey::failed) {
    return static_cast<std::int64_t>(s.refused + s.unanswered);
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

std::int64_t rank_value(const FlowRecord& f, const Latencies& latencies,
                        SortKey key) {
  if (key == SortKey::connect) {
    return f.handshake.connect ? f.handshake.connect->count() : -1;
  }
  if (key == SortKey::retx) {
    return static_cast<std::int64_t>(f.c2s.retransmits + f.s2c.retransmits);
  }
  if (key == SortKey::failed) {
    return f.handshake.outcome == HandshakeOutcome::refused ||
           f.handshake.outcome == HandshakeOutcome::timeout;
  }
  if (!by_latency(key)) return 1;
  struct {
    HalfRtt server_rtt, client_rtt;
    Quantiles service;
  } row;
  if (key == SortKey::service) {
    row.service = latencies.quantiles(Distribution::service);
  } else {
    row.server_rtt.network = latencies.quantiles(Distribution::server_network);
    row.client_rtt.network = latencies.quantiles(Distribution::client_network);
  }
  return latency_value(row, key);
}

bool may_rank(const Latencies& latencies, SortKey key, std::int64_t value) {
  if (!by_latency(key) || value < 0) return true;
  // A quantile's estimate exceeds no sample of its bucket by more than the
  // width of the bucket, 2.2 %.
  const Nanos bound{value - value / 32 - 1};
  const auto reaches = [&](SampleKind kind) {
    const auto [n, above] = latencies.tally(kind, bound);
    // Samples beyond the quantile of nearest rank that n samples are ranked by.
    const std::uint64_t beyond =
        key != SortKey::p50 && n >= kSamplesForP99   ? n / 100
        : key != SortKey::p50 && n >= kSamplesForP95 ? n / 20
                                                     : n / 2;
    return above > beyond;
  };
  if (key == SortKey::service) return reaches(SampleKind::service);
  return reaches(SampleKind::server_network) ||
         reaches(SampleKind::client_network);
}

}  // namespace netlat
