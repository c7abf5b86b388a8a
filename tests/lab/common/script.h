// Lines carried out one after the other, and commands from outside.

#ifndef TESTS_LAB_COMMON_SCRIPT_H_
#define TESTS_LAB_COMMON_SCRIPT_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/lab/common/fd.h"
#include "tests/lab/common/line.h"
#include "tests/lab/common/loop.h"

namespace lab::load {

using ReadLine = std::function<void(Line& line, bool apply)>;

// Looks for faults first; the fault, or nothing.
std::string carry_out(const ReadLine& read, std::string_view text);

// The lines of a file, checked all at once, carried out in order.
class Script {
 public:
  // `failed` hears of a line that could not be carried out after a wait.
  Script(Loop& loop, ReadLine read, std::function<void(std::string)> failed);

  // Both return "FILE:LINE: fault" or nothing.
  std::string load(const std::string& path);
  std::string run();

 private:
  std::string place(size_t line) const;

  ReadLine read_;
  std::function<void(std::string)> failed_;
  std::string path_;
  std::vector<std::string> lines_;
  size_t next_ = 0;
  Timer wait_;
};

// A Unix socket that takes lines and answers each.
class Control {
 public:
  Control(Loop& loop, ReadLine read);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  // The fault, or nothing.
  std::string open(const std::string& path);

 private:
  void accept_one();
  void answer(int socket);

  Loop& loop_;
  ReadLine read_;
  std::string path_;
  Fd listener_;
  std::vector<Fd> callers_;
};

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_SCRIPT_H_
