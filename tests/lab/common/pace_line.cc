#include "tests/lab/common/pace_line.h"

#include <utility>

namespace lab::load {

PaceLine::PaceLine(Loop& loop, std::function<void(const ReadPace&)> changed)
    : resume_(loop), changed_(std::move(changed)) {}

void PaceLine::read(Line& line, bool apply) {
  ReadPace pace;
  int64_t pause_ns = 0;
  const bool timed = line.duration("pause", pause_ns);
  const bool paused = timed || line.flag("pause");
  const bool sized = line.size("size", pace.octets, 1);
  if (sized && !line.duration("every", pace.every_ns))
    line.fail("read: size needs every=DURATION");
  if (!sized && !paused && !line.flag("on"))
    line.fail(
        "read: expected on, pause[=DURATION] or size=SIZE every=DURATION");
  line.finish();
  if (!apply || !line.good()) return;
  resume_.cancel();
  pace_ = paused && !sized ? pace_ : pace;
  pace_.paused = paused;
  changed_(pace_);
  if (!timed) return;
  resume_.after(pause_ns, [this] {
    pace_.paused = false;
    changed_(pace_);
  });
}

}  // namespace lab::load
