#pragma once
// The measuring process's side of the publishing one: starts it, feeds it,
// hears what it read, ends it.

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "netlat/publish/publisher.h"
#include "netlat/zone/zone_reader.h"
#include "tools/capture/metrics.h"
#include "tools/capture/options.h"

namespace netlat {

/// What SIGHUP brought.
struct Reloaded {
  std::string problem;  ///< why there is nothing new; empty: there is
  std::string config;
  ZoneTexts zones;  ///< files of the zone map
};

class Publishing {
 public:
  /// Opens what `options` name, then forks.  `forget` is called in the new
  /// process first: it closes what is none of its business.
  static Result<std::unique_ptr<Publishing>> start(
      const CaptureOptions& options, const std::function<void()>& forget);
  ~Publishing();
  Publishing(const Publishing&) = delete;
  Publishing& operator=(const Publishing&) = delete;

  /// A record; lost, and counted, if too much is on its way already.
  void record(std::string_view line);
  /// The same, to be acted upon.
  void alert(std::string_view objective, std::string_view line);
  /// What a new reader gets first, from now on.
  void hello(std::string_view line);
  /// A second is over.
  void tick();
  /// Hands over what it takes now.
  void flush();
  /// Asks for the configuration.
  void ask_reload();
  /// What came of it, once it is there.  Takes in what else was said, too.
  std::optional<Reloaded> take_reloaded();
  /// Whether somebody has asked for a recording since this was last called.
  bool take_request() noexcept { return std::exchange(requested_, false); }
  /// Any other frame: pages of metrics, pieces of recordings.
  FrameSender& frames() { return sender_; }
  /// Null if nobody asked for metrics.
  CaptureMetrics* metrics() { return metrics_.get(); }

  /// Hands over the rest and waits for the end of the other process, no longer
  /// than `patience` in all.
  void stop(std::chrono::milliseconds patience);

  /// False once the other process has ended.
  bool usable() const noexcept { return !sender_.broken(); }
  /// The descriptor that is written to, for the sandbox.
  int descriptor() const noexcept { return frames_; }
  std::uint64_t lost() const noexcept { return lost_; }

 private:
  Publishing(int frames, int answers, pid_t child);
  void say_lost();
  void send_record(FrameKind kind, std::string_view content);

  int frames_, answers_;
  pid_t child_;
  FrameSender sender_;
  FrameReceiver receiver_;
  std::size_t flushed_at_ = 0;
  std::uint64_t lost_ = 0, untold_ = 0;
  Reloaded arriving_;
  bool requested_ = false;
  std::unique_ptr<CaptureMetrics> metrics_;
};

}  // namespace netlat
