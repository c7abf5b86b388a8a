// A request waits for one of the workers, first come first served.  The
// worker waits while the hold is on, computes, thinks, makes the calls its
// shape has, one after the other or all at once, and hands the reply over.  The
// worker is busy from the first to the last of this, as a thread would be.  A
// client that has gone does not stop it.

#include "tests/lab/serve/service.h"

#include <cmath>
#include <ctime>
#include <utility>

#include "tests/lab/common/attempt.h"
#include "tests/lab/common/values.h"

namespace lab::load {
namespace {

void hand_back(Job& job) {
  const auto served = std::exchange(job.served, nullptr);
  if (served) served();
}

// Counted by the clock of this thread: where the scheduler gives it less of
// a processor, it takes longer.
int64_t thread_cpu_ns() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

void burn(int64_t cpu_ns) {
  if (cpu_ns == 0) return;
  const int64_t end = thread_cpu_ns() + cpu_ns;
  while (thread_cpu_ns() < end) {
  }
}

}  // namespace

Service::Service(FindShape find_shape) : find_shape_(std::move(find_shape)) {}

void Service::submit(const JobPtr& job) {
  waiting_.push_back(job);
  start_waiting();
}

void Service::set_workers(int64_t count) {
  workers_ = count;
  start_waiting();
}

void Service::set_hold(bool hold) {
  hold_ = hold;
  if (hold) return;
  for (const JobPtr& job : std::exchange(held_, {})) think(job);
}

void Service::stop() {
  stopped_ = true;
  for (const JobPtr& job : std::exchange(in_service_, {})) hand_back(*job);
  for (const JobPtr& job : std::exchange(waiting_, {})) hand_back(*job);
}

void Service::start_waiting() {
  while (!waiting_.empty() && busy_ < workers_) {
    const JobPtr job = waiting_.front();
    waiting_.pop_front();
    begin(job);
  }
}

void Service::begin(const JobPtr& job) {
  ++busy_;
  in_service_.insert(job);
  job->service_start_ns = realtime_ns();
  job->shape = find_shape_(job->request.shape);
  if (!job->shape)
    end(job);
  else if (hold_)
    held_.push_back(job);
  else
    think(job);
}

void Service::think(const JobPtr& job) {
  burn(job->shape->cpu_ns);
  const int64_t ns = think_ns(*job->shape);
  if (ns > 0)
    job->work.after(ns, [this, job] { thought(job); });
  else
    thought(job);
}

void Service::thought(const JobPtr& job) {
  job->thought_ns = realtime_ns();
  call_out(job);
}

int64_t Service::think_ns(const Shape& shape) {
  if (cold_.served >= cold_.count) return shape.think.sample_ns(random_);
  const double from = static_cast<double>(cold_.from_ns);
  const double ratio = static_cast<double>(cold_.to_ns) / from;
  const double done = cold_.count == 1
                          ? 0
                          : static_cast<double>(cold_.served) /
                                static_cast<double>(cold_.count - 1);
  ++cold_.served;
  return static_cast<int64_t>(from * std::pow(ratio, done));
}

void Service::call_out(const JobPtr& job) {
  if (stopped_) return;
  const Shape& shape = *job->shape;
  if (job->calls == shape.calls) {
    if (job->calls_open == 0) end(job);
    return;
  }
  do call_once(job);
  while (shape.parallel && job->calls < shape.calls);
}

void Service::call_once(const JobPtr& job) {
  const auto call = std::make_shared<Attempt>();
  call->id = next_request_id();
  call->shape = job->shape->call;
  call->octets = job->shape->call_octets;
  call->intended_ns = realtime_ns();
  call->done = [this, job](Attempt& done) {
    --job->calls_open;
    if (done.outcome != "ok") ++job->calls_failed;
    call_out(job);
  };
  ++job->calls;
  ++job->calls_open;
  job->shape->targets->next(random_).submit(call);
}

void Service::end(const JobPtr& job) {
  job->service_end_ns = realtime_ns();
  --busy_;
  in_service_.erase(job);
  // The reply is written before the worker turns to the next request.
  hand_back(*job);
  start_waiting();
}

}  // namespace lab::load
