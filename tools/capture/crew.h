#pragma once
// The threads that measure, each with a worker of its own.
//
// They are made while the process may still make threads, confine themselves,
// and wait for their workers, which are made when all is confined.  One worker
// needs none: the thread that writes takes its turns.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "netlat/base/result.h"

namespace netlat {

class Worker;

class Crew {
 public:
  /// A thread for each worker if there are several; each calls `confine`, none
  /// while another does, and has returned from it when this returns.  No
  /// signal is delivered to them.
  static Result<std::unique_ptr<Crew>> start(
      std::size_t workers, const std::function<Result<void>()>& confine);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  bool empty() const noexcept { return threads_.empty(); }
  /// Each turns its worker from now on.  Unless empty(), there is one for each.
  void begin(std::span<Worker* const> workers);
  /// Each closes its worker, with that patience for what the rings hold.
  void ask_to_close(std::chrono::milliseconds patience);
  /// Whether all have.
  bool closed() const noexcept { return closed_ == threads_.size(); }
  void join();

 private:
  Crew() = default;
  void live(std::size_t number, const std::function<Result<void>()>& confine);
  void await_confined(std::size_t number);

  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t confined_ = 0;
  std::optional<Error> problem_;
  std::vector<Worker*> workers_;
  bool begun_ = false;
  std::atomic<bool> closing_ = false;
  std::chrono::milliseconds patience_{0};
  std::atomic<std::size_t> closed_ = 0;
};

}  // namespace netlat
