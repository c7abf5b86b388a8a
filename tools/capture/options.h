#pragma once
// What the command line of `netlat capture` and its configuration ask for.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "netlat/measure/objective.h"
#include "netlat/publish/alert_actions.h"
#include "netlat/publish/metrics_outlet.h"
#include "netlat/publish/rotating_files.h"
#include "netlat/source/live_source.h"

namespace netlat {

/// Packets kept in memory for when something happens.
struct RecorderOptions {
  std::string directory;  ///< where files go; empty: nothing is kept
  std::size_t octets = std::size_t{64} << 20;
  Nanos before = std::chrono::hours(24);  ///< of what is kept, written
  bool payload = true;  ///< of what was captured; false: headers alone
};

struct CaptureOptions {
  std::vector<std::string> interfaces;  ///< "any" alone: all of them
  LiveOptions live;
  bool json = false;
  bool quiet = false;   ///< no line a second, no warnings
  bool lines = true;    ///< a line a second, unless quiet
  bool strict = false;  ///< no start without a whole sandbox
  Nanos progress = std::chrono::minutes(1);  ///< of connections that go on
  std::optional<std::size_t> top;
  std::optional<std::uint64_t> flow_memory;  ///< octets
  std::vector<std::string> zones;            ///< files of the zone map
  std::vector<Objective> objectives;
  /// What no configuration that is read again changes: objectives of the
  /// command line, which are among those above, and a zone map named there.
  std::vector<Objective> typed_objectives;
  bool typed_zones = false;
  AlertPlan alerts;
  std::string socket;             ///< path of the record feed; empty: none
  std::optional<FilePlan> files;  ///< records to files
  MetricsPlan metrics;
  RecorderOptions recorder;
  bool metrics_by_service = false;
  std::string config;  ///< path of the configuration; empty: none

  /// Services that an interval names in records.
  std::size_t named() const { return top.value_or(20); }
  /// Rows of each table of the closing screen.
  std::size_t rows() const { return top.value_or(5); }
  /// Records are made for others than standard output.
  bool publishes() const { return !socket.empty() || files.has_value(); }
  /// A second process is needed.
  bool needs_publisher() const {
    return publishes() || alerts.any() || metrics.any() ||
           !recorder.directory.empty() || !config.empty();
  }
};

/// The options, or the exit status where help, the version, an error or the
/// verdict of --check-config has been printed already.
std::variant<CaptureOptions, int> parse_capture_options(int argc, char** argv);

/// "64M" is how much the recorder keeps, "30s" or "10m" how far back it writes.
Result<void> read_recorder_keep(const std::string& text, RecorderOptions& into);

/// Where /metrics is served: [ADDRESS:]PORT, or "auto".
Result<ListenAddress> read_metrics_address(const std::string& text);

/// What is wrong with options that are well-formed each by itself.
Result<void> check_options(const CaptureOptions& options);

}  // namespace netlat
