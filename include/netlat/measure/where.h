#pragma once
// The filter language of --where and of the prompt in the live view.
//
//   dst:10.1.2.0/24 port:5432,5433 p99>2ms !sni:*.internal /10\.0\.1\.7/
//
// Terms are joined by space (and); a comma inside a value is "or"; a leading
// `!` negates its term.  Upper and lower case are equal except in /.../.
//
//   client: src:     address, prefix, or address:port ([2001:db8::1]:443)
//   server: dst:     the same for the server; host: either of the two
//   port:            of either side
//   proto:  end:  outcome:   as in the flow record (tcp, rst, refused, ...)
//   id:              the flow's number
//   sni: svc: state: path:   text, `*` for any run of characters
//   zone:            a zone of either side; a>b from client zone to server
//                    zone, each side may be empty or hold `*`
//   /regex/          in "client:port server:port sni" (RE2 syntax; \/ is /)
//   NAME > >= < <= = NUMBER
//     rtt ack service elapsed, alone (the median) or with .min .p50 .p90 .p95
//     .p99 .max; p50, p99, ... alone mean rtt.p50, ...: ns us ms s
//     connect stall zerowindow duration: ns us ms s
//     bytes packets turns lost conns: k M G for 10^3, 10^6, 10^9
//     retx: a count, or with % the share of segments
//   rtt and ack are of the shown half of the path (shown_half.h).  A quantile
//   is compared whatever the number of its samples.
//
// What a record does not say (no sample, no zone known) is neither true nor
// false: such a term selects nothing, negated or not.  A flow without SNI has
// the empty name.
// Regular expressions run in RE2, whose time is linear in text and pattern:
// the text holds names a stranger chose.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/measure/flow_record.h"

namespace netlat {

namespace where {
struct Term;
}

/// What others know about a flow; empty: not known.  Borrowed for the call.
struct WhereLabels {
  std::string_view client_zone, server_zone, service, state, path;
  /// Connections of the group that the record stands for.
  std::optional<std::uint64_t> connections;
};

/// A filter.  Cheap to copy; safe to use from several threads.
class Where {
 public:
  /// Selects everything.
  Where() = default;
  explicit Where(std::vector<where::Term> terms);

  bool matches(const FlowRecord& flow, const WhereLabels& labels = {}) const;
  /// Without terms.
  bool empty() const noexcept { return !terms_; }

 private:
  std::shared_ptr<const std::vector<where::Term>> terms_;
};

struct WhereProblem {
  std::size_t column = 1;  ///< octet of the text, from 1; one past the end
                           ///< where something is missing
  std::string expected;    ///< "a port, 0 to 65535"
  /// The text is the beginning of a valid filter: wait for the next key.
  bool incomplete = false;
};

/// The terms before the first problem, and that problem.
struct WhereReading {
  Where where;
  std::optional<WhereProblem> problem;
};

/// For a prompt: what is complete applies while the rest is being typed.
WhereReading read_where(std::string_view text);

/// For a command line: any problem is an error of kind usage.
Result<Where> parse_where(std::string_view text);

}  // namespace netlat
