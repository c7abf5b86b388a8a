// The server's queue and workers, and what a worker does with a request.

#ifndef TESTS_LAB_SERVE_SERVICE_H_
#define TESTS_LAB_SERVE_SERVICE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <unordered_set>
#include <vector>

#include "tests/lab/common/frame.h"
#include "tests/lab/common/loop.h"
#include "tests/lab/serve/shape.h"

namespace lab::load {

// One request in the server.  Times are realtime, 0 where it did not come to
// that.
struct Job {
  explicit Job(Loop& loop) : work(loop) {}

  RequestHead request;
  std::shared_ptr<const Shape> shape;  // as it was when service began
  int64_t received_first_ns = 0;
  int64_t received_last_ns = 0;
  int64_t service_start_ns = 0;
  int64_t thought_ns = 0;  // think time over, calls begin
  int64_t service_end_ns = 0;
  int64_t reply_first_ns = 0;
  int64_t reply_last_ns = 0;
  int64_t calls = 0;       // begun
  int64_t calls_open = 0;  // not yet answered
  int64_t calls_failed = 0;
  std::function<void()> served;  // the reply may go
  Timer work;
};
using JobPtr = std::shared_ptr<Job>;

// Think times that fall from `from_ns` to `to_ns` over `count` requests.
struct ColdStart {
  int64_t count = 0;
  int64_t from_ns = 0;
  int64_t to_ns = 0;
  int64_t served = 0;
};

class Service {
 public:
  using FindShape =
      std::function<std::shared_ptr<const Shape>(const std::string&)>;

  explicit Service(FindShape find_shape);

  void submit(const JobPtr& job);
  void set_workers(int64_t count);
  void set_hold(bool hold);
  void set_cold(const ColdStart& cold) { cold_ = cold; }
  // Hands back what is under way, unfinished.
  void stop();
  void set_seed(uint64_t seed) { random_.seed(seed); }

 private:
  void start_waiting();
  void begin(const JobPtr& job);
  void think(const JobPtr& job);
  void thought(const JobPtr& job);
  void call_out(const JobPtr& job);
  void call_once(const JobPtr& job);
  void end(const JobPtr& job);
  int64_t think_ns(const Shape& shape);

  FindShape find_shape_;
  std::mt19937_64 random_{std::random_device()()};
  int64_t workers_ = std::numeric_limits<int64_t>::max();
  int64_t busy_ = 0;
  bool hold_ = false;
  bool stopped_ = false;
  ColdStart cold_;
  std::deque<JobPtr> waiting_;  // for a worker
  std::vector<JobPtr> held_;    // each with a worker
  std::unordered_set<JobPtr> in_service_;
};

}  // namespace lab::load

#endif  // TESTS_LAB_SERVE_SERVICE_H_
