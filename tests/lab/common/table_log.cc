#include "tests/lab/common/table_log.h"

#include <fcntl.h>

#include <chrono>
#include <string_view>

namespace lab::load {
namespace {

constexpr auto kPeriod = std::chrono::milliseconds(50);

// A full disk loses rows, never the run.
void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t done = write(fd, text.data(), text.size());
    if (done <= 0) return;
    text.remove_prefix(static_cast<size_t>(done));
  }
}

}  // namespace

TableLog::TableLog(const std::string& path, const std::string& header)
    : file_(
          open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
  if (!file_) return;
  pending_ = header + '\n';
  writer_ = std::thread([this] { write_rows(); });
}

TableLog::~TableLog() {
  if (!writer_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.notify_one();
  writer_.join();
}

void TableLog::write_rows() {
  std::string rows;
  bool last = false;
  while (!last) {
    {
      std::unique_lock lock(mutex_);
      stopping_.wait_for(lock, kPeriod, [this] { return stop_; });
      last = stop_;
      rows.swap(pending_);
    }
    write_all(file_.get(), rows);
    rows.clear();
  }
}

}  // namespace lab::load
