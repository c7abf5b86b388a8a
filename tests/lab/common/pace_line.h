// The line both programs have for how fast they read.
//
//   read on                     all that comes, at once
//   read size=16kB every=20ms   so much at a time, on each connection
//   read pause=1.5s             nothing for so long, then as before
//   read pause                  nothing until told

#ifndef TESTS_LAB_COMMON_PACE_LINE_H_
#define TESTS_LAB_COMMON_PACE_LINE_H_

#include <functional>

#include "tests/lab/common/channel.h"
#include "tests/lab/common/line.h"
#include "tests/lab/common/loop.h"

namespace lab::load {

class PaceLine {
 public:
  // `changed` is called with each new pace.
  PaceLine(Loop& loop, std::function<void(const ReadPace&)> changed);

  void read(Line& line, bool apply);
  const ReadPace& pace() const { return pace_; }

 private:
  ReadPace pace_;
  Timer resume_;
  std::function<void(const ReadPace&)> changed_;
};

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_PACE_LINE_H_
