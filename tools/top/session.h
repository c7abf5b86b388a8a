#pragma once
// Records in, screens out: what one run of netlat top holds.

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>

#include "netlat/term/dashboard.h"
#include "netlat/term/model.h"
#include "tools/top/feed.h"
#include "tools/top/options.h"
#include "tools/top/packets.h"
#include "tools/top/player.h"
#include "tools/top/recent_records.h"
#include "tools/top/recording.h"
#include "tools/top/source.h"

namespace netlat {

class Session {
 public:
  using Clock = std::chrono::steady_clock;

  Session(const TopOptions& options, RecordSource source);
  /// What is under way ends unfinished.
  ~Session();

  Dashboard& dashboard() { return dashboard_; }
  /// Readable when update() may find something.
  int news() const { return feed_->news(); }
  int path_news() const { return path_ ? path_->news() : -1; }
  int packet_news() const { return packets_.news(); }

  /// Takes in what has come; true if the picture may be another.
  bool update(Clock::time_point now);
  /// Makes the snapshot that the dashboard asks for.
  void refresh(GridSize size);
  /// All of a file has been read and played, or the source has ended.
  bool over() const;
  /// Plays the rest of a file at once.
  void to_the_end();
  /// Why there is nothing more to come, if that is an error.
  std::optional<Error> failure();
  /// Why there is nothing to draw and will not be.
  std::optional<Error> emptiness();
  /// Waits until there is something to draw, or will not be, or for so long.
  void wait_for_start(std::chrono::milliseconds longest);
  void change_speed(double factor, Clock::time_point now);
  /// Goes on in a replay by so much at once.
  void skip(Nanos step, Clock::time_point now);
  /// When update() is worth calling though no news came.
  std::chrono::milliseconds patience() const;

  /// Writes the records that are held, if they are of the moment `shown`; what
  /// to say of it, to follow a sentence.
  std::string save_records(Stamp shown, const std::string& name);
  /// Has the packets of a connection read, if its source still has them.
  void trace(const FlowRow& flow);
  /// Begins to cut the packets of a connection out of the files, those of the
  /// time shown if that is the past, or out of what the recorder of the capture
  /// holds; what to say of it.
  std::string cut(const FlowRow& flow);
  /// What came of it, once.
  std::optional<std::string> cut_result();
  /// Probes the path of a connection.
  void probe(const FlowRow& flow);

 private:
  SourceState state() const;
  void add_path(Snapshot& snapshot);
  std::string begin_recording(const FlowRow& flow);
  /// Asks the capture that is attached to; what to say of it.
  std::string ask_capture(const FlowRow& flow);
  /// What it has answered, or that it has not.  Goes on with its file.
  std::optional<std::string> take_answer(Clock::time_point now);
  /// Whether something asked for is still to come.
  bool busy() const { return cut_.valid() || recording_ || asked_; }
  /// Goes on once the recorder's file is there; what to say if it is not.
  std::optional<std::string> take_recording(Clock::time_point now);
  /// The connection whose packets are to be cut out of a file that comes.
  void cut_later(const FlowRow& flow);
  void begin_cut(const FlowRow& flow, std::vector<std::string> files);
  bool tracing(const FlowRow& flow) const;

  const TopOptions& options_;
  std::string name_;
  Model model_;
  Player player_;
  RecentRecords recent_;
  Dashboard dashboard_;
  std::optional<Stamp> shown_;
  int fd_;
  bool ended_ = false;   // and update() has told so
  std::string problem_;  // the last that records told of
  std::string path_name_;
  std::vector<HopLine> hops_;
  std::string path_text_;
  FlowPackets packets_;
  std::atomic<bool> leaving_ = false;
  struct CutDone {
    std::string said, file;  // no file: nothing is written
  };
  std::future<CutDone> cut_;
  FlowRow cut_flow_;
  std::optional<Recording> recording_;
  struct Asked {
    Stamp time;  // as records have it
    Clock::time_point since;
  };
  std::optional<Asked> asked_;
  std::optional<RecordingNote> answer_;  // the last that came
  // Last: their threads use the above.
  std::unique_ptr<Feed> feed_, path_;
};

}  // namespace netlat
