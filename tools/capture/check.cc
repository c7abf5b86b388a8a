#include "tools/capture/check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "netlat/measure/objective_set.h"
#include "netlat/report/messages.h"
#include "netlat/source/bpf_filter.h"

namespace netlat {

Error wrong_at(const CaptureOptions& o, std::string_view key, Error error) {
  const auto line = o.config_lines.find(key);
  if (line == o.config_lines.end()) return error;
  return std::move(error).within(
      fmt::format("{}:{}: {}", o.config, line->second, key));
}

namespace {

Error wrong_at(const CaptureOptions& o, std::string_view key,
               std::string message) {
  return wrong_at(o, key, Error{std::move(message), ErrorKind::usage});
}

Result<void> check_interfaces(const CaptureOptions& o) {
  const auto there = interface_names();
  const auto& asked = o.interfaces;
  const auto wrong = [&](std::string message) {
    return wrong_at(o, "interfaces", std::move(message));
  };
  const auto all = [&] { return fmt::format("{}", fmt::join(there, ", ")); };
  if (asked.empty() || asked.front().empty()) {
    return wrong("name an interface with -i; there are: any, " + all());
  }
  const bool any = std::find(asked.begin(), asked.end(), "any") != asked.end();
  if (any && asked.size() > 1) {
    return wrong("-i any is all of them: name no other");
  }
  // More do not fit one poll of the sockets.
  constexpr std::size_t kMost = 60;
  if (asked.size() > kMost) return wrong("too many interfaces; write -i any");
  for (auto at = asked.begin(); at != asked.end() && !any; ++at) {
    if (std::find(there.begin(), there.end(), *at) == there.end()) {
      return wrong(fmt::format("no interface {}; there are: {}", *at, all()));
    }
    if (std::find(asked.begin(), at, *at) != at) {
      return wrong(fmt::format("-i {} twice", *at));
    }
  }
  return {};
}

Result<void> check_objectives(const CaptureOptions& o) {
  if (o.objectives.size() > ObjectiveSet::kMostWatches) {
    return wrong_at(
        o, "objectives",
        fmt::format("more than {} objectives", ObjectiveSet::kMostWatches));
  }
  for (const Objective& objective : o.objectives) {
    if (objective.scope != ObjectiveScope::zone_pair || !o.zones.maps.empty()) {
      continue;
    }
    return wrong_at(o, "objectives",
                    fmt::format("objective '{}': zones need a map: --zones",
                                one_line(objective.text)));
  }
  if (o.alerts.any() && o.objectives.empty()) {
    return wrong_at(o, "alerts", "there is no objective to alert about: --slo");
  }
  return {};
}

}  // namespace

Result<void> check_together(const CaptureOptions& o) {
  if (auto done = check_objectives(o); !done) return done;
  if (o.flow_memory && *o.flow_memory < o.live.threads * kLeastFlowMemory) {
    return wrong_at(o, "flow_memory",
                    fmt::format("{} threads need {}M of --flow-memory at least",
                                o.live.threads, o.live.threads));
  }
  if (o.files && o.files->directory.empty()) {
    return wrong_at(o, "records", "name the directory");
  }
  if (o.files && o.files->quota < 2 * o.files->most_octets) {
    return wrong_at(o, "records", "the quota has to hold two files");
  }
  return {};
}

Result<void> check_alert_command(const CaptureOptions& o) {
  if (o.alerts.command.empty()) return {};
  const std::string problem = command_problem(o.alerts.command);
  if (problem.empty()) return {};
  const bool typed = !o.typed.alert_command.empty();
  return typed ? Error{"--alert-command: " + problem, ErrorKind::usage}
               : wrong_at(o, "alerts.command", problem);
}

Result<void> check_host(const CaptureOptions& o) {
  if (auto done = check_interfaces(o); !done) return done;
  if (!o.live.filter.empty()) {
    auto filter = BpfFilter::compile(o.live.filter);
    if (!filter) return wrong_at(o, "filter", std::move(filter.error()));
  }
  return check_alert_command(o);
}

Result<std::unique_ptr<CaptureZones>> checked_zones(const CaptureOptions& o) {
  auto zones = read_capture_zones(o.zones);
  if (!zones) return wrong_at(o, "zones", std::move(zones.error()));
  return zones;
}

}  // namespace netlat
