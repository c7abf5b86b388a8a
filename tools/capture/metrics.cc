#include "tools/capture/metrics.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <ctime>
#include <string_view>

#include "netlat/report/metrics_protobuf.h"

namespace netlat {

namespace {

MetricTableOptions table_options(const CaptureOptions& options) {
  MetricTableOptions table;
  table.by_service = options.metrics_by_service;
  for (const Objective& o : options.objectives) {
    if (o.scope == ObjectiveScope::service) {
      table.services.push_back(o.service);
    }
    if (is_time(o.quantity)) {
      table.bounds.push_back(std::chrono::duration<double>(o.limit).count());
    }
  }
  return table;
}

Nanos processor_time() {
  timespec t{};
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return std::chrono::seconds(t.tv_sec) + Nanos(t.tv_nsec);
}

Stamp now() {
  return Stamp(std::chrono::system_clock::now().time_since_epoch());
}

}  // namespace

CaptureMetrics::CaptureMetrics(const CaptureOptions& options)
    : table_(table_options(options)),
      statm_(open("/proc/self/statm", O_RDONLY | O_CLOEXEC)),
      started_(now()) {}

CaptureMetrics::~CaptureMetrics() {
  if (statm_ >= 0) close(statm_);
}

std::uint64_t CaptureMetrics::resident_octets() const {
  std::array<char, 128> text{};
  const ssize_t n = pread(statm_, text.data(), text.size(), 0);
  if (n <= 0) return 0;
  // Pages in all, pages resident.
  const std::string_view all(text.data(), static_cast<std::size_t>(n));
  const std::size_t second = all.find(' ') + 1;
  std::uint64_t pages = 0;
  std::from_chars(all.data() + second, all.data() + all.size(), pages);
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void CaptureMetrics::send(CaptureNumbers numbers,
                          const ObjectiveSet& objectives, FrameSender& to) {
  numbers.closed = closed_;
  numbers.refused = table_.refused();
  numbers.missed = missed_;
  numbers.processor = processor_time();
  numbers.memory = resident_octets();
  numbers.started = started_;
  MetricSet set;
  table_.append_to(set);
  append_objective_metrics(objectives, set);
  append_capture_metrics(numbers, set);
  if (!to.send(FrameKind::metrics, metrics_protobuf(set))) ++missed_;
}

}  // namespace netlat
