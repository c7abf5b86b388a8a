#include "tests/lab/common/attempt.h"

#include <unistd.h>

#include <utility>

namespace lab::load {

uint64_t next_request_id() {
  static uint64_t last = static_cast<uint64_t>(getpid()) << 32;
  return ++last;
}

void finish(Attempt& attempt, const std::string& outcome) {
  if (attempt.outcome.empty()) attempt.outcome = outcome;
  const auto done = std::exchange(attempt.done, nullptr);
  if (done) done(attempt);
}

}  // namespace lab::load
