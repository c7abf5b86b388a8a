#include "tests/lab/serve/shape.h"

namespace lab::load {

bool Shape::read(Line& line, PoolSettings& pool) {
  line.duration("cpu", cpu_ns);
  line.distribution("think", think);
  line.size("reply", reply_octets, int64_t{ReplyHead::kOctets});
  line.integer("chunks", chunks, 1);
  line.duration("every", every_ns);
  line.integer("calls", calls, 0);
  line.text("call", call);
  line.on_off("parallel", parallel);
  line.size("request", call_octets, int64_t{RequestHead::kOctets});
  line.integer("connections", pool.size, 1);
  const bool moved = line.addresses("to", to);
  const bool changed = client.read(line);
  if (call.size() > kMostShapeName)
    line.fail("shape: call is longer than 16 letters");
  return moved || changed;
}

}  // namespace lab::load
