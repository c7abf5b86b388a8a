#include "lib/report/hop_words.h"

#include <fmt/format.h>

#include "lib/report/json_values.h"
#include "netlat/base/safe_text.h"

namespace netlat {

namespace {

// ICMP types of a parameter problem (RFC 792 and 4443); its codes are its own.
constexpr std::uint8_t kProblem4 = 12, kProblem6 = 4;

}  // namespace

std::string_view verdict_word(HopVerdict verdict) {
  switch (verdict) {
    case HopVerdict::ok:
      return "ok";
    case HopVerdict::loss:
      return "loss";
    case HopVerdict::icmp_limited:
      return "icmp_limited";
    case HopVerdict::return_path:
      return "return_path";
    case HopVerdict::unjudged:
      return "unjudged";
    case HopVerdict::silent:
      break;
  }
  return "silent";
}

std::string_view protocol_word(ProbeProtocol protocol) {
  switch (protocol) {
    case ProbeProtocol::udp:
      return "udp";
    case ProbeProtocol::tcp:
      return "tcp";
    case ProbeProtocol::quic:
      return "quic";
    case ProbeProtocol::icmp:
      break;
  }
  return "icmp";
}

std::string_view finding_word(RateFinding finding) {
  switch (finding) {
    case RateFinding::limited:
      return "limited";
    case RateFinding::lost:
      return "lost";
    case RateFinding::undecided:
      break;
  }
  return "undecided";
}

std::string percent_digits(double share) {
  const double percent = share * 100;
  if (percent > 0 && percent < 9.95) return fmt::format("{:.1f}", percent);
  return fmt::format("{:.0f}", percent);
}

std::string loss_text(const LossInterval& loss) {
  return fmt::format("{} % [{}-{}]", percent_digits(loss.share),
                     percent_digits(loss.low), percent_digits(loss.high));
}

std::string target_name(const ProbePlan& plan) {
  return plan.name.empty() ? plan.target.text() : plan.name;
}

std::string plan_title(const ProbePlan& plan) {
  const std::string address = plan.target.text();
  std::string out = SafeText(target_name(plan)).str();
  if (out != address) out += fmt::format(" ({})", address);
  out += fmt::format("   {}", protocol_name(plan.protocol));
  if (plan.protocol != ProbeProtocol::icmp) {
    out += fmt::format(" port {}", plan.port);
  }
  return out;
}

void put_plan(JsonWriter& json, const ProbePlan& plan) {
  json.text("target", target_name(plan));
  json.plain("address", plan.target.text());
  json.plain("protocol", protocol_word(plan.protocol));
  put_unless_0(json, "port", plan.port);
}

std::string origin_text(const AddressOrigin& origin) {
  const std::string country = SafeText(origin.country).str();
  if (origin.as_number == 0) return country.empty() ? "-" : country;
  std::string out = fmt::format("AS{}", origin.as_number);
  return country.empty() ? out : out + ' ' + country;
}

std::string refusal_text(const HopRow& row, bool v6) {
  if (row.kind == AnswerKind::too_big) return "probe too big for its link";
  if (row.kind != AnswerKind::unreachable) return {};
  if (row.type == (v6 ? kProblem6 : kProblem4)) {
    return fmt::format("parameter problem, code {}", row.code);
  }
  if (v6) {
    switch (row.code) {
      case 0:
        return "no route";
      case 1:
        return "prohibited";
      case 3:
        return "address unreachable";
      case 4:
        return "port unreachable";
      default:
        return fmt::format("unreachable, code {}", row.code);
    }
  }
  switch (row.code) {
    case 0:
      return "network unreachable";
    case 1:
      return "host unreachable";
    case 2:
      return "protocol unreachable";
    case 3:
      return "port unreachable";
    case 9:
    case 10:
    case 13:
      return "prohibited";
    default:
      return fmt::format("unreachable, code {}", row.code);
  }
}

}  // namespace netlat
