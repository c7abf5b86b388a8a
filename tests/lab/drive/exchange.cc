// A round is one attempt, and perhaps a hedge beside it.  The first answer
// ends the exchange.  A round has failed when the timeout passes or nothing
// of it is left under way; then comes the next, after the backoff, while
// there are attempts left.  What is given up without abort stays on its
// connection until the reply comes, which is how retries without cancelling
// multiply the load.

#include "tests/lab/drive/exchange.h"

#include <algorithm>
#include <utility>

namespace lab::load {

Exchange::Exchange(Loop& loop, ExchangeOwner& owner, RequestShape shape,
                   const RetryRules& retry, int64_t intended_ns)
    : owner_(owner),
      shape_(std::move(shape)),
      retry_(retry),
      intended_ns_(intended_ns),
      id_(next_request_id()),
      timeout_(loop),
      hedge_(loop),
      backoff_(loop) {}

void Exchange::start(int64_t hedge_after_ns) {
  if (hedge_after_ns > 0) hedge_.after(hedge_after_ns, [this] { send(); });
  begin_round();
}

void Exchange::begin_round() {
  ++rounds_;
  if (retry_.timeout_ns > 0)
    timeout_.after(retry_.timeout_ns, [this] { on_timeout(); });
  send();
}

void Exchange::send() {
  const auto attempt = std::make_shared<Attempt>();
  attempt->id = id_;
  attempt->number = ++sent_;
  attempt->shape = shape_.name;
  attempt->octets = shape_.octets;
  attempt->reply_octets = shape_.reply_octets;
  attempt->parts = shape_.parts;
  attempt->gap_ns = shape_.gap_ns;
  attempt->intended_ns = intended_ns_;
  attempt->done = [self = shared_from_this()](Attempt& done) {
    self->on_done(done);
  };
  Pool& pool = owner_.next_pool();
  under_way_.push_back({attempt, &pool});
  pool.submit(attempt);
}

void Exchange::on_done(Attempt& attempt) {
  owner_.log(attempt);
  const size_t given_up = std::erase_if(under_way_, [&](const UnderWay& each) {
    return each.attempt.get() == &attempt;
  });
  if (given_up == 0 || over_) return;
  if (attempt.outcome == "ok" || attempt.outcome == "stopped")
    finish_all();
  else if (under_way_.empty())
    on_failed_round();
}

void Exchange::on_timeout() {
  // The last reference to this may go with its last attempt.
  const auto self = shared_from_this();
  for (const UnderWay& each : std::exchange(under_way_, {}))
    each.pool->withdraw(*each.attempt, "timeout", retry_.abort);
  on_failed_round();
}

void Exchange::on_failed_round() {
  timeout_.cancel();
  if (rounds_ >= retry_.attempts) {
    finish_all();
    return;
  }
  constexpr int64_t kMostDoublings = 20;
  const int64_t doublings = std::min(rounds_ - 1, kMostDoublings);
  // Through the loop even if at once: failing may be immediate too.
  backoff_.after(retry_.backoff_ns << doublings, [this] { begin_round(); });
}

void Exchange::finish_all() {
  over_ = true;
  timeout_.cancel();
  hedge_.cancel();
  owner_.on_over(id_);
}

}  // namespace lab::load
