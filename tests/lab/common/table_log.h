// A table of tab-separated lines that grows while the program runs.
//
// Rows are put together in memory; a second thread writes them each 50 ms, so
// that a slow disk never delays a request.

#ifndef TESTS_LAB_COMMON_TABLE_LOG_H_
#define TESTS_LAB_COMMON_TABLE_LOG_H_

#include <fmt/format.h>

#include <condition_variable>
#include <iterator>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "tests/lab/common/fd.h"

namespace lab::load {

class TableLog {
 public:
  // The file is made anew and starts with `header`, a line without its end.
  TableLog(const std::string& path, const std::string& header);
  // Writes what is left.
  ~TableLog();
  TableLog(const TableLog&) = delete;
  TableLog& operator=(const TableLog&) = delete;

  // False if the file could not be made; errno says why.
  bool good() const { return static_cast<bool>(file_); }

  template <class... Values>
  void row(fmt::format_string<Values...> form, Values&&... values) {
    const std::lock_guard lock(mutex_);
    fmt::format_to(std::back_inserter(pending_), form,
                   std::forward<Values>(values)...);
    pending_.push_back('\n');
  }

 private:
  void write_rows();

  Fd file_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stop_ = false;
  std::string pending_;
  std::thread writer_;
};

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_TABLE_LOG_H_
