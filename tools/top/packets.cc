#include "tools/top/packets.h"

#include <fmt/format.h>

#include <utility>

#include "netlat/term/ui_state.h"

namespace netlat {

namespace {

std::string filter_of(const FlowRow& f) {
  return fmt::format("tcp and host {} and host {} and port {} and port {}",
                     f.client.text(), f.server.text(), f.client_port,
                     f.server_port);
}

}  // namespace

void FlowPackets::read(const FlowRow& flow, std::vector<std::string> files) {
  refuse(flow, "reading its packets ...");
  flow_ = flow;
  files_ = std::move(files);
  slice_ = false;
  start(true);
}

void FlowPackets::read_slice(const FlowRow& flow, const std::string& file) {
  refuse(flow, "reading its packets ...");
  flow_ = flow;
  files_ = {file};
  slice_ = true;
  start(false);
}

// A filter is many times as fast as reading it all, but sees into no tunnel
// and, on most links, behind no VLAN tag.
void FlowPackets::start(bool filtered) {
  std::vector<std::string> words = {"--segments", "-q"};
  if (filtered) words.insert(words.end(), {"-f", filter_of(flow_)});
  words.emplace_back("--");
  words.insert(words.end(), files_.begin(), files_.end());
  filtered_ = filtered;
  auto child = Child::start("analyze", words);
  if (!child) {
    text_ = child.error().message;
    return;
  }
  feed_ = std::make_unique<Feed>(
      std::move(*child), [this, filtered](Record record, std::string_view) {
        const auto* segment = std::get_if<SegmentRow>(&record);
        // Ports may have had another connection before or after; numbers are
        // those of our own reading only if nothing is left out.
        if (segment != nullptr && segment->time >= flow_.start_time &&
            segment->time <= flow_.end_time &&
            (filtered || slice_ || segment->flow == flow_.id)) {
          trace_.add(*segment);
        }
      });
}

void FlowPackets::refuse(const FlowRow& flow, std::string why) {
  feed_.reset();
  read_.reset();
  trace_ = FlowTrace{};
  name_ = flow_name(flow);
  text_ = std::move(why);
}

void FlowPackets::show(Snapshot& snapshot) {
  if (feed_) feed_->take_news();
  if (feed_ && feed_->ended()) {
    const auto failure = feed_->failure();
    feed_.reset();
    if (trace_.packets() > 0) {
      read_ = std::make_shared<const FlowTrace>(std::move(trace_));
    } else if (!failure && filtered_) {
      start(false);
    } else {
      text_ = failure ? failure->message : "no packet of it was found";
    }
  }
  snapshot.trace = read_;
  snapshot.trace_of = name_;
  snapshot.trace_text = text_;
}

}  // namespace netlat
