#pragma once
// What an alert sets off: a program, a webhook.
//
// Both may hang, fail or be asked for too often.  Each runs beside the process
// that asks, is given up after a timeout, and is not begun more often than once
// per objective and period: of several alerts of one objective within a period
// the last is told when the period is over, so that whoever listens ends up
// with the truth.

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace netlat {

struct AlertPlan {
  std::vector<std::string> command;  ///< program and arguments; empty: none
  std::string webhook;               ///< http:// or https:// URL; empty: none
  std::chrono::seconds timeout{10};
  std::chrono::seconds every{60};

  bool any() const { return !command.empty() || !webhook.empty(); }
};

/// Posts `body` as JSON.  Empty if a status of 2xx came back in time, else a
/// sentence.
std::string post_json(const std::string& url, const std::string& body,
                      std::chrono::seconds timeout);
/// What is wrong with a URL for post_json(); empty: nothing.
std::string webhook_problem(const std::string& url);
/// Why the program cannot be run; empty: it can.  Requires: it has a name.
std::string command_problem(const std::vector<std::string>& command);

class AlertActions {
 public:
  /// Actions under way at a time.
  static constexpr int kMostAtOnce = 8;

  explicit AlertActions(AlertPlan plan) : plan_(std::move(plan)) {}
  ~AlertActions() { kill_all(); }
  AlertActions(const AlertActions&) = delete;
  AlertActions& operator=(const AlertActions&) = delete;

  void set_plan(AlertPlan plan) { plan_ = std::move(plan); }
  /// An alert of the objective of that text: the record's line.
  void tell(std::string_view objective, std::string_view record);
  /// To be called often: begins what is due, ends what takes too long.
  void tend();
  /// Waits for what is under way, and begins what waits only for its period;
  /// a program that still runs after `patience` is killed.
  void finish(std::chrono::milliseconds patience);

  /// Sentences for people since the last call.
  std::vector<std::string> take_news();

 private:
  using Clock = std::chrono::steady_clock;
  struct Told {
    Clock::time_point last;
    bool ever = false;
    std::string waiting;  // the last record not told yet
  };
  struct Running {
    pid_t process;
    Clock::time_point until;
    bool killed;
  };
  // What threads say; they may outlive this object.
  struct Said {
    std::mutex mutex;
    std::vector<std::string> news;
    std::atomic<int> posting{0};
  };

  void begin(const std::string& record);
  void run_command(const std::string& record);
  void post(const std::string& record);
  void reap();
  bool busy() const;
  void kill_all();

  AlertPlan plan_;
  std::map<std::string, Told, std::less<>> told_;
  std::vector<Running> running_;
  std::shared_ptr<Said> said_ = std::make_shared<Said>();
  std::vector<std::string> news_;
};

}  // namespace netlat
