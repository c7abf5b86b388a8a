#include "tests/lab/common/connection_log.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/lab/common/values.h"

namespace lab::load {
namespace {

constexpr const char* kHeader =
    "time_ns\tevent\trole\tlocal\tremote\treason\tbegun_ns\tconnected_ns\t"
    "secured_ns\ttls\tresumed\ttotal_retrans\tbytes_retrans\tmin_rtt_us\t"
    "rtt_us\trttvar_us\tdelivered\tdsack_dups\treord_seen\tdata_segs_out\t"
    "segs_out\tdata_segs_in\tsegs_in\tbytes_sent\tbytes_acked\t"
    "bytes_received\tbusy_us\trwnd_limited_us\tsndbuf_limited_us";

// What an older kernel does not tell stays zero.
tcp_info kernel_counts(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (socket >= 0) getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size);
  return info;
}

}  // namespace

ConnectionLog::ConnectionLog(const std::string& path) : table_(path, kHeader) {}

void ConnectionLog::write(std::string_view event, std::string_view reason,
                          const ConnectionFacts& facts, int socket) {
  const tcp_info info = kernel_counts(socket);
  // The kernel packs some of its counts: fmt takes copies.
  const auto whole = [](uint64_t value) { return value; };
  table_.row(
      "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}"
      "\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
      realtime_ns(), event, facts.role, facts.local, facts.remote, reason,
      facts.begun_ns, facts.connected_ns, facts.secured_ns, facts.tls,
      facts.resumed ? 1 : 0, whole(info.tcpi_total_retrans),
      whole(info.tcpi_bytes_retrans), whole(info.tcpi_min_rtt),
      whole(info.tcpi_rtt), whole(info.tcpi_rttvar), whole(info.tcpi_delivered),
      whole(info.tcpi_dsack_dups), whole(info.tcpi_reord_seen),
      whole(info.tcpi_data_segs_out), whole(info.tcpi_segs_out),
      whole(info.tcpi_data_segs_in), whole(info.tcpi_segs_in),
      whole(info.tcpi_bytes_sent), whole(info.tcpi_bytes_acked),
      whole(info.tcpi_bytes_received), whole(info.tcpi_busy_time),
      whole(info.tcpi_rwnd_limited), whole(info.tcpi_sndbuf_limited));
}

}  // namespace lab::load
