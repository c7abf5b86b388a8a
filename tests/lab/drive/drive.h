// The client: its targets, shapes, schedule and rules, and the lines that set
// them up and change them.

#ifndef TESTS_LAB_DRIVE_DRIVE_H_
#define TESTS_LAB_DRIVE_DRIVE_H_

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/lab/common/pace_line.h"
#include "tests/lab/common/program.h"
#include "tests/lab/common/targets.h"
#include "tests/lab/drive/exchange.h"
#include "tests/lab/drive/schedule.h"

namespace lab::load {

extern const char* const kClientLogHeader;

class Drive final : public Actor, public ExchangeOwner {
 public:
  explicit Drive(const Stage& stage);
  ~Drive() override;

  void read(Line& line, bool apply) override;

 private:
  void target(Line& line, bool apply);
  void pool(Line& line, bool apply);
  void pipeline(Line& line, bool apply);
  void shape(Line& line, bool apply);
  void arrivals(Line& line, bool apply);
  void burst(Line& line, bool apply);
  void ramp(Line& line, bool apply);
  void requests(Line& line, bool apply);
  void retry(Line& line, bool apply);
  void hedge(Line& line, bool apply);
  void open(Line& line, bool apply);
  void close(Line& line, bool apply);
  void reset(Line& line, bool apply);
  void seed(Line& line, bool apply);

  Pool& next_pool() override { return targets_.next(random_); }
  void log(const Attempt& attempt) override;
  void on_over(uint64_t id) override;
  void begin(int64_t due_ns, uint64_t user);
  const RequestShape& pick_shape();

  Stage stage_;
  std::mt19937_64 random_{std::random_device()()};
  Targets targets_;
  PaceLine pace_;
  std::vector<RequestShape> shapes_;
  RetryRules retry_;
  HedgeRules hedge_;
  int64_t left_ = PoolSettings::kUnlimited;  // requests not yet begun
  Schedule schedule_;
  bool stopped_ = false;
  struct Open {
    std::shared_ptr<Exchange> exchange;
    uint64_t user;  // of the schedule
  };
  std::unordered_map<uint64_t, Open> exchanges_;  // by id
};

}  // namespace lab::load

#endif  // TESTS_LAB_DRIVE_DRIVE_H_
