#pragma once
// --metrics: what is known of the targets, for whoever scrapes.

#include <functional>
#include <memory>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/probe/prober.h"
#include "netlat/publish/listen_address.h"
#include "netlat/publish/metrics_server.h"
#include "netlat/report/probe_metrics.h"

namespace netlat {

class MetricsPage : public Companion {
 public:
  /// Listens.  `other` may be null; it and the prober must outlive the page.
  static Result<std::unique_ptr<MetricsPage>> open(const ListenAddress& address,
                                                   const Prober& prober,
                                                   std::size_t targets,
                                                   Companion* other);

  void add_waits(std::vector<pollfd>& out) override;
  void serve() override;

 private:
  MetricsPage(int listening, const Prober& prober, std::size_t targets,
              Companion* other);

  MetricsServer server_;
  const Prober& prober_;
  std::size_t targets_;
  Companion* other_;
  Nanos shown_;  // steady; when the page was made
};

}  // namespace netlat
