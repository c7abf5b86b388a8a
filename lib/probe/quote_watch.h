#pragma once
// A raw socket that sees whole ICMP errors, where the host permits one.

#include <functional>
#include <memory>

#include "lib/probe/fd.h"
#include "lib/probe/quote.h"
#include "lib/probe/socket_message.h"

namespace netlat {

class QuoteWatch {
 public:
  /// Null without CAP_NET_RAW.
  static std::unique_ptr<QuoteWatch> open(bool v6);

  /// Calls `take` with every quote that has come; never waits.
  void read(const std::function<void(const Quote&)>& take);

 private:
  QuoteWatch(OwnedFd fd, bool v6) : fd_(std::move(fd)), v6_(v6) {}

  OwnedFd fd_;
  bool v6_;
  MessageReader reader_;
};

}  // namespace netlat
