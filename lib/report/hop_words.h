#pragma once
// Words for hops that every shape of the report uses.

#include <string>
#include <string_view>

#include "netlat/report/hop_report.h"
#include "netlat/report/json_writer.h"

namespace netlat {

std::string_view verdict_word(HopVerdict verdict);
/// "icmp", "udp", "tcp": as in records.
std::string_view protocol_word(ProbeProtocol protocol);
std::string_view finding_word(RateFinding finding);

/// "20 %" with the interval "[12-32]"; whole percents from 10 on.
std::string loss_text(const LossInterval& loss);
/// Of a share, without unit: "0", "2.5", "20".
std::string percent_digits(double share);

/// The target as asked for; untrusted.
std::string target_name(const ProbePlan& plan);
/// "api.internal (10.0.2.9)   UDP port 33434": how a report begins.
std::string plan_title(const ProbePlan& plan);
/// The head of a record about a target: its name, address, protocol, port.
void put_plan(JsonWriter& json, const ProbePlan& plan);

/// "host prohibited": why the hop refuses; empty for other answers.
std::string refusal_text(const HopRow& row, bool v6);

}  // namespace netlat
