// The lasting faults of one ordered pair of devices, as `set` writes them.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "netlat/base/result.h"
#include "tests/lab/common/values.h"
#include "tests/lab/wire/packet_view.h"

namespace lab {

// Which packets faults apply to. Delay and jitter apply to all, and faults
// never to IPv6 multicast.
struct Filter {
  enum class What : uint8_t { kAll, kTcpPort, kIcmp, kHost };
  What what = What::kAll;
  uint16_t port = 0;
  Address host;

  bool matches(const PacketView& view) const;
};

// Two states; the chances of changing from one to the other are per packet.
struct Gilbert {
  double to_bad = 0;
  double to_good = 0;
  double loss_good = 0;
  double loss_bad = 1;
};

struct Settings {
  int64_t delay_ns = 0;
  Duration jitter;
  double loss = 0;
  std::optional<Gilbert> gilbert;
  int64_t rate_bps = 0;      // 0: as fast as packets come
  int64_t queue_octets = 0;  // 0: 100 ms of the rate, at least 32 kB
  double reorder = 0;
  int64_t reorder_ns = 0;
  double duplicate = 0;
  int64_t mtu = 0;  // of the IP packet; 0: any
  bool mtu_icmp = false;
  bool blackout = false;
  bool hold = false;
  bool zero_ip_id = false;
  Filter only;
};

// Applies "delay=10ms", "loss=1%", "reset" and so on, in their order. On an
// error `settings` is unspecified.
netlat::Result<void> change_settings(std::span<const std::string_view> words,
                                     Settings& settings);

}  // namespace lab
