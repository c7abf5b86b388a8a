#pragma once
// What can be changed while the live view runs.

#include <string>

#include "netlat/probe/prober.h"

namespace netlat {

enum class LiveSetting : unsigned char {
  none,
  interval,
  first_ttl,
  max_ttl,
  size
};

/// What to ask the user.
std::string question_of(LiveSetting setting);
/// Does what was typed; a usage error says what to type.
Result<void> set_live(LiveSetting setting, const std::string& typed,
                      Prober& prober);

/// Ports of UDP and TCP: those of the command line where it has them.
struct LivePorts {
  Port udp = 0, tcp = 0;
};
LivePorts ports_of(const ProbePlan& plan);
Result<void> set_protocol(ProbeProtocol protocol, const LivePorts& ports,
                          Prober& prober);

}  // namespace netlat
