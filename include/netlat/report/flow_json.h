#pragma once
// The `flow` record: one connection, one line.

#include <string>
#include <string_view>

#include "netlat/measure/flow_record.h"
#include "netlat/report/community_id.h"
#include "netlat/report/json_writer.h"

namespace netlat {

/// Writes flow records; keeps what they share.  One object a thread.
class FlowJson {
 public:
  FlowJson();

  /// The line, valid until the next call.  `vantage` names the capture point,
  /// for example "a.pcap#0"; untrusted.
  std::string_view line(const FlowRecord& flow, std::string_view vantage);

 private:
  void identity(const FlowRecord& flow, std::string_view vantage);
  void timing(const FlowRecord& flow);

  std::string no_trouble_;  // zeros, as most directions have
  CommunityId community_id_;
  JsonWriter json_;
};

}  // namespace netlat
