// A kind of request as the server answers it.

#ifndef TESTS_LAB_SERVE_SHAPE_H_
#define TESTS_LAB_SERVE_SHAPE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/lab/common/frame.h"
#include "tests/lab/common/line.h"
#include "tests/lab/common/targets.h"
#include "tests/lab/common/values.h"

namespace lab::load {

struct Shape {
  int64_t cpu_ns = 0;  // keeps the processor, and the whole program, busy
  Duration think;
  int64_t reply_octets = 200;
  int64_t chunks = 1;    // write() calls for a reply
  int64_t every_ns = 0;  // between them

  int64_t calls = 0;  // to a dependency, before the reply
  std::string call;   // the shape asked for there
  bool parallel = false;
  int64_t call_octets = 200;
  std::vector<Address> to;
  ClientOptions client;
  std::shared_ptr<Targets> targets;  // null without calls

  // True if what `targets` are made of has changed.
  bool read(Line& line, PoolSettings& pool);
};

}  // namespace lab::load

#endif  // TESTS_LAB_SERVE_SHAPE_H_
