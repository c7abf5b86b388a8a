// One request as its user sees it: attempts until an answer or enough of it.

#ifndef TESTS_LAB_DRIVE_EXCHANGE_H_
#define TESTS_LAB_DRIVE_EXCHANGE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/lab/common/attempt.h"
#include "tests/lab/common/loop.h"
#include "tests/lab/common/pool.h"

namespace lab::load {

struct RetryRules {
  int64_t timeout_ns = 0;  // 0: waits for ever
  int64_t attempts = 1;    // with the first
  int64_t backoff_ns = 0;  // doubled each time
  bool abort = true;       // a timeout closes the connection
};

struct HedgeRules {
  int64_t after_ns = 0;  // 0: no hedging
  double share = 1;      // of the requests
};

// A kind of request as the client sends it.
struct RequestShape {
  std::string name;
  double weight = 1;
  int64_t octets = 200;
  int64_t reply_octets = 0;  // 0: as the server has it
  int64_t parts = 1;
  int64_t gap_ns = 0;
};

// What an exchange needs of the client it belongs to.
class ExchangeOwner {
 public:
  virtual Pool& next_pool() = 0;
  virtual void log(const Attempt& attempt) = 0;
  // The user has the answer, or gives up.  Attempts may still be under way.
  virtual void on_over(uint64_t id) = 0;

 protected:
  ~ExchangeOwner() = default;
};

class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(Loop& loop, ExchangeOwner& owner, RequestShape shape,
           const RetryRules& retry, int64_t intended_ns);

  uint64_t id() const { return id_; }
  // `hedge_after_ns` 0 is no hedge.
  void start(int64_t hedge_after_ns);

 private:
  struct UnderWay {
    AttemptPtr attempt;
    Pool* pool;  // lives while the attempt is in it
  };

  void begin_round();
  void send();
  void on_done(Attempt& attempt);
  void on_timeout();
  void on_failed_round();
  void finish_all();

  ExchangeOwner& owner_;
  const RequestShape shape_;
  const RetryRules retry_;
  const int64_t intended_ns_;
  const uint64_t id_;
  uint32_t sent_ = 0;
  int64_t rounds_ = 0;
  bool over_ = false;
  std::vector<UnderWay> under_way_;  // that the user still waits for
  Timer timeout_;
  Timer hedge_;
  Timer backoff_;
};

}  // namespace lab::load

#endif  // TESTS_LAB_DRIVE_EXCHANGE_H_
