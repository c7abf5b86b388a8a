// The servers a client calls, in turn or by weight; a pool for each.

#ifndef TESTS_LAB_COMMON_TARGETS_H_
#define TESTS_LAB_COMMON_TARGETS_H_

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/lab/common/pool.h"

namespace lab::load {

class Targets {
 public:
  Targets(Loop& loop, ConnectionLog& log);

  // A target that stays, with the same options, keeps its connections; the
  // others finish what they have.  Weights are relative; without any, targets
  // take turns.
  void set(const std::vector<Address>& addresses,
           const std::vector<double>& weights, const ClientOptions& options);
  bool empty() const { return pools_.empty(); }
  Pool& next(std::mt19937_64& random);

  PoolSettings& settings() { return settings_; }
  // To be called when the settings have changed.
  void update_pace();
  void trim();
  // `count` on each target.
  void open(int64_t count);
  void close_all(const std::string& reason, bool reset);
  // Finishes every attempt as stopped; nothing can be asked for any more.
  void stop();

 private:
  Loop& loop_;
  ConnectionLog& log_;
  PoolSettings settings_;
  std::vector<double> weights_;
  size_t turn_ = 0;
  std::vector<std::unique_ptr<Pool>> pools_;
  std::vector<std::unique_ptr<Pool>> retired_;
};

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_TARGETS_H_
