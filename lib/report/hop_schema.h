#pragma once
// The fields of the `path`, `hop` and `event` records.

#include <array>

#include "lib/report/schema_tables.h"

namespace netlat {

// Tables joined to one, for fields that several records share.
template <std::size_t... N>
constexpr auto hop_fields(const SchemaField (&... parts)[N]) {
  std::array<SchemaField, (N + ...)> out;
  std::size_t at = 0;
  const auto add = [&](std::span<const SchemaField> part) {
    for (const SchemaField& field : part) out[at++] = field;
  };
  (add(parts), ...);
  return out;
}

constexpr SchemaField hop_nullable(std::string_view path, Kind kind,
                                   std::string_view about) {
  return {path, kind, about, true};
}
constexpr SchemaField hop_group(std::string_view path, Kind kind, Group group,
                                std::string_view about, bool null = false) {
  return {path, kind, about, null, {}, group};
}

inline constexpr SchemaField kMplsLabel[] = {
    {"label", Kind::count, "20 bits"},
    {"tc", Kind::count, "traffic class, 3 bits"},
    {"ttl", Kind::count, "as the packet arrived with"},
};

inline constexpr SchemaField kHopInterface[] = {
    {"role", Kind::count, "0 incoming, 1 below IP, 2 outgoing, 3 next hop"},
    hop_nullable("index", Kind::count, "as the router numbers it"),
    hop_nullable("address", Kind::text, "of the interface"),
    hop_nullable("name", Kind::text, "as the router names it"),
    hop_nullable("mtu", Kind::count, "octets"),
};

inline constexpr SchemaField kLimiter[] = {
    {"burst", Kind::count, "answers at once"},
    {"rate", Kind::real, "answers a second from then on"},
    {"explains", Kind::real, "share of the answers and of the misses"},
};

inline constexpr std::array<std::string_view, 3> kRateFindings = {
    "undecided", "limited", "lost"};

inline constexpr SchemaField kRateResponse[] = {
    {"fast_sent", Kind::count, "probes at the interval asked for"},
    {"fast_answered", Kind::count, "of these"},
    {"slow_sent", Kind::count, "probes at a quarter of that rate"},
    {"slow_answered", Kind::count, "of these"},
    {"finding", Kind::word, "limited: answers a second stay, lost: their share",
     false, kRateFindings},
};

// Round trips and loss, of a hop or of one flow to the target.
inline constexpr SchemaField kHopCounts[] = {
    {"sent", Kind::count, "probes answered, late or given up"},
    {"answered", Kind::count, "in time"},
    {"late", Kind::count, "answered after they were given up"},
    hop_group("rtt", Kind::group, Group::quantiles,
              "round trips, late ones included"),
    hop_nullable("last_ns", Kind::integer, "round trip of the last answer"),
    hop_nullable("mean_ns", Kind::integer, "mean round trip"),
    hop_nullable("stddev_ns", Kind::integer, "standard deviation"),
    hop_nullable("jitter_ns", Kind::integer, "RFC 3550"),
};

// Of a flow or a whole path.
inline constexpr SchemaField kLossToTarget[] = {
    hop_nullable("loss", Kind::real, "to the target; null: not judged"),
    hop_nullable("loss_low", Kind::real, "of the 99 % interval"),
    hop_nullable("loss_high", Kind::real, "of the 99 % interval"),
};

inline constexpr SchemaField kLaneHead[] = {
    {"flow", Kind::count, "from 0"},
    hop_nullable("source", Kind::text, "address the probes leave from"),
    {"source_port", Kind::count, "ICMP: the identifier"},
    hop_nullable("distance", Kind::count, "TTL that reaches the target"),
    {"path_id", Kind::count, "of the sequence of hops, 48 bits"},
    {"discovered", Kind::flag, "found by exploring, not asked for"},
    {"in_use", Kind::flag, "by a connection, beside which probes were sent"},
};
inline constexpr auto kLane = hop_fields(kLaneHead, kHopCounts, kLossToTarget);

inline constexpr std::array<std::string_view, 4> kProbeProtocols = {
    "icmp", "udp", "tcp", "quic"};

inline constexpr SchemaField kExploration[] = {
    {"flows", Kind::count, "whose way is known"},
    {"missing", Kind::count, "more that are needed, about"},
    {"complete", Kind::flag, "a further way would have been seen, at 95 %"},
};

inline constexpr SchemaField kEcho[] = {
    {"sent", Kind::count, "answered, late or given up"},
    {"answered", Kind::count, "in time"},
    {"late", Kind::count, "answered after they were given up"},
};

// What every record about one target begins with.
inline constexpr SchemaField kPlan[] = {
    {"target", Kind::text, "as asked for"},
    {"address", Kind::text, "of the target"},
    {"protocol", Kind::word, "of the probes", false, kProbeProtocols},
    hop_nullable("port", Kind::count, "of the target; null: ICMP"),
};

inline constexpr SchemaField kPathTimes[] = {
    {"start_us", Kind::integer, "us since 1970 UTC"},
    {"elapsed_ns", Kind::integer, "first probe to last answer"},
    {"rounds", Kind::count, "probes a hop and flow"},
    {"interval_ns", Kind::integer, "between rounds"},
    {"complete", Kind::flag, "false: stopped from outside"},
    {"reached", Kind::flag, "the target itself has answered"},
};
inline constexpr SchemaField kPathRest[] = {
    {"sent", Kind::count, "probes, discovery included"},
    {"strangers", Kind::count, "answers that belong to no probe"},
    {"send_failures", Kind::count, "probes this host refused to send"},
    hop_group("flows", Kind::list_of_groups, Group::lane, "one a flow"),
    hop_group("exploration", Kind::group, Group::exploration,
              "the search for further ways; null: none", true),
    hop_group("echo", Kind::group, Group::echo,
              "beside UDP probes; where answered, loss is by them", true),
    {"notes", Kind::list_of_text, "what this host refused"},
};
inline constexpr auto kPath =
    hop_fields(kPlan, kPathTimes, kLossToTarget, kPathRest);

inline constexpr std::array<std::string_view, 6> kHopVerdicts = {
    "ok", "loss", "icmp_limited", "return_path", "unjudged", "silent"};

inline constexpr std::array<std::string_view, 4> kCrossings = {
    "same", "cross", "cross_region", "unknown"};

inline constexpr SchemaField kHopPlace[] = {
    {"target", Kind::text, "as asked for"},
    {"ttl", Kind::count, "of the probes"},
    hop_nullable("address", Kind::text, "null: nobody answered"),
    hop_nullable("name", Kind::text, "from the DNS"),
    hop_nullable("as_number", Kind::count, "of its network; null: unknown"),
    hop_nullable("as_name", Kind::text, "who holds that AS"),
    hop_nullable("country", Kind::text, "ISO 3166 code"),
    hop_nullable("zone", Kind::text, "null: no map or not in it"),
    {"crossing", Kind::word, "zone of the hop before to this one", true,
     kCrossings},
    hop_nullable("crossing_from", Kind::text, "zone of the hop before"),
};
inline constexpr SchemaField kHopJudged[] = {
    {"verdict", Kind::word, "on the missing answers", false, kHopVerdicts},
    hop_nullable("loss", Kind::real, "of the path up to here; null: unknown"),
    hop_nullable("loss_low", Kind::real, "of the 99 % interval"),
    hop_nullable("loss_high", Kind::real, "of the 99 % interval"),
    hop_group("limiter", Kind::group, Group::limiter,
              "the token bucket that explains the missing answers", true),
    hop_group("response", Kind::group, Group::rate_response,
              "asked again more slowly; null: not asked, or nothing missing",
              true),
    hop_nullable("adds_ns", Kind::integer, "growth over the hop before"),
    hop_nullable("adds_error_ns", Kind::integer, "half of its 95 % interval"),
    {"adds_most", Kind::flag, "of all hops, beyond its uncertainty"},
    {"reached", Kind::flag, "the target itself"},
    hop_nullable("refusal", Kind::text, "why the hop refuses the target"),
    hop_group("mpls", Kind::list_of_groups, Group::mpls_label,
              "labels the probe arrived with, outermost first"),
    hop_group("interfaces", Kind::list_of_groups, Group::hop_interface,
              "what the router says of its interfaces (RFC 5837)"),
    hop_nullable("reply_ttl", Kind::count, "of the last answer"),
    hop_nullable("return_hops", Kind::count,
                 "its answers come over, by their TTL"),
    {"quoted", Kind::flag, "headers of the probe were seen as they got there"},
    {"rewritten", Kind::list_of_text,
     "fields that had changed: source, target, source_port, port, checksum, "
     "tos, ip_id"},
    hop_nullable("quoted_ttl", Kind::count, "what was left of it there"),
    hop_nullable("rewritten_source", Kind::text, "address put in its place"),
    {"epoch", Kind::count, "rises when the route changes"},
    {"former", Kind::flag, "of a route that has changed since"},
    {"flows", Kind::list_of_counts, "that pass here"},
};
inline constexpr auto kHop = hop_fields(kHopPlace, kHopCounts, kHopJudged);

inline constexpr SchemaField kGraphNode[] = {
    {"ttl", Kind::count, "of the probes"},
    {"address", Kind::text, "that answered"},
    {"target", Kind::flag, "the target itself"},
    {"flows", Kind::count, "that passed here"},
};

inline constexpr SchemaField kGraphEdge[] = {
    {"ttl", Kind::count, "of the first of the two"},
    {"from", Kind::text, "address at that TTL"},
    {"to", Kind::text, "address at the next TTL"},
    {"flows", Kind::count, "that went this way"},
    {"source_ports", Kind::list_of_counts, "of these flows, at most 8"},
};

inline constexpr SchemaField kGraphRest[] = {
    {"start_us", Kind::integer, "us since 1970 UTC"},
    {"elapsed_ns", Kind::integer, "until the last answer"},
    {"flows", Kind::count, "probed"},
    {"sent", Kind::count, "probes"},
    {"complete", Kind::flag, "a further way would have been seen, at 95 %"},
    hop_group("nodes", Kind::list_of_groups, Group::graph_node,
              "by TTL and address"),
    hop_group("edges", Kind::list_of_groups, Group::graph_edge,
              "between neighbouring TTLs"),
    {"by_packet", Kind::list_of_counts,
     "TTLs at which packets of one flow went different ways"},
};
inline constexpr auto kGraph = hop_fields(kPlan, kGraphRest);

inline constexpr SchemaField kMtuStep[] = {
    {"ttl", Kind::count, "of the router"},
    {"address", Kind::text, "of the router"},
    {"from", Kind::count, "octets it does not take"},
    {"to", Kind::count, "octets it says it takes"},
};

inline constexpr SchemaField kBlackHole[] = {
    {"after_ttl", Kind::count, "last hop that answers big packets"},
    {"lost", Kind::count, "octets of the least packet known to vanish"},
};

inline constexpr SchemaField kPathMtuRest[] = {
    {"start_us", Kind::integer, "us since 1970 UTC"},
    {"elapsed_ns", Kind::integer, "until the last answer"},
    {"sent", Kind::count, "probes"},
    {"interface_mtu", Kind::count, "octets tried first"},
    hop_nullable("mtu", Kind::count, "octets that pass; null: not known"),
    hop_nullable("reaches_ttl", Kind::count, "as far as small packets"),
    {"reached", Kind::flag, "which is the target"},
    hop_group("steps", Kind::list_of_groups, Group::mtu_step,
              "routers that said what passes"),
    hop_group("black_hole", Kind::group, Group::black_hole,
              "big packets vanish without a word", true),
};
inline constexpr auto kPathMtu = hop_fields(kPlan, kPathMtuRest);

inline constexpr std::array<std::string_view, 2> kPathEvents = {"route_change",
                                                                "way_found"};

inline constexpr SchemaField kEvent[] = {
    {"event", Kind::word, "what happened", false, kPathEvents},
    {"time_us", Kind::integer, "us since 1970 UTC"},
    {"target", Kind::text, "as asked for"},
    {"flow", Kind::count, "whose route changed, or that was found"},
    {"ttl", Kind::count, "first hop that differs, or that no flow goes to so"},
    {"epoch", Kind::count, "that begins"},
    hop_nullable("before", Kind::text, "address that answered there, if any"),
    {"after", Kind::text, "address that answers there now"},
};

}  // namespace netlat
