#include "netlat/publish/remote_write.h"

#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <utility>

namespace netlat {

namespace {

constexpr std::chrono::seconds kTimeout{5}, kFirstWait{1}, kLongestWait{30};
constexpr int kTooMany = 429;

}  // namespace

RemoteWriter::RemoteWriter(std::string url,
                           std::function<void(const std::string&)> say)
    : url_(std::move(url)), say_(std::move(say)) {}

RemoteWriter::~RemoteWriter() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void RemoteWriter::start() {
  thread_ = std::thread([this] { run(); });
}

void RemoteWriter::push(RemoteWriteRequest request) {
  const std::lock_guard lock(mutex_);
  // The first may be on its way.
  const std::size_t oldest = sending_ ? 1 : 0;
  if (pending_.size() >= kMostPending) {
    counts_.lost += pending_[oldest].samples;
    counts_.pending -= pending_[oldest].samples;
    pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(oldest));
  }
  counts_.pending += request.samples;
  pending_.push_back(std::move(request));
  wake_.notify_all();
}

void RemoteWriter::drain(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, patience, [this] { return pending_.empty(); });
}

RemoteWriteCounts RemoteWriter::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void RemoteWriter::run() {
  std::chrono::seconds wait = kFirstWait;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stop_ || !pending_.empty(); });
    if (stop_) return;
    sending_ = true;
    // References into a deque stay valid while others come and go behind.
    const std::string body = pending_.front().body;
    lock.unlock();
    const Outcome outcome = post(body);
    lock.lock();
    sending_ = false;
    if (outcome == Outcome::later) {
      wake_.wait_for(lock, wait, [this] { return stop_; });
      wait = std::min(2 * wait, kLongestWait);
    } else {
      wait = kFirstWait;
      settle(outcome, pending_.front().samples);
      pending_.pop_front();
      wake_.notify_all();
    }
  }
}

void RemoteWriter::settle(Outcome outcome, std::size_t samples) {
  counts_.pending -= samples;
  (outcome == Outcome::taken ? counts_.sent : counts_.lost) += samples;
}

RemoteWriter::Outcome RemoteWriter::post(const std::string& body) {
  const std::size_t path = url_.find('/', url_.find("://") + 3);
  httplib::Client client(url_.substr(0, path));
  client.set_connection_timeout(kTimeout);
  client.set_read_timeout(kTimeout);
  client.set_write_timeout(kTimeout);
  const httplib::Headers headers = {
      {"Content-Encoding", "snappy"},
      {"X-Prometheus-Remote-Write-Version", "0.1.0"},
      {"User-Agent", "netlat/" NETLAT_VERSION}};
  const auto answer =
      client.Post(path == url_.npos ? "/" : url_.substr(path).c_str(), headers,
                  body, "application/x-protobuf");
  if (!answer) {
    tell(httplib::to_string(answer.error()));
    return Outcome::later;
  }
  if (answer->status / 100 == 2) {
    tell({});
    return Outcome::taken;
  }
  tell(fmt::format("it answered {}", answer->status));
  const bool later = answer->status == kTooMany || answer->status / 100 == 5;
  return later ? Outcome::later : Outcome::refused;
}

void RemoteWriter::tell(const std::string& problem) {
  if (problem == problem_) return;
  problem_ = problem;
  say_(fmt::format("remote write to {}: {}", url_,
                   problem.empty() ? "it takes them again" : problem));
}

}  // namespace netlat
