#pragma once
// What an ICMP error about a probe means.

#include <optional>

#include "lib/probe/lane.h"
#include "lib/probe/socket_message.h"

namespace netlat {

/// nullopt for messages that say nothing about the path: a reassembly timeout,
/// redirects, errors of this host.
std::optional<AnswerKind> meaning_of(const QueuedError& error, bool v6,
                                     ProbeProtocol protocol);

}  // namespace netlat
