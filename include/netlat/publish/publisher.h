#pragma once
// The process that hands out what another one measured.
//
// It holds everything that may stand still or fail: files, readers, programs
// and servers.  It sees records and no packet, has no privilege, and ends with
// the pipe that feeds it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "netlat/publish/alert_actions.h"
#include "netlat/publish/frame_pipe.h"
#include "netlat/publish/record_feed.h"
#include "netlat/publish/rotating_files.h"
#include "netlat/publish/saved_file.h"
#include "netlat/report/recording_json.h"

namespace netlat {

/// What there is to do.  Made before the process is, so that whatever cannot be
/// opened is said before anything starts.
struct PublishPlan {
  std::optional<RecordFeed> feed;
  std::unique_ptr<RotatingFiles> files;
  AlertPlan alerts;
  std::string recordings;  ///< flight-recorder files: directory, from the root
  std::uint64_t recordings_quota = 0;  ///< octets of all of them
  /// Called in the new process: threads may be started there.
  std::function<void()> started;
  /// Called when nothing more is to come; to return within that time.
  std::function<void(std::chrono::milliseconds)> ended;
  /// A page of metrics, or anything else that is none of the above.
  std::function<void(const Frame&)> page;
  /// The configuration is to be read again: sends what it holds.
  std::function<void(FrameSender&)> reload;
  std::function<void(const std::string&)> say;  ///< a sentence for people
};

class Publisher {
 public:
  /// Reads frames from `frames`, answers on `answers`; both borrowed.
  Publisher(PublishPlan plan, int frames, int answers);

  /// Until the farewell, or the end of the pipe.
  void run();

  /// New limits and actions, from a configuration read again.
  void take_limits(const AlertPlan& alerts,
                   const std::optional<FilePlan>& files) {
    actions_.set_plan(alerts);
    if (plan_.files && files) plan_.files->set_limits(*files);
  }

 private:
  void take(const Frame& frame);
  void take_alert(std::string_view content);
  void take_file(const Frame& frame);
  std::string free_name(const std::string& wanted) const;
  void make_room(std::size_t more) const;
  void relay_request();
  void tick();
  void close();
  void tell_news();

  PublishPlan plan_;
  int frames_;
  FrameReceiver receiver_;
  FrameSender answers_;
  RecordLog log_;
  AlertActions actions_;
  JsonWriter json_;
  std::optional<SavedFile> recording_;
  bool farewell_ = false;
};

}  // namespace netlat
