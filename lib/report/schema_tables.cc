#include "lib/report/schema_tables.h"

#include <array>

#include "lib/report/alert_schema.h"
#include "lib/report/flowlog_schema.h"
#include "lib/report/hop_schema.h"
#include "lib/report/interval_schema.h"
#include "lib/report/zone_schema.h"
#include "netlat/measure/vocabulary.h"

namespace netlat {

namespace {

using enum Kind;

using schema::nullable;
using schema::object;
using schema::one_of;
using schema::optional;

constexpr SchemaField kQuantiles[] = {
    {"n", count, "samples; with 0 the rest is null"},
    nullable("min_ns", integer, "smallest, exact"),
    nullable("p50_ns", integer, "median"),
    nullable("p90_ns", integer, "90th percentile"),
    nullable("p95_ns", integer, "95th percentile"),
    nullable("p99_ns", integer, "99th percentile"),
    nullable("max_ns", integer, "largest, exact"),
};

constexpr SchemaField kHistogram[] = {
    {"n", count, "samples"},
    {"sum_ns", count, "of all samples, exact"},
    nullable("min_ns", integer, "smallest, exact"),
    nullable("max_ns", integer, "largest, exact"),
    {"scale", count, "buckets to an octave are 2^scale"},
    {"offset", integer, "number of the first bucket"},
    {"counts", list_of_counts,
     "bucket i holds (2^(i/2^scale), 2^((i+1)/2^scale)] seconds; what is "
     "missing of n took 0.954 us or less"},
};

constexpr SchemaField kDirection[] = {
    {"packets", count, "packets this side sent"},
    {"bytes", count, "payload octets, each once"},
    {"segments", count, "wire segments with payload"},
    {"retransmits.total", count, "wire segments sent again"},
    {"retransmits.syn_timer", count, "SYN or SYN-ACK unanswered"},
    {"retransmits.persist", count, "peer's window closed"},
    {"retransmits.fast", count, "duplicate ACKs, SACK or RACK"},
    {"retransmits.timeout_recovery", count, "go-back after a timeout"},
    {"retransmits.tlp", count, "tail loss probe"},
    {"retransmits.rto", count, "retransmission timer"},
    {"retransmits.tlp_or_rto", count, "either: not told apart on the wire"},
    {"retransmits.pmtud", count, "smaller again after fragmentation needed"},
    {"retransmits.unknown", count, "no cause found"},
    {"retransmitted_bytes", count, "payload octets sent again"},
    {"necessary.proven", count, "the receiver lacked the bytes"},
    {"necessary.undetermined", count, "no evidence either way"},
    {"necessary.proven_spurious", count, "the receiver had the bytes"},
    {"reordered", count, "overtaken on the way"},
    {"reordered_late_original", count, "the original after its copy"},
    {"network_duplicates", count, "one transmission delivered twice"},
    {"capture_duplicates", count, "one packet captured twice"},
    {"keepalives", count, "keep-alive probes"},
    {"zero_windows", count, "times this side closed its window"},
    {"zero_window_ns", integer, "how long it stayed closed"},
    {"zero_window_probes", count, "probes of the peer's closed window"},
    {"window_full", count, "times this side filled the peer's window"},
    {"dup_acks", count, "duplicate ACKs this side sent (RFC 5681)"},
    {"lost_upstream", count, "lost between sender and capture point"},
    {"lost_upstream_exact", flag, "false: at least so many"},
    {"lost_downstream", count, "lost between capture point and receiver"},
    {"capture_gap_bytes", count, "acknowledged but never captured"},
    {"stall_ns", integer, "without ACK progress in recoveries"},
    {"max_in_flight", count, "most octets beyond the capture point"},
    nullable("mss", count, "from the SYN"),
    nullable("wscale", count, "window shift; null: SYN not seen"),
};

constexpr SchemaField kInterface[] = {
    {"id", count, "as the file numbers it"},
    nullable("name", text, "as the file names it"),
    {"linktype", count, "LINKTYPE_ value"},
    {"snaplen", count, "0: none stated"},
};

constexpr SchemaField kTls[] = {
    nullable("sni", text, "server name asked for"),
    nullable("version", text, "1.2 or 1.3"),
    {"resumed", flag, "session resumed"},
    nullable("network_ns", integer, "flights in transit"),
    nullable("server_ns", integer, "ClientHello to ServerHello less RTT"),
};

constexpr SchemaField kCapture[] = {
    {"source", text, "file as given; - for standard input"},
    {"format", text, "pcap, pcap-ns, pcapng, with +gz, +zst or +lz4"},
    {"interfaces",
     list_of_groups,
     "interfaces of the file",
     false,
     {},
     Group::interface},
    {"packets", count, "every record: sum of the verdicts below"},
    {"bytes", count, "octets on the wire"},
    nullable("first_us", integer, "earliest packet, us since 1970 UTC"),
    nullable("last_us", integer, "latest packet, us since 1970 UTC"),
    nullable("gap_before_ns", integer,
             "since the file before at that capture point; null: the first"),
    nullable("overlap_ns", integer, "time shared with files begun earlier"),
    {"tcp", count, "TCP segments"},
    {"udp", count, "UDP datagrams"},
    {"icmp", count, "ICMP and ICMPv6 messages"},
    {"other", count, "understood, none of the above"},
    {"undecoded.truncated", count, "cut inside a needed header"},
    {"undecoded.malformed", count, "a header contradicts itself"},
    {"undecoded.too_deep", count, "more nested headers than are followed"},
    {"undecoded.unsupported_link", count, "link type not known"},
    {"filtered", count, "excluded by filter or time"},
    {"duplicates", count, "the same packet captured twice"},
    {"clock_backsteps", count, "records earlier than the one before"},
    {"untimed", count, "records without a time stamp"},
    nullable("kernel_drops", count, "null: the file does not say"),
    nullable("interface_drops", count, "null: the file does not say"),
    {"input_truncated", flag, "cut off or damaged before its end"},
};

constexpr SchemaField kFlow[] = {
    {"id", count, "per transport, in order of first packet, from 0"},
    {"community_id", text, "Community ID version 1, seed 0"},
    one_of<Transport>("proto", "transport"),
    {"vantage", text, "capture point: file and interface"},
    {"encap", list_of_text, "tunnels and tags, outermost first"},
    {"client_ip", text, "address of the client"},
    {"client_port", count, "port of the client"},
    {"server_ip", text, "address of the server"},
    {"server_port", count, "port of the server"},
    one_of<RoleConfidence>("role_confidence", "how the roles were decided"),
    nullable("client_zone", text, "null: no map or not in it"),
    nullable("server_zone", text, "null: no map or not in it"),
    {"zone_relation", word, "zone of client to zone of server", false,
     kRelationWords},
    {"start_us", integer, "first packet, us since 1970 UTC"},
    {"end_us", integer, "last packet, us since 1970 UTC"},
    {"first_frame", count, "frame of the first packet, from 1"},
    one_of<FlowStart>("start", "was the SYN captured"),
    one_of<FlowEnd>("end", "how it ended"),
    {"reused", flag, "the addresses and ports had an earlier connection"},
    {"one_sided", flag, "only one direction was captured"},
    nullable("tainted", flag,
             "live, the capture dropped packets meanwhile: losses and "
             "latencies may be of its making; null: not known"),
    one_of<HandshakeOutcome>("handshake.outcome", "how connecting ended"),
    nullable("handshake.server_ns", integer, "SYN to SYN-ACK"),
    nullable("handshake.client_ns", integer, "SYN-ACK to first ACK"),
    nullable("handshake.connect_ns", integer, "first SYN to first ACK"),
    {"handshake.ambiguous", flag, "which SYN was answered is not known"},
    optional("handshake.unreachable", flag,
             "unanswered, but for an ICMP error that says why"),
    {"handshake.syn_retransmits", count, "SYNs sent again"},
    {"handshake.synack_retransmits", count, "SYN-ACKs sent again"},
    object("rtt.server.network", Group::quantiles,
           "capture point to server and back, network only"),
    object("rtt.server.ack", Group::quantiles,
           "the same with delayed ACKs and think time"),
    object("rtt.client.network", Group::quantiles,
           "capture point to client and back, network only"),
    object("rtt.client.ack", Group::quantiles,
           "the same with delayed ACKs and think time"),
    object("c2s", Group::direction, "sent by the client"),
    object("s2c", Group::direction, "sent by the server"),
    {"turns.n", count, "requests with a response"},
    {"turns.lossy", count, "of these, with a retransmission inside"},
    object("turns.service", Group::quantiles,
           "last request octet to first response octet less the network"),
    object("turns.elapsed", Group::quantiles,
           "first request octet to last response octet"),
    {"tls", Kind::group, "null: no TLS handshake seen", true, {}, Group::tls},
    {"trace_ids", list_of_text, "trace context identifiers found"},
};

constexpr auto kIcmpProtocols =
    std::span(Words<Transport>::list)
        .subspan(static_cast<std::size_t>(Transport::icmp), 2);
constexpr SchemaField kExchange[] = {
    one_of<ExchangeKind>("kind", "what was exchanged"),
    nullable("flow", count, "tls: id of the flow record"),
    {"community_id", text, "Community ID version 1, seed 0"},
    {"vantage", text, "capture point: file and interface"},
    {"client_ip", text, "who asked"},
    nullable("client_port", count, "null: ICMP"),
    {"server_ip", text, "who was asked"},
    nullable("server_port", count, "null: ICMP"),
    nullable("id", count, "dns, icmp_echo: identifier in the message"),
    nullable("sequence", count, "icmp_echo: sequence number"),
    nullable("name", text, "dns: name asked for; tls: server name"),
    nullable("query_type", count, "dns: type asked for; null: cut off"),
    {"start_us", integer, "first copy of the question, us since 1970 UTC"},
    nullable("end_us", integer, "answer, us since 1970 UTC"),
    one_of<ExchangeOutcome>("outcome", "failed: answered with an error"),
    nullable("code", count, "dns: response code"),
    nullable("retries", count, "dns, icmp_echo: copies after the first"),
    one_of<RttSpan>("half", "which part of the path was timed"),
    one_of<QuicRttClass>("rtt_class", "tls, quic: kind of sample", true),
    {"ambiguous", flag, "which of several packets was answered is not known"},
    nullable("elapsed_ns", integer, "first copy of the question to answer"),
    nullable("rtt_ns", integer, "last copy of the question to answer"),
    nullable("service_ns", integer, "tls: the same less the network"),
};

constexpr SchemaField kIcmpError[] = {
    nullable("from_ip", text, "sender; null: those beyond the table"),
    {"proto", word, "which ICMP", false, kIcmpProtocols},
    {"icmp_type", count, "as in the message"},
    nullable("icmp_code", count, "null: various"),
    nullable("mtu", count, "of the next hop; null: not said"),
    {"what", text, "the same in words"},
    {"count", count, "messages"},
    {"flows", count, "flows of the packets quoted; 1024: or more"},
    {"first_us", integer, "earliest, us since 1970 UTC"},
    {"last_us", integer, "latest, us since 1970 UTC"},
};

// Where and how sure, once something is known at all.
constexpr auto kPlaces = std::span(Words<LossPlace>::list).subspan(1);
constexpr auto kConfidences = std::span(Words<Confidence>::list).subspan(1);

constexpr SchemaField kSegment[] = {
    {"frame", count, "from 1, as Wireshark counts"},
    {"time_us", integer, "us since 1970 UTC"},
    {"flow", count, "id of the flow record"},
    one_of<Dir>("dir", "sender"),
    {"seq", count, "relative to the first seen"},
    {"len", count, "payload octets"},
    {"ack", count, "relative to the first seen"},
    {"flags", text, "letters of FSRPAUEC, lowest bit first"},
    {"window", count, "advertised, as in the header, unscaled"},
    one_of<SegmentClass>("class", "what the segment is to its connection"),
    one_of<RetransmitCause>("cause", "why it was sent again", true),
    {"where", word, "where the earlier copy was lost", true, kPlaces},
    one_of<Necessity>("necessary", "did the receiver lack the bytes", true),
    {"confidence", word, "strength of the evidence", true, kConfidences},
    nullable("acks_frame", count, "frame this one answers"),
    nullable("rtt_ns", integer, "time since that frame"),
    one_of<RttClass>("rtt_class", "kind of sample", true),
    nullable("rtt_network", flag, "whether it counts as network round trip"),
    nullable("service_ns", integer,
             "a response begins here: since the request, less the network"),
    nullable("elapsed_ns", integer,
             "a turn ended before this packet: first request octet to last "
             "response octet"),
};

constexpr SchemaField kService[] = {
    one_of<Transport>("proto", "transport"),
    nullable("server_ip", text, "null: services beyond the table"),
    nullable("server_port", count, "null: likewise"),
    nullable("name", text, "server name most often asked for in TLS"),
    {"connections", count, "attempts included"},
    {"refused", count, "attempts answered with a reset"},
    {"unanswered", count, "attempts without an answer"},
    object("connect", Group::quantiles, "first SYN to first ACK"),
    object("rtt.server.network", Group::quantiles,
           "capture point to server and back, network only"),
    object("rtt.server.ack", Group::quantiles,
           "the same with delayed ACKs and think time"),
    object("rtt.client.network", Group::quantiles,
           "capture point to client and back, network only"),
    object("rtt.client.ack", Group::quantiles,
           "the same with delayed ACKs and think time"),
    {"requests", count, "requests with a response"},
    object("service", Group::quantiles,
           "last request octet to first response octet less the network"),
    {"segments", count, "wire segments with payload"},
    {"retransmits", count, "wire segments sent again"},
    {"needless", count, "of these, proven spurious"},
    {"lost.server_side", count, "lost between capture point and server"},
    {"lost.client_side", count, "lost between capture point and client"},
    {"lost.confidence", word, "strength of the evidence", true, kConfidences},
};

constexpr SchemaField kSummary[] = {
    {"packets", count, "records read in all files"},
    {"flows", count, "flow records"},
    nullable("findings", count, "null: none were looked for"),
    {"elapsed_ns", integer, "time the run took"},
    {"exit", count, "exit status"},
};

constexpr std::array<std::string_view, 3> kErrorKinds = {"usage", "input",
                                                         "permission"};
constexpr SchemaField kProblem[] = {
    {"kind", word, "what kind of failure", false, kErrorKinds},
    {"message", text, "what happened, where, what to do"},
};

constexpr RecordSchema kRecords[] = {
    {"capture", "One file and what became of its packets.", kCapture},
    {"flow", "One connection.", kFlow},
    {"segment", "The verdict on one TCP packet.", kSegment},
    {"exchange", "One DNS, TLS, QUIC or ICMP echo exchange.", kExchange},
    {"interval", "TCP to one service, or between two zones, in one interval.",
     kInterval},
    {"zones", "Connections by what is known of their zones.", kZones},
    {"zone", "Which zone an address was in, and why.", kZoneAnswer},
    {"zone_finding", "One thing wrong or doubtful in a zone map.",
     kZoneFinding},
    {"zone_address", "One address of connections without a zone.",
     kZoneAddress},
    {"flowlog_file", "One flow log and what became of its lines.", kLogFile},
    {"flowlog_zone_pair", "Logged traffic from one zone to another.",
     kLogZonePair},
    {"flowlog_talker", "Logged traffic of two addresses to one port.",
     kLogTalker},
    {"flowlog_joined", "A connection captured and what the log says of it.",
     kLogJoined},
    {"flowlog_summary", "The last line of netlat flowlogs.", kLogSummary},
    {"service", "All connections to one server and port.", kService},
    {"icmp_error", "ICMP errors of one kind from one sender.", kIcmpError},
    {"path", "What probing one target brought.", kPath},
    {"hop", "One address that answered at one TTL, or nobody.", kHop},
    {"graph", "The ways to a target over which flows are spread.", kGraph},
    {"path_mtu", "The largest packet that passes a path.", kPathMtu},
    {"event", "A change of route, or a way found, while a path was probed.",
     kEvent},
    {"alert", "An objective was broken, or no longer is.", kAlert},
    {"recording", "A file of the flight recorder.", kRecording},
    {"lost", "Records that could not be handed over.", kLost},
    {"problem", "One thing that went wrong.", kProblem},
    {"summary", "The last line.", kSummary},
};

}  // namespace

std::span<const RecordSchema> record_schemas() {
  return kRecords;
}

std::span<const SchemaField> group_fields(Group group) {
  switch (group) {
    case Group::quantiles:
      return kQuantiles;
    case Group::histogram:
      return kHistogram;
    case Group::share:
      return kZoneShare;
    case Group::direction:
      return kDirection;
    case Group::interface:
      return kInterface;
    case Group::tls:
      return kTls;
    case Group::lane:
      return kLane;
    case Group::limiter:
      return kLimiter;
    case Group::exploration:
      return kExploration;
    case Group::echo:
      return kEcho;
    case Group::graph_node:
      return kGraphNode;
    case Group::graph_edge:
      return kGraphEdge;
    case Group::mtu_step:
      return kMtuStep;
    case Group::black_hole:
      return kBlackHole;
    case Group::rate_response:
      return kRateResponse;
    case Group::mpls_label:
      return kMplsLabel;
    case Group::hop_interface:
      return kHopInterface;
    case Group::traffic:
      return kLogTraffic;
    case Group::zone_line:
      return kZoneLine;
    case Group::none:
      break;
  }
  return {};
}

}  // namespace netlat
