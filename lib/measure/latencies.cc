#include "netlat/measure/latencies.h"

namespace netlat {

void Latencies::fill(FlowRecord& record) const {
  record.server_rtt = {quantiles(Distribution::server_network),
                       quantiles(Distribution::server_ack)};
  record.client_rtt = {quantiles(Distribution::client_network),
                       quantiles(Distribution::client_ack)};
  record.service = quantiles(Distribution::service);
  record.elapsed = quantiles(Distribution::elapsed);
}

}  // namespace netlat
