#include "netlat/flow/dns_timer.h"

#include <algorithm>

#include "lib/flow/dns_message.h"
#include "lib/flow/elapsed.h"
#include "lib/flow/recent_table.h"
#include "lib/flow/sighting.h"

namespace netlat {
namespace {

constexpr Port kDns = 53;
constexpr Port kMulticastDns = 5353;
constexpr Port kLlmnr = 5355;

bool is_server_port(Port port) {
  return port == kDns || port == kMulticastDns || port == kLlmnr;
}

bool is_multicast(const IpAddress& address) {
  const auto octets = address.bytes();
  return address.is_v4() ? (octets[12] & 0xf0) == 0xe0 : octets[0] == 0xff;
}

struct Query {
  DnsQuestion question;
  Stamp first, last;
  std::uint32_t retries = 0;
  Sighting sighting;
};

// Compares as far as both are visible.
bool same_question(const DnsQuestion& asked, const DnsMessage& message) {
  const std::string_view a = asked.name.view(), b = message.name.view();
  const std::size_t n = std::min(a.size(), b.size());
  if (a.substr(0, n) != b.substr(0, n)) return false;
  if (a.size() < b.size() && !asked.name_cut) return false;
  if (b.size() < a.size() && !message.name_cut) return false;
  if (asked.qclass == 0 || message.qclass == 0) return true;
  return asked.qtype == message.qtype && asked.qclass == message.qclass;
}

}  // namespace

struct DnsTimer::State {
  State(const KeyedHash& hash, std::size_t slots) : table(slots, hash) {}

  using Table = RecentTable<Query>;
  Table table;
  DnsCounters count;

  void ask(const Segment& segment, const DnsMessage& message);
  void remember(const Segment& segment, const DnsMessage& message,
                const FlowWords& key);
  std::size_t match(const Segment& segment, const DnsMessage& message,
                    bool has_question) const;
  std::optional<DnsAnswer> answer(const Segment& segment,
                                  const DnsMessage& message, bool has_question);
};

void DnsTimer::State::remember(const Segment& segment,
                               const DnsMessage& message,
                               const FlowWords& key) {
  ++count.queries;
  const std::size_t slot =
      table.insert(key, segment.time, [&](const Query& old, Stamp) {
        const bool late = elapsed(old.last, segment.time) > kDnsTimeout;
        ++(late ? count.unanswered : count.evicted);
      });
  Query& query = table.value(slot);
  query.question.client = segment.source;
  query.question.server = segment.destination;
  query.question.client_port = segment.source_port;
  query.question.server_port = segment.destination_port;
  query.question.vantage = segment.vantage;
  query.question.id = message.id;
  query.question.name = message.name;
  query.question.qtype = message.qtype;
  query.question.qclass = message.qclass;
  query.question.name_cut = message.name_cut;
  query.first = query.last = segment.time;
  query.sighting = Sighting::of(segment);
}

void DnsTimer::State::ask(const Segment& segment, const DnsMessage& message) {
  const FlowWords key =
      flow_words(segment.source, segment.source_port, segment.destination,
                 segment.destination_port, segment, message.id);
  const std::size_t slot = table.find(key, [&](const Query& query) {
    return same_question(query.question, message);
  });
  if (slot == Table::kNone) {
    remember(segment, message, key);
    return;
  }
  Query& query = table.value(slot);
  if (elapsed(query.last, segment.time) > kDnsTimeout) {
    ++count.unanswered;
    table.erase(slot);
    remember(segment, message, key);
  } else if (query.sighting.same_packet(Sighting::of(segment))) {
    ++count.duplicates;
  } else {
    ++count.retries;
    ++query.retries;
    query.last = segment.time;
    query.sighting = Sighting::of(segment);
    table.touch(slot, segment.time);
  }
}

// Some servers refuse without repeating the question; the identifier alone
// then names the query, if it names only one.
std::size_t DnsTimer::State::match(const Segment& segment,
                                   const DnsMessage& message,
                                   bool has_question) const {
  const FlowWords key =
      flow_words(segment.destination, segment.destination_port, segment.source,
                 segment.source_port, segment, message.id);
  if (has_question) {
    return table.find(key, [&](const Query& query) {
      return same_question(query.question, message);
    });
  }
  std::size_t candidates = 0;
  table.find(key, [&](const Query&) {
    ++candidates;
    return false;
  });
  if (candidates != 1) return Table::kNone;
  return table.find(key, [](const Query&) { return true; });
}

std::optional<DnsAnswer> DnsTimer::State::answer(const Segment& segment,
                                                 const DnsMessage& message,
                                                 bool has_question) {
  const std::size_t slot = match(segment, message, has_question);
  if (slot == Table::kNone) {
    ++count.unmatched;
    return std::nullopt;
  }
  const Query& query = table.value(slot);
  std::optional<DnsAnswer> result;
  if (segment.time < query.last) {
    ++count.negative;
  } else if (elapsed(query.last, segment.time) > kDnsTimeout) {
    ++count.unanswered;
    ++count.unmatched;
  } else {
    ++count.answers;
    result.emplace();
    result->question = query.question;
    result->since_first = elapsed(query.first, segment.time);
    result->since_last = elapsed(query.last, segment.time);
    result->retries = query.retries;
    result->rcode = message.rcode;
    result->truncated = message.truncated;
  }
  table.erase(slot);
  return result;
}

DnsTimer::DnsTimer(const KeyedHash& hash, std::size_t slots)
    : state_(std::make_unique<State>(hash, slots)) {}
DnsTimer::DnsTimer(DnsTimer&&) noexcept = default;
DnsTimer& DnsTimer::operator=(DnsTimer&&) noexcept = default;
DnsTimer::~DnsTimer() = default;

bool DnsTimer::concerns(const Segment& segment) noexcept {
  if (segment.transport != Transport::udp || segment.later_fragment) {
    return false;
  }
  if (segment.source_port == kDns || segment.destination_port == kDns) {
    return true;
  }
  return (is_server_port(segment.source_port) ||
          is_server_port(segment.destination_port)) &&
         !is_multicast(segment.source) && !is_multicast(segment.destination);
}

std::optional<DnsAnswer> DnsTimer::advance(const Segment& segment) {
  if (!concerns(segment)) return std::nullopt;
  DnsCounters& count = state_->count;
  DnsMessage message;
  const DnsParse parse =
      parse_dns(segment.payload, segment.payload_length, message);
  if (parse == DnsParse::cut || parse == DnsParse::malformed) {
    ++(parse == DnsParse::cut ? count.cut : count.malformed);
    return std::nullopt;
  }
  const Port server_port =
      message.response ? segment.source_port : segment.destination_port;
  const bool question = parse == DnsParse::question;
  if (message.opcode != 0 || parse == DnsParse::unusual ||
      !is_server_port(server_port) || (!question && !message.response)) {
    ++count.other;
    return std::nullopt;
  }
  if (message.response) return state_->answer(segment, message, question);
  state_->ask(segment, message);
  return std::nullopt;
}

std::optional<DnsUnanswered> DnsTimer::take_unanswered(Stamp now) {
  const std::size_t slot = state_->table.next_older(before(now, kDnsTimeout));
  if (slot == State::Table::kNone) return std::nullopt;
  const Query& query = state_->table.value(slot);
  const DnsUnanswered result{query.question, query.first, query.last,
                             query.retries};
  state_->table.erase(slot);
  ++state_->count.unanswered;
  return result;
}

std::size_t DnsTimer::pending() const noexcept {
  return state_->table.size();
}
const DnsCounters& DnsTimer::counters() const noexcept {
  return state_->count;
}

}  // namespace netlat
