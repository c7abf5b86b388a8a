#pragma once
// What the threads that measure find, put together and written: by one thread.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "netlat/report/capture_json.h"
#include "netlat/report/interval_json.h"
#include "tools/capture/assembly.h"
#include "tools/capture/handover.h"
#include "tools/capture/objectives.h"
#include "tools/capture/options.h"
#include "tools/capture/outlets.h"
#include "tools/capture/recorder.h"
#include "tools/capture/worker.h"

namespace netlat {

class Session {
 public:
  /// The first three must outlive this object; `zones` may be null.
  Session(const CaptureOptions& options, LiveSources& sources, Outlets& outlets,
          std::unique_ptr<CaptureZones> zones);

  /// One for each source, to be turned by one thread each.
  std::size_t workers() const { return workers_.size(); }
  Worker& worker(std::size_t number) { return *workers_[number]; }

  /// To be called often: writes about what was found.
  void tick();
  /// Until there is something to write about, or so long.
  void wait(Nanos most) { bell_.wait(most); }
  /// All workers are closed: the rest is written, and all they measured added
  /// up in the first one's.
  void finish();
  /// What the flight recorder holds is worth a file.
  void record(const std::string& why);

  /// Another zone map, or none, from now on: orders it.  The interval that is
  /// open ends early, so that its second has two records.
  void use(std::unique_ptr<CaptureZones> zones);
  /// Whether all workers have done so.
  bool obeyed() const;
  void use(const std::vector<Objective>& objectives) {
    objectives_.replace(objectives);
  }

  /// The `capture` record of the whole run.
  CaptureRecord capture() const;
  const Measurement& measurement() { return workers_[0]->measurement(); }
  const WorstFlows& worst() { return workers_[0]->worst(); }
  std::uint64_t packets() const {
    return sum_.account.total() - sum_.account.filtered;
  }
  std::uint64_t flows() const { return sum_.flows; }
  /// Packets that the kernel had passed on and nobody read any more.
  std::uint64_t unread() const;
  /// Records that did not fit between the threads.
  std::uint64_t lost() const noexcept { return lost_; }

 private:
  using Clock = std::chrono::steady_clock;

  bool collect();
  void take(std::size_t number, Findings found);
  void write_lines(std::string_view lines);
  void write(ClosedInterval closed);
  void write_records(Interval& interval, const ZoneLabeler* labeler,
                     const IntervalDrops& drops);
  void write_text(const ClosedInterval& closed, const IntervalDrops& drops);
  void announce(const std::vector<const ObjectiveWatch*>& changed, Stamp at);
  void tell_unwritten();
  void tend_recorder(bool finishing);
  CaptureMetrics* metrics() const {
    Publishing* const publishing = outlets_.publishing();
    return publishing == nullptr ? nullptr : publishing->metrics();
  }
  CaptureNumbers numbers() const;
  Stamp now() const;

  const CaptureOptions& options_;
  LiveSources& sources_;
  Outlets& outlets_;
  SharedZones zones_;
  ObjectiveSet objectives_;
  std::optional<CaptureRecorder> recorder_;
  Bell bell_;
  std::vector<std::unique_ptr<Handover>> handovers_;
  std::vector<std::unique_ptr<Worker>> workers_;
  IntervalAssembly assembly_;
  std::vector<WorkerNumbers> numbers_;  // of each worker, as told last
  WorkerNumbers sum_;
  std::vector<std::uint64_t> obeyed_;  // orders, of each worker
  std::vector<std::size_t> pieces_;    // taken of each, perhaps not written
  std::uint64_t ordered_ = 0, lost_ = 0, untold_ = 0, unwritten_ = 0;
  Clock::time_point next_flush_;
  JsonWriter json_;
};

}  // namespace netlat
