// What a table of hops cannot say, in sentences.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "lib/report/hop_words.h"
#include "netlat/base/safe_text.h"
#include "netlat/report/hop_report.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

bool beside_connection(const PathReport& path) {
  return std::any_of(path.lanes.begin(), path.lanes.end(),
                     [](const LaneReport& lane) { return lane.in_use; });
}

// How loss along the path ends.
std::string path_sentence(const HopReport& report) {
  const HopRow* target = target_row(report.rows);
  const ProbePlan& plan = report.path.plan;
  if (target == nullptr) {
    switch (plan.protocol) {
      case ProbeProtocol::tcp:
        return beside_connection(report.path)
                   ? "no answer of the target could be told from the "
                     "connection's traffic: it may be right behind the last "
                     "hop that answers"
                   : "the target did not answer; a firewall may drop this "
                     "port";
      case ProbeProtocol::quic:
        return "nobody answered as a QUIC server does";
      default:
        return "the target did not answer; it may drop such probes: try --tcp "
               "PORT";
    }
  }
  const bool everywhere = std::all_of(
      report.path.lanes.begin(), report.path.lanes.end(),
      [](const LaneReport& lane) { return lane.distance.has_value(); });
  if (const auto echo = echo_loss(report.path)) {
    return "path loss " + loss_text(*echo) +
           " by echoes, since answers from a closed UDP port are rate limited";
  }
  if (plan.protocol == ProbeProtocol::udp &&
      (target->expired > 0 || !everywhere)) {
    return "the target's loss is not judged: answers from a closed UDP port "
           "are rate limited; use --icmp, --tcp or --quic";
  }
  if (!target_counts(report.path) && target->expired > 0) {
    return "the target's loss is not judged: its answers beside a connection "
           "are limited, and hide in the traffic";
  }
  return "path loss " + loss_text(loss_interval(target->expired, target->sent));
}

std::string limiter_sentence(const HopRow& row) {
  std::string out = fmt::format("hop {} ", row.ttl);
  if (row.verdict == HopVerdict::return_path) {
    return out +
           "loses answers on their way back, which is longer than the "
           "way there";
  }
  out += fmt::format("answered {} of {}", row.answered, row.sent);
  if (row.limiter) {
    out += fmt::format(", {} at once and then {:g}/s: its rate limit, not loss",
                       row.limiter->burst, row.limiter->rate);
  } else {
    out += ": it limits its answers";
  }
  if (row.path && row.path->share == 0) {
    out += fmt::format(" (path {})", loss_text(*row.path));
  } else if (row.path) {
    out += fmt::format(" (path at most {} %)", percent_digits(row.path->high));
  }
  return out;
}

std::string response_sentence(const HopRow& row) {
  const RateResponse& r = *row.response;
  std::string out = fmt::format(
      "hop {} answered {} of {}, and {} of {} at a quarter of the rate",
      row.ttl, r.fast_answered, r.fast_sent, r.slow_answered, r.slow_sent);
  switch (r.finding) {
    case RateFinding::limited:
      return out + ": a rate limit, not loss";
    case RateFinding::lost:
      return out + ": loss, not a rate limit";
    case RateFinding::undecided:
      break;
  }
  return out + ": that decides nothing";
}

std::string label_sentence(const HopRow& row) {
  std::string out = fmt::format("hop {}", row.ttl);
  if (!row.extension.labels.empty()) out += " MPLS";
  for (const MplsLabel& label : row.extension.labels) {
    out += fmt::format(" {}", label.label);
  }
  for (const InterfaceInfo& i : row.extension.interfaces) {
    out += " interface " + (i.name.empty() ? "?" : SafeText(i.name).str());
    if (i.address) out += ' ' + i.address->text();
    if (i.mtu) out += fmt::format(" mtu {}", *i.mtu);
  }
  return out;
}

void add_hop_sentences(const HopReport& report, std::vector<std::string>& out) {
  for (const HopRow& row : report.rows) {
    if (row.loss_begins) {
      out.push_back(fmt::format("loss {} from hop {} on",
                                loss_text(row.path.value_or(row.own)),
                                row.ttl));
    }
    if (row.verdict == HopVerdict::icmp_limited ||
        row.verdict == HopVerdict::return_path) {
      out.push_back(limiter_sentence(row));
    }
    if (row.response) out.push_back(response_sentence(row));
    if (row.adds_most) {
      out.push_back(fmt::format("hop {} adds most: {} +- {} ms", row.ttl,
                                ms_text(row.growth->added),
                                ms_text(row.growth->uncertainty)));
    }
    if (row.late > 0) {
      out.push_back(
          fmt::format("hop {}: {} late, the worst after {}", row.ttl,
                      plural(row.late, "answer"),
                      duration_text(row.rtt.histogram().quantiles().max)));
    }
    const std::string refusal =
        refusal_text(row, !report.path.plan.target.is_v4());
    if (!refusal.empty()) {
      out.push_back(fmt::format("hop {}: {}", row.ttl, refusal));
    }
    if (!row.extension.empty()) out.push_back(label_sentence(row));
  }
}

// Where the path enters another network.
void add_origin_sentences(const HopReport& report,
                          std::vector<std::string>& out) {
  std::string before;
  for (std::size_t i = 0; i < report.origins.size(); ++i) {
    const AddressOrigin& origin = report.origins[i];
    std::string now = origin_text(origin);
    if (report.rows[i].former || now == "-" || now == before) continue;
    before = now;
    if (!origin.as_name.empty()) now += ' ' + SafeText(origin.as_name).str();
    out.push_back(fmt::format("from hop {} on: {}", report.rows[i].ttl, now));
  }
}

// Where fields that routers quote begin to differ from what was sent.
void add_rewrite_sentences(const HopReport& report,
                           std::vector<std::string>& out) {
  Rewrite before;
  for (const HopRow& row : report.rows) {
    if (row.former || !row.rewrite || *row.rewrite == before) continue;
    before = *row.rewrite;
    if (!before.any()) {
      out.push_back(fmt::format("hop {}: probes arrive as they were sent again",
                                row.ttl));
      continue;
    }
    std::string fields = fmt::format("{}", fmt::join(before.words(), ", "));
    std::replace(fields.begin(), fields.end(), '_', ' ');
    std::string line =
        fmt::format("hop {}: probes arrive with another {}", row.ttl, fields);
    if (before.source)
      line += fmt::format(" ({})", before.quoted.source->text());
    if (before.tos) {
      line += fmt::format(" (DSCP {}, not {})", *before.quoted.tos >> 2,
                          report.path.plan.dscp);
    }
    if (before.translated()) {
      line += ": addresses are translated before it";
    } else if (before.ip_id) {
      line += ": something before it sends them anew";
    }
    out.push_back(std::move(line));
  }
}

// Another header counted the hops before it.
void add_tunnel_sentences(const HopReport& report,
                          std::vector<std::string>& out) {
  for (const HopRow& row : report.rows) {
    if (row.former || row.kind != AnswerKind::time_exceeded || !row.rewrite ||
        row.rewrite->quoted.ttl.value_or(0) < 2) {
      continue;
    }
    out.push_back(fmt::format(
        "hop {}: probes end there with a TTL of {}, not 1: inside a tunnel, as "
        "with MPLS, whose labels count the hops",
        row.ttl, *row.rewrite->quoted.ttl));
  }
}

// How many hops the target's answers take, where that is another way.
void add_way_back_sentence(const HopReport& report,
                           std::vector<std::string>& out) {
  const HopRow* target = target_row(report.rows);
  if (target == nullptr || !asymmetric(*target)) return;
  out.push_back(fmt::format(
      "the target's answers come over {} hops, by their TTL, not {}: the way "
      "back is another",
      *target->return_hops, target->ttl));
}

void add_event_sentences(const PathReport& path,
                         std::vector<std::string>& out) {
  for (const PathEvent& e : path.events) {
    out.push_back(event_sentence(e) + (e.kind == PathEventKind::route_change
                                           ? "; * marks what was before"
                                           : ""));
  }
  if (path.send_failures > 0) {
    out.push_back(fmt::format("{} could not be sent: {}",
                              plural(path.send_failures, "probe"),
                              std::strerror(path.send_error)));
  }
  if (path.strangers > 0) {
    out.push_back(fmt::format(
        "{} to no probe of ours: sent twice, forged, or of other programs",
        plural(path.strangers, "answer")));
  }
}

// How probes were sent on ports that were taken.
void add_connection_sentences(const PathReport& path,
                              std::vector<std::string>& out) {
  if (!beside_connection(path)) return;
  out.emplace_back(
      "the ports are in use: probes were old acknowledgements beside the "
      "connection");
  if (!path.plan.target.is_v4() && !path.plan.flow_label) {
    out.emplace_back(
        "the connection's IPv6 flow label is not known; routers that choose "
        "by it may send it another way: --flow-label");
  }
}

void add_zone_sentences(const HopReport& report,
                        std::vector<std::string>& out) {
  for (std::size_t i = 0; i < report.zones.size(); ++i) {
    const HopZone& zone = report.zones[i];
    if (!zone.crosses()) continue;
    std::string line = fmt::format("from zone {} to {} at hop {}", zone.from,
                                   zone.name, report.rows[i].ttl);
    if (zone.added) {
      line += fmt::format(": adds {} +- {} ms",
                          ms_text(std::max(Nanos{0}, zone.added->added)),
                          ms_text(zone.added->uncertainty));
    }
    out.push_back(std::move(line));
  }
}

}  // namespace

std::string exploration_sentence(const PathReport& path) {
  if (!path.exploration) return {};
  const ExplorationReport& e = *path.exploration;
  const auto found =
      std::count_if(path.lanes.begin(), path.lanes.end(),
                    [](const LaneReport& lane) { return lane.discovered; });
  std::string out = fmt::format("{} looked at for further ways, {} found: ",
                                plural(e.flows, "flow"), found);
  if (e.complete) {
    out += "one more of equal share would have been seen 19 times of 20";
  } else if (e.stopped) {
    out += "no more can be opened";
  } else {
    out += fmt::format("about {} more are needed", e.missing);
  }
  if (path.plan.protocol == ProbeProtocol::icmp) {
    out += "; many routers do not spread ICMP";
  }
  return out;
}

std::string event_sentence(const PathEvent& e) {
  if (e.kind == PathEventKind::way_found) {
    return fmt::format("{} lane {}: another way was found, by {} at hop {}",
                       time_text(stamp_ns(e.wall.count())), e.lane + 1,
                       e.after.text(), e.ttl);
  }
  return fmt::format("{} lane {}: the route changed at hop {}, from {} to {}",
                     time_text(stamp_ns(e.wall.count())), e.lane + 1, e.ttl,
                     e.before ? e.before->text() : "nobody", e.after.text());
}

std::vector<std::string> hop_sentences(const HopReport& report) {
  std::vector<std::string> sentences = {path_sentence(report)};
  add_hop_sentences(report, sentences);
  add_origin_sentences(report, sentences);
  add_rewrite_sentences(report, sentences);
  add_tunnel_sentences(report, sentences);
  add_way_back_sentence(report, sentences);
  add_zone_sentences(report, sentences);
  if (report.path.exploration) {
    sentences.push_back(exploration_sentence(report.path));
  }
  add_connection_sentences(report.path, sentences);
  add_event_sentences(report.path, sentences);
  sentences.insert(sentences.end(), report.notes.begin(), report.notes.end());
  return sentences;
}

}  // namespace netlat
