#include "tests/lab/common/targets.h"

#include <utility>

namespace lab {

Targets::Targets(Loop& loop, ConnectionLog& log) : loop_(loop), log_(log) {}

void Targets::set(const std::vector<Address>& addresses,
                  const std::vector<double>& weights,
                  const ClientOptions& options) {
  std::erase_if(retired_, [](const auto& pool) { return pool->empty(); });
  for (auto& pool : std::exchange(pools_, {})) {
    pool->retire();
    retired_.push_back(std::move(pool));
  }
  weights_ = weights;
  turn_ = 0;
  for (const Address& address : addresses)
    pools_.push_back(
        std::make_unique<Pool>(loop_, log_, settings_, address, options));
}

Pool& Targets::next(std::mt19937_64& random) {
  if (!weights_.empty()) {
    std::discrete_distribution<size_t> pick(weights_.begin(), weights_.end());
    return *pools_[pick(random)];
  }
  return *pools_[turn_++ % pools_.size()];
}

void Targets::update_pace() {
  for (const auto& pool : pools_) pool->update_pace();
  for (const auto& pool : retired_) pool->update_pace();
}

void Targets::open(int64_t count) {
  for (const auto& pool : pools_) pool->open(count);
}

void Targets::close_all(const std::string& reason, bool reset) {
  for (const auto& pool : pools_) pool->close_all(reason, reset);
  for (const auto& pool : retired_) pool->close_all(reason, reset);
}

void Targets::stop() {
  std::exchange(pools_, {}).clear();
  std::exchange(retired_, {}).clear();
}

}  // namespace lab
