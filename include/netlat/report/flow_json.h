#pragma once
// The `flow` record: one connection, one line.

#include <string>
#include <vector>

#include "netlat/measure/flow_record.h"
#include "netlat/report/community_id.h"
#include "netlat/report/json_writer.h"

namespace netlat {

/// Writes flow records; keeps what they share.  One object a thread.
class FlowJson {
 public:
  /// `vantages` names the capture points that FlowRecord::vantage indexes,
  /// for example "a.pcap#0"; untrusted text.  Further indices are written as
  /// their number.
  explicit FlowJson(std::vector<std::string> vantages);

  /// The line, valid until the next call.
  std::string_view line(const FlowRecord& flow);

 private:
  void identity(const FlowRecord& flow);
  void timing(const FlowRecord& flow);

  std::vector<std::string> vantages_;
  CommunityId community_id_;
  JsonWriter json_;
};

}  // namespace netlat
