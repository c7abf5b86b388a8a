#pragma once
// The `exchange` record: one question and its answer, other than a TCP turn.

#include <string_view>

#include "netlat/measure/exchange_record.h"
#include "netlat/report/community_id.h"
#include "netlat/report/json_writer.h"

namespace netlat {

/// Writes exchange records; keeps what they share.  One object a thread.
class ExchangeJson {
 public:
  /// The line, valid until the next call.  `vantage` names the capture point;
  /// untrusted.
  std::string_view line(const ExchangeRecord& exchange,
                        std::string_view vantage);

 private:
  std::string_view community_id(const ExchangeRecord& exchange);

  CommunityId community_id_;
  JsonWriter json_;
};

}  // namespace netlat
