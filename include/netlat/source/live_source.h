#pragma once
// Packets from network interfaces as they pass.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "netlat/base/packet_view.h"
#include "netlat/base/result.h"
#include "netlat/source/live_opener.h"

namespace netlat {

inline constexpr std::size_t kMostLiveThreads = 16;

struct LiveOptions {
  std::string filter;           ///< pcap-filter(7); empty: none
  std::uint32_t snaplen = 256;  ///< octets of each frame
  /// Octets an interface, for each thread.
  std::size_t buffer = std::size_t{16} << 20;
  bool promiscuous = true;
  /// That share the packets, 1 to kMostLiveThreads.
  std::size_t threads = 1;
};

/// What PacketView::interface refers to.
struct LiveInterface {
  std::string name;
  std::uint32_t link_type = 0;  ///< LINKTYPE_
  std::uint32_t vantage = 0;    ///< capture point: one for each name
};

/// Since the source was opened, over all its interfaces.
struct LiveCounts {
  std::uint64_t received = 0;      ///< passed the kernel's filter
  std::uint64_t kernel_drops = 0;  ///< of these, no room in the ring
  /// Lost by the devices before; nothing where they do not count.
  std::optional<std::uint64_t> interface_drops;
  std::uint64_t filtered = 0;  ///< of those received, did not match after all
};

/// The names of all interfaces there are.
std::vector<std::string> interface_names();

/// What one thread reads.  No other may call its functions.
class LiveSource {
 public:
  virtual ~LiveSource() = default;

  /// Fills `out` from the front, perhaps not all of it, and says how many; 0
  /// if none came for `wait` or a signal did.  The views are valid until the
  /// next call.  Packets of one interface come in its order, those of several
  /// as they are found.  Requires: 0 < out.size() <= kBatch.
  virtual std::size_t read(std::span<PacketView> out, Nanos wait) = 0;

  /// Every packet of this thread's stamped earlier has been given out.
  virtual Stamp complete_until() const = 0;
  /// Asks the kernel about this thread's rings; the devices' own drops are
  /// those of all threads.
  virtual LiveCounts counts() = 0;

  /// Grows while reading; indices stay valid, and mean the same to all threads.
  const std::vector<LiveInterface>& interfaces() const { return interfaces_; }

 protected:
  std::vector<LiveInterface> interfaces_;
};

/// All threads' sources, and what there is to do for all of them: by one
/// thread, which may be one of those that read.
class LiveSources {
 public:
  /// Opens interfaces by name, or all there are or will be if the only name is
  /// "any".  Fails with the first that cannot be opened; what to do about a
  /// permission is left to the caller to say.
  static Result<std::unique_ptr<LiveSources>> open(
      const std::vector<std::string>& names, const LiveOptions& options,
      std::unique_ptr<LiveOpener> opener);
  /// What to tell the opener when it is started for `names`.
  static std::vector<std::string> opener_names(
      const std::vector<std::string>& names);
  virtual ~LiveSources() = default;

  /// LiveOptions::threads.
  virtual std::size_t count() const = 0;
  /// Both directions of a connection come to the same one
  /// (lib/source/live_steering.h).
  virtual LiveSource& at(std::size_t thread) = 0;

  /// To be called often: opens again what has come back.  Sentences about
  /// interfaces that went and came since the last call.
  virtual std::vector<std::string> tend() = 0;
  /// Interfaces opened again after they vanished.
  virtual std::uint64_t restarts() const = 0;
  /// As far as any thread has seen a packet of them.
  virtual std::vector<LiveInterface> interfaces() const = 0;
  /// The channel to the opener, for the sandbox.
  virtual int channel() const = 0;
};

}  // namespace netlat
