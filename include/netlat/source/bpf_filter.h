#pragma once
// tcpdump's filter language over packets from any source.

#include <map>
#include <memory>
#include <string>

#include "netlat/base/packet_view.h"
#include "netlat/base/result.h"

namespace netlat {

/// A pcap-filter(7) expression, compiled by libpcap once per link type.
/// Matches the frame as captured: inside a tunnel only what the language
/// itself can reach.  Not for use by two threads at once.
class BpfFilter {
 public:
  /// Compiles for Ethernet at once, so that a wrong expression is told before
  /// any file is read.  The error carries libpcap's own sentence.
  static Result<BpfFilter> compile(const std::string& expression);
  BpfFilter(BpfFilter&&) noexcept;
  BpfFilter& operator=(BpfFilter&&) noexcept;
  ~BpfFilter();

  /// False also for link types on which the expression cannot compile.
  bool matches(const PacketView& packet, std::uint32_t link_type);
  /// Link types met on which the expression could not be compiled, with why.
  const std::map<std::uint32_t, std::string>& refused() const;

 private:
  struct Programs;
  explicit BpfFilter(std::unique_ptr<Programs> programs);
  std::unique_ptr<Programs> programs_;
};

}  // namespace netlat
