#pragma once
// What the command line of `netlat capture` and its configuration ask for.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "netlat/measure/objective.h"
#include "netlat/publish/alert_actions.h"
#include "netlat/publish/metrics_outlet.h"
#include "netlat/publish/rotating_files.h"
#include "netlat/source/live_source.h"
#include "tools/common/zone_options.h"

namespace netlat {

/// With less hardly a connection would last.
inline constexpr std::uint64_t kLeastFlowMemory = std::uint64_t{1} << 20;

/// Packets kept in memory for when something happens.
struct RecorderOptions {
  std::string directory;  ///< where files go; empty: nothing is kept
  std::size_t octets = std::size_t{64} << 20;
  Nanos before = std::chrono::hours(24);  ///< of what is kept, written
  bool payload = true;  ///< of what was captured; false: headers alone
  /// Of all files; 0: sixteen times what is kept.
  std::uint64_t quota = 0;
};

/// What a configuration that is read again does not change: words of the
/// command line, which are among CaptureOptions too.
struct TypedOptions {
  std::vector<Objective> objectives;
  ZoneOptions zones;
  /// Where nobody names a map: those found at the start.
  std::vector<std::string> found_maps;
  std::vector<std::string> alert_command;
  std::string alert_webhook;
  std::string records;  ///< directory
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
  ZoneOptions zones;
  std::vector<Objective> objectives;
  TypedOptions typed;
  AlertPlan alerts;
  std::string socket;             ///< path of the record feed; empty: none
  std::optional<FilePlan> files;  ///< records to files
  MetricsPlan metrics;
  RecorderOptions recorder;
  bool metrics_by_service = false;
  std::string config;       ///< path of the configuration; empty: none
  std::string config_text;  ///< as it was at the start
  /// Its keys that count, what was typed goes before; and their lines.
  std::map<std::string, std::uint32_t, std::less<>> config_lines;

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

/// Twice the processors this program may use: with more the threads wait for
/// each other.
std::size_t most_threads();

/// "64M" is how much the recorder keeps, "30s" or "10m" how far back it writes.
Result<void> read_recorder_keep(const std::string& text, RecorderOptions& into);

/// Where /metrics is served: [ADDRESS:]PORT, or "auto".
Result<ListenAddress> read_metrics_address(const std::string& text);

/// What the configuration of a running capture asks for now, together with
/// what was typed; `text` is that of options.config, if there is one.
Result<CaptureOptions> read_config_again(const CaptureOptions& options,
                                         const std::string& text);

}  // namespace netlat
