#include "tools/capture/crew.h"

#include <pthread.h>

#include <csignal>
#include <string>
#include <system_error>

#include "tools/capture/worker.h"

namespace netlat {

namespace {

constexpr Nanos kWait = std::chrono::milliseconds(100);

}  // namespace

Result<std::unique_ptr<Crew>> Crew::start(
    std::size_t workers, const std::function<Result<void>()>& confine) {
  std::unique_ptr<Crew> crew(new Crew);
  if (workers < 2) return crew;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  std::optional<Error> problem;
  for (std::size_t i = 0; i < workers && !problem; ++i) {
    try {
      crew->threads_.emplace_back(
          [&self = *crew, i, &confine] { self.live(i, confine); });
      crew->await_confined(i);
      problem = crew->problem_;
    } catch (const std::system_error& error) {
      problem = Error{std::string("a thread: ") + error.what()};
    }
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (problem) return std::move(*problem);
  return crew;
}

Crew::~Crew() {
  begin({});
  closing_ = true;
  join();
}

void Crew::await_confined(std::size_t number) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return confined_ > number; });
}

void Crew::begin(std::span<Worker* const> workers) {
  const std::lock_guard lock(mutex_);
  if (!begun_) workers_.assign(workers.begin(), workers.end());
  begun_ = true;
  changed_.notify_all();
}

void Crew::live(std::size_t number,
                const std::function<Result<void>()>& confine) {
  const std::string name = "netlat-m" + std::to_string(number + 1);
  (void)pthread_setname_np(pthread_self(), name.c_str());
  auto confined = confine();
  Worker* worker = nullptr;
  {
    std::unique_lock lock(mutex_);
    if (!confined) problem_ = std::move(confined.error());
    ++confined_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return begun_; });
    if (number < workers_.size()) worker = workers_[number];
  }
  if (worker != nullptr) {
    while (!closing_.load(std::memory_order_acquire)) worker->turn(kWait);
    worker->close(patience_);
  }
  ++closed_;
}

void Crew::ask_to_close(std::chrono::milliseconds patience) {
  patience_ = patience;
  closing_.store(true, std::memory_order_release);
}

void Crew::join() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace netlat
