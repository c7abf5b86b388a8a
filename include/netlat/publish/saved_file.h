#pragma once
// A file that appears whole or not at all.

#include <optional>
#include <string>
#include <string_view>

#include "netlat/base/result.h"

namespace netlat {

class SavedFile {
 public:
  /// Begins NAME.part in `directory`; `name` holds no slash.
  static Result<SavedFile> begin(const std::string& directory,
                                 const std::string& name);
  SavedFile(SavedFile&& other) noexcept;
  SavedFile& operator=(SavedFile&&) = delete;
  /// What was not finished is removed.
  ~SavedFile();

  Result<void> append(std::string_view octets);
  /// What it is called as long as it is not finished, without directory.
  std::string unfinished_name() const;
  /// On disk, under its name; the path.
  Result<std::string> finish();

 private:
  SavedFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  Error failed() const;

  int fd_;
  std::string path_;  // without .part
};

}  // namespace netlat
