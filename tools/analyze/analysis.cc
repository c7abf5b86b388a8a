#include "tools/analyze/analysis.h"

namespace netlat {

Result<Analysis> Analysis::prepare(const Options& options,
                                   PacketSource& source) {
  Analysis run(options, source);
  if (!options.filter.empty()) {
    auto filter = BpfFilter::compile(options.filter);
    if (!filter) return std::move(filter.error()).within("--filter");
    run.filter_ = std::move(*filter);
  }
  return run;
}

// The bounds may depend on the first packet that has a time.
bool Analysis::in_time(const PacketView& packet) {
  if (!options_->since && !options_->until) return true;
  if (!packet.has_time) return false;
  if (!bounds_known_) {
    if (options_->since) since_ = options_->since->resolve(packet.time);
    if (options_->until) until_ = options_->until->resolve(packet.time);
    bounds_known_ = true;
  }
  return (!since_ || packet.time >= *since_) &&
         (!until_ || packet.time < *until_);
}

bool Analysis::wanted(const PacketView& packet, std::uint32_t link_type) {
  return in_time(packet) && (!filter_ || filter_->matches(packet, link_type));
}

void Analysis::count(Verdict verdict, PacketAccount& account) const {
  switch (verdict) {
    case Verdict::tcp:
      ++account.tcp;
      break;
    case Verdict::udp:
      ++account.udp;
      break;
    case Verdict::icmp:
      ++account.icmp;
      break;
    case Verdict::other:
      ++account.other;
      break;
    case Verdict::truncated:
      ++account.truncated;
      break;
    case Verdict::malformed:
      ++account.malformed;
      break;
    case Verdict::too_deep:
      ++account.too_deep;
      break;
    case Verdict::unsupported_link:
      ++account.unsupported_link;
      break;
  }
}

void Analysis::feed(std::span<const PacketView> packets) {
  accounts_.resize(source_->files().size());
  Segment segment;
  for (const PacketView& packet : packets) {
    const CaptureInterface& at = source_->interfaces()[packet.interface];
    PacketAccount& account = accounts_[at.file];
    ++packets_;
    if (!wanted(packet, at.link_type)) {
      ++account.filtered;
      continue;
    }
    count(decode(packet, at.link_type, decode_options_, segment), account);
  }
}

std::vector<CaptureRecord> Analysis::captures() const {
  std::vector<CaptureRecord> out;
  for (std::size_t i = 0; i < source_->files().size(); ++i) {
    const CaptureFile& file = source_->files()[i];
    CaptureRecord& c = out.emplace_back();
    c.source = file.path;
    c.format = file.format;
    if (i < accounts_.size()) c.account = accounts_[i];
    c.packets = c.account.total();
    c.bytes = file.bytes;
    c.first = file.first;
    c.last = file.last;
    c.clock_backsteps = file.clock_backsteps;
    c.untimed = file.untimed;
    c.kernel_drops = file.kernel_drops;
    c.interface_drops = file.interface_drops;
    c.input_truncated = file.input_truncated;
  }
  for (const CaptureInterface& at : source_->interfaces()) {
    out[at.file].interfaces.push_back(
        {at.id, at.name, at.link_type, at.snaplen});
  }
  return out;
}

AnalysisReport Analysis::report() const {
  AnalysisReport report;
  report.files = captures();
  report.filter = options_->filter;
  report.worst_by = sort_key_title(options_->sort);
  return report;
}

}  // namespace netlat
