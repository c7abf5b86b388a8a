#pragma once
// A capture from its first packet to its last line.

#include <memory>
#include <string>

#include "tools/capture/options.h"
#include "tools/capture/outlets.h"
#include "tools/capture/publishing.h"
#include "tools/capture/service.h"
#include "tools/capture/session.h"

namespace netlat {

class Capture {
 public:
  /// Everything is open and this process confined.  All but `zones` must
  /// outlive this object; `publishing` and `zones` may be null.
  Capture(const CaptureOptions& options, LiveSource& source,
          ServiceManager& manager, Publishing* publishing,
          std::unique_ptr<CaptureZones> zones);

  /// Until a signal, or until nobody takes the answer; the exit status.
  int run();

 private:
  void measure();
  void read_the_rest();
  void tend();
  void take_reloaded(const Reloaded& reloaded);
  bool usable() const;
  void close(std::chrono::steady_clock::time_point began);
  std::string screen() const;
  void say(const std::string& sentence) const;

  const CaptureOptions& options_;
  LiveSource& source_;
  ServiceManager& manager_;
  Publishing* publishing_;
  BoundedOutput out_;
  Outlets outlets_;
  Session session_;
};

}  // namespace netlat
