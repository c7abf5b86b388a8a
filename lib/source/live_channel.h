#pragma once
// What the measuring process and the opener say to each other: whole messages
// of fixed size through a SOCK_SEQPACKET pair, nothing to parse.

#include <linux/filter.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "netlat/source/live_source.h"

namespace netlat {

/// As many as the kernel takes (BPF_MAXINSNS).
inline constexpr std::size_t kMostInstructions = 4096;
/// IFNAMSIZ, the closing 0 included.
inline constexpr std::size_t kNameSize = 16;

/// Threads that can share one interface: their sockets fit one message.
inline constexpr std::size_t kMostThreads = kMostLiveThreads;

/// Open this interface.
struct OpenRequest {
  std::array<char, kNameSize> name{};  ///< empty: all interfaces
  /// Not if the name still has this index; 0 for any case.
  std::uint32_t unless_index = 0;
  std::uint32_t block_size = 0;  ///< of the ring, octets
  std::uint32_t blocks = 0;
  std::uint32_t promiscuous = 0;
  /// As many sockets, of which each gets a share (live_steering.h).
  std::uint32_t threads = 1;
  std::uint32_t instructions = 0;  ///< how many of `filter`
  std::array<sock_filter, kMostInstructions> filter{};
};

/// The rings' sockets come with it if `error` is 0, in order of thread.
struct OpenReply {
  std::int32_t error = 0;     ///< errno; EALREADY: see unless_index
  std::uint32_t call = 0;     ///< OpenCall, which failed
  std::uint32_t ifindex = 0;  ///< 0 for all interfaces
};

enum class OpenCall : std::uint32_t {
  socket,
  name,
  filter,
  ring,
  bind,
  fanout,
};

/// After this long the kernel hands over a block that is not full.
inline constexpr unsigned kRetireMilliseconds = 100;

// Each is done or fails as a whole; EINTR is retried.

bool send_request(int channel, const OpenRequest& request);
/// False at the end, or for what is no request.
bool receive_request(int channel, OpenRequest& request);
/// `fds`, kMostThreads at most, go along; the caller's stay open.
bool send_reply(int channel, const OpenReply& reply, std::span<const int> fds);
/// The first `count` of `fds` are the caller's from now on.
struct ReceivedReply {
  OpenReply reply;
  std::array<int, kMostThreads> fds{};
  std::size_t count = 0;
};
std::optional<ReceivedReply> receive_reply(int channel);

}  // namespace netlat
