#include "tests/lab/common/targets.h"

#include <algorithm>
#include <utility>

namespace lab::load {

Targets::Targets(Loop& loop, ConnectionLog& log) : loop_(loop), log_(log) {}

void Targets::set(const std::vector<Address>& addresses,
                  const std::vector<double>& weights,
                  const ClientOptions& options) {
  std::erase_if(retired_, [](const auto& pool) { return pool->empty(); });
  weights_ = weights;
  turn_ = 0;
  auto old = std::exchange(pools_, {});
  for (const Address& address : addresses) {
    const auto same =
        std::find_if(old.begin(), old.end(), [&](const auto& pool) {
          return pool && pool->leads_to(address, options);
        });
    pools_.push_back(
        same != old.end()
            ? std::move(*same)
            : std::make_unique<Pool>(loop_, log_, settings_, address, options));
  }
  for (auto& pool : old) {
    if (!pool) continue;
    pool->retire();
    retired_.push_back(std::move(pool));
  }
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

void Targets::trim() {
  for (const auto& pool : pools_) pool->trim();
  for (const auto& pool : retired_) pool->trim();
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

}  // namespace lab::load
