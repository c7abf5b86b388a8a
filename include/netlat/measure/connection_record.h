#pragma once
// From the flow room's state to the record that is reported.

#include <cstdint>

#include "netlat/flow/connection.h"
#include "netlat/flow/half_open.h"
#include "netlat/flow/scope_table.h"
#include "netlat/flow/tls_timer.h"
#include "netlat/measure/flow_record.h"
#include "netlat/measure/flow_samples.h"

namespace netlat {

/// The record of a connection.  `samples` holds its latencies under `index`;
/// `tls` is its handshake or nullptr.
FlowRecord connection_record(const Connection& c, std::uint32_t index,
                             const ScopeTable& scopes,
                             const FlowSamples& samples,
                             const TlsHandshake* tls);

/// The record of a SYN that nobody answered; `retry` is the latest
/// retransmission or nullptr.
FlowRecord unanswered_record(const HalfOpen& attempt, const SynRetry* retry,
                             const ScopeTable& scopes);

}  // namespace netlat
