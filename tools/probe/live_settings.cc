#include "tools/probe/live_settings.h"

#include "tools/probe/options.h"
#include "tools/probe/targets.h"

namespace netlat {

namespace {

constexpr Port kTcpPort = 443;

}  // namespace

std::string question_of(LiveSetting setting) {
  switch (setting) {
    case LiveSetting::interval:
      return "seconds between rounds";
    case LiveSetting::first_ttl:
      return "first TTL";
    case LiveSetting::max_ttl:
      return "last TTL";
    case LiveSetting::size:
      return "octets of the IP packet";
    case LiveSetting::none:
      break;
  }
  return {};
}

Result<void> set_live(LiveSetting setting, const std::string& typed,
                      Prober& prober) {
  ProbePlan plan = prober.plan(0);
  switch (setting) {
    case LiveSetting::interval: {
      auto done = read_interval(typed, plan);
      if (done) prober.set_interval(plan.interval);
      return done;
    }
    case LiveSetting::first_ttl: {
      auto done = read_first_ttl(typed, plan);
      if (!done) return done;
      return prober.change(
          [&](ProbePlan& changed) { changed.first_ttl = plan.first_ttl; });
    }
    case LiveSetting::max_ttl: {
      auto done = read_max_ttl(typed, plan);
      if (!done) return done;
      return prober.change(
          [&](ProbePlan& changed) { changed.max_ttl = plan.max_ttl; });
    }
    case LiveSetting::size: {
      auto done = read_size(typed, plan);
      if (!done) return done;
      return prober.change(
          [&](ProbePlan& changed) { changed.size = plan.size; });
    }
    case LiveSetting::none:
      break;
  }
  return {};
}

LivePorts ports_of(const ProbePlan& plan) {
  return {plan.protocol == ProbeProtocol::udp ? plan.port : kUdpPort,
          plan.protocol == ProbeProtocol::tcp ? plan.port : kTcpPort};
}

Result<void> set_protocol(ProbeProtocol protocol, const LivePorts& ports,
                          Prober& prober) {
  return prober.change([&](ProbePlan& plan) {
    // A QUIC probe is bigger than others need to be.
    if (plan.protocol == ProbeProtocol::quic) plan.size = ProbePlan().size;
    plan.protocol = protocol;
    plan.port = protocol == ProbeProtocol::udp   ? ports.udp
                : protocol == ProbeProtocol::tcp ? ports.tcp
                                                 : Port{0};
  });
}

}  // namespace netlat
