#pragma once
// The packets of one connection, asked for when its detail is opened: most are
// never looked at, so that no capture tells of them unasked.

#include <memory>
#include <string>
#include <vector>

#include "netlat/term/flow_trace.h"
#include "netlat/term/snapshot.h"
#include "tools/top/feed.h"

namespace netlat {

class FlowPackets {
 public:
  /// Has netlat analyze read `files` for the packets of `flow`.
  void read(const FlowRow& flow, std::vector<std::string> files);
  /// The same of a file that has no others.
  void read_slice(const FlowRow& flow, const std::string& file);
  /// There will be none of `flow`, for this reason.
  void refuse(const FlowRow& flow, std::string why);
  /// Readable when show() has something new; -1 if nothing is under way.
  int news() const { return feed_ ? feed_->news() : -1; }
  /// Puts what has come into a snapshot.
  void show(Snapshot& snapshot);

 private:
  void start(bool filtered);

  FlowRow flow_;
  std::vector<std::string> files_;
  bool filtered_ = false, slice_ = false;
  std::string name_, text_;
  FlowTrace trace_;
  std::shared_ptr<const FlowTrace> read_;
  std::unique_ptr<Feed> feed_;  // last: its thread uses the above
};

}  // namespace netlat
