#pragma once
// All the ways out for metrics: a server, a file, remote write.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/publish/listen_address.h"
#include "netlat/publish/metrics_server.h"
#include "netlat/publish/remote_write.h"
#include "netlat/report/metric_set.h"

namespace netlat {

struct MetricsPlan {
  std::optional<ListenAddress> listen;
  std::string text_file;     ///< NAME.prom of node_exporter; empty: none
  std::string remote_write;  ///< URL; empty: none

  bool any() const {
    return listen || !text_file.empty() || !remote_write.empty();
  }
};

/// What is wrong with the name of a text file; empty: nothing.
std::string metrics_file_problem(const std::string& path);

class MetricsOutlet {
 public:
  /// Opens all of it.  `say` is told what goes wrong later, perhaps from
  /// another thread.
  static Result<std::unique_ptr<MetricsOutlet>> open(
      const MetricsPlan& plan, std::function<void(const std::string&)> say);

  /// Begins threads: not before the last fork of a process that is to go on.
  void start();
  /// All metrics as of now, as metrics_protobuf() writes them.  The file and
  /// remote write take one of them every kEvery.
  void show(std::string_view page);
  /// Nothing more will be shown: whoever is pushed to is told so, within
  /// `patience` or not at all.
  void end(std::chrono::milliseconds patience);

  static constexpr std::chrono::seconds kEvery{15};

 private:
  using Clock = std::chrono::steady_clock;
  MetricsOutlet(const MetricsPlan& plan,
                std::function<void(const std::string&)> say);
  void hand_on(std::string_view page);
  void write_file(const MetricSet& set);

  std::function<void(const std::string&)> say_;
  std::string text_file_;
  std::string file_problem_;  // said last
  std::optional<MetricsServer> server_;
  std::optional<RemoteWriter> remote_;
  std::optional<RemoteWriteSeries> remote_series_;
  Clock::time_point next_;
};

}  // namespace netlat
