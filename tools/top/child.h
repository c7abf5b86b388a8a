#pragma once
// Another program of netlat, whose records we read.

#include <optional>
#include <string>
#include <vector>

#include "netlat/base/result.h"

namespace netlat {

class Child {
 public:
  /// Runs `netlat-TOOL` of this installation.  It is told to end when we do,
  /// however that happens.
  static Result<Child> start(const std::string& tool,
                             const std::vector<std::string>& arguments);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  /// Ends it, and waits for that a second at most before it is killed.
  ~Child();

  /// Its standard output; valid as long as the Child.
  int output() const { return output_; }
  /// Asks it to end.
  void stop();
  /// Asks a capture to write down what its flight recorder holds.
  Result<void> record();
  /// Once its output is of no interest any more: what it said on standard error
  /// if it failed, or that it was killed; nothing if it ended well.
  std::optional<Error> failure();

 private:
  Child(std::string tool, int pid, int output, int errors)
      : tool_(std::move(tool)), pid_(pid), output_(output), errors_(errors) {}
  std::string last_words() const;
  void wait();

  std::string tool_;
  int pid_ = -1, output_ = -1, errors_ = -1;
  int status_ = 0;
};

}  // namespace netlat
