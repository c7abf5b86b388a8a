#include "tools/analyze/analysis.h"

#include <unistd.h>

#include <algorithm>

#include "netlat/report/file_order.h"

namespace netlat {

namespace {

// Offline the limit may rise by itself to half of the memory there is.
FlowLimits flow_limits(const Options& options) {
  FlowLimits limits;
  if (options.flow_memory) {
    limits.memory = limits.memory_ceiling = *options.flow_memory;
  } else {
    const auto pages = sysconf(_SC_PHYS_PAGES);
    const auto page = sysconf(_SC_PAGESIZE);
    if (pages > 0 && page > 0) {
      const auto half =
          static_cast<std::size_t>(pages) / 2 * static_cast<std::size_t>(page);
      limits.memory_ceiling = std::max(limits.memory, half);
    }
  }
  if (options.idle_split) limits.idle_split = *options.idle_split;
  limits.ignore_tunnels = options.key_no_vni;
  return limits;
}

}  // namespace

Analysis::Analysis(const Options& options, PacketSource& source,
                   RecordSink& sink)
    : options_(options),
      source_(source),
      measurement_(flow_limits(options), sink, options.segments) {
  if (options.progress) measurement_.report_progress_every(*options.progress);
  decode_options_.vxlan_ports = options.vxlan_ports;
}

Result<std::unique_ptr<Analysis>> Analysis::prepare(const Options& options,
                                                    PacketSource& source,
                                                    RecordSink& sink) {
  std::unique_ptr<Analysis> run(new Analysis(options, source, sink));
  if (!options.filter.empty()) {
    auto filter = BpfFilter::compile(options.filter);
    if (!filter) return std::move(filter.error()).within("--filter");
    run->filter_ = std::move(*filter);
  }
  run->selective_ = run->filter_ || options.since || options.until;
  return run;
}

// The bounds may depend on the first packet that has a time.
bool Analysis::in_time(const PacketView& packet) {
  if (!options_.since && !options_.until) return true;
  if (!packet.has_time) return false;
  if (!bounds_known_) {
    if (options_.since) since_ = options_.since->resolve(packet.time);
    if (options_.until) until_ = options_.until->resolve(packet.time);
    bounds_known_ = true;
  }
  return (!since_ || packet.time >= *since_) &&
         (!until_ || packet.time < *until_);
}

bool Analysis::wanted(const PacketView& packet, std::uint32_t link_type) {
  return in_time(packet) && (!filter_ || filter_->matches(packet, link_type));
}

void Analysis::feed(std::span<const PacketView> packets) {
  accounts_.resize(source_.files().size());
  packets_ += packets.size();
  const bool one_interface = source_.interfaces().size() == 1;
  std::size_t n = 0;
  while (!packets.empty()) {
    // Packets of one interface share what is to be looked up.
    const std::uint32_t interface = packets.front().interface;
    std::size_t run = one_interface ? packets.size() : 1;
    while (run < packets.size() && packets[run].interface == interface) ++run;
    n = take_run(packets.first(run), source_.interfaces()[interface], n);
    packets = packets.subspan(run);
  }
  measurement_.advance({segments_.data(), n});
  if (measurement_.copies_in_batch()) recount_duplicates(n);
  if (intervals_ != nullptr) {
    intervals_->advance({segments_.data(), n}, measurement_);
  }
}

std::size_t Analysis::take_run(std::span<const PacketView> packets,
                               const CaptureInterface& at, std::size_t n) {
  PacketAccount& account = accounts_[at.file];
  VerdictCounts counts{};
  const auto decode = [&](std::span<const PacketView> some, std::size_t end) {
    return end + decode_run(some, at.link_type, decode_options_,
                            std::span(segments_).subspan(end), counts);
  };
  std::size_t end = n;
  if (!selective_) {
    end = decode(packets, end);
  } else {
    for (; !packets.empty(); packets = packets.subspan(1)) {
      if (wanted(packets.front(), at.link_type)) {
        end = decode(packets.first(1), end);
      } else {
        ++account.filtered;
      }
    }
  }
  for (std::size_t verdict = 0; verdict < counts.size(); ++verdict) {
    if (counts[verdict] == 0) continue;
    account.count(static_cast<Verdict>(verdict), counts[verdict]);
  }
  for (; n < end; ++n) {
    Segment& s = segments_.data()[n];
    s.vantage = vantages_.of(at.vantage, s.ifindex);
    file_of_.data()[n] = at.file;
  }
  return end;
}

void Analysis::recount_duplicates(std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    if (segments_[i].transport != Transport::tcp) continue;
    accounts_[file_of_[i]].recount(measurement_.facts()[i]);
  }
}

std::vector<CaptureRecord> Analysis::captures() const {
  std::vector<CaptureRecord> out;
  for (std::size_t i = 0; i < source_.files().size(); ++i) {
    const CaptureFile& file = source_.files()[i];
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
  for (const CaptureInterface& at : source_.interfaces()) {
    out[at.file].interfaces.push_back(
        {at.id, at.name, at.link_type, at.snaplen, at.vantage});
  }
  relate_files(out);
  return out;
}

std::vector<std::string> Analysis::vantage_names() const {
  std::vector<std::string> sources;
  for (const CaptureInterface& at : source_.interfaces()) {
    if (at.vantage >= sources.size()) sources.resize(at.vantage + 1);
    if (!sources[at.vantage].empty()) continue;
    sources[at.vantage] =
        source_.files()[at.file].path + '#' + std::to_string(at.id);
  }
  return vantages_.names(sources);
}

}  // namespace netlat
