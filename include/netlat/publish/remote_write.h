#pragma once
// Metrics pushed to Prometheus, VictoriaMetrics or whoever else takes remote
// write 1.0.
//
// One thread sends one request after the other, the oldest first, since the
// receiver wants the samples of a series in order.  What cannot be delivered
// now (no connection, 429, 5xx) is tried again, at growing distances; what is
// refused otherwise never will be taken and is given up.  Of more than
// kMostPending the oldest goes.  Nothing is lost without being counted.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "netlat/report/metrics_remote.h"

namespace netlat {

struct RemoteWriteCounts {
  std::uint64_t sent = 0;     ///< samples that were taken
  std::uint64_t lost = 0;     ///< samples given up
  std::uint64_t pending = 0;  ///< samples that wait
};

class RemoteWriter {
 public:
  static constexpr std::size_t kMostPending = 60;

  /// `url` is one that webhook_problem() finds nothing wrong with.  `say` is
  /// told, from another thread, when delivery fails and when it goes on.
  RemoteWriter(std::string url, std::function<void(const std::string&)> say);
  /// Gives up what is pending; waits for a request under way.
  ~RemoteWriter();
  RemoteWriter(const RemoteWriter&) = delete;
  RemoteWriter& operator=(const RemoteWriter&) = delete;

  /// The thread begins here.
  void start();
  void push(RemoteWriteRequest request);
  /// Waits until everything is delivered or given up, or for `patience`.
  void drain(std::chrono::milliseconds patience);
  RemoteWriteCounts counts() const;

 private:
  enum class Outcome { taken, refused, later };

  void run();
  Outcome post(const std::string& body);
  void settle(Outcome outcome, std::size_t samples);
  void tell(const std::string& problem);

  std::string url_;
  std::function<void(const std::string&)> say_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<RemoteWriteRequest> pending_;
  RemoteWriteCounts counts_;
  bool sending_ = false, stop_ = false;
  std::string problem_;  // said last; empty while all is well
  std::thread thread_;
};

}  // namespace netlat
