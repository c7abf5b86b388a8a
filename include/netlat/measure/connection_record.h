#pragma once
// From the flow room's state to the record that is reported.

#include "netlat/flow/connection.h"
#include "netlat/flow/half_open.h"
#include "netlat/flow/scope_table.h"
#include "netlat/flow/tls_timer.h"
#include "netlat/measure/flow_record.h"

namespace netlat {

/// The record of a connection, without its distributions (Latencies::fill());
/// `tls` is its handshake or nullptr.
FlowRecord connection_record(const Connection& c, const ScopeTable& scopes,
                             const TlsHandshake* tls);

/// The record of a SYN that nobody answered; `retry` is the latest
/// retransmission or nullptr.
FlowRecord unanswered_record(const HalfOpen& attempt, const SynRetry* retry,
                             const ScopeTable& scopes);

}  // namespace netlat
