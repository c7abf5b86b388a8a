// TCP options one by one.

#include "lib/packet/tcp.h"

namespace netlat {
namespace {

/// Octets an option of this kind must have, 0 for any.
std::size_t fixed_length(std::uint8_t kind) noexcept {
  switch (kind) {
    case 2:
      return 4;  // maximum segment size
    case 3:
      return 3;  // window scale
    case 4:
      return 2;  // SACK permitted
    case 8:
      return 10;  // timestamps
    default:
      return 0;
  }
}

void read_sack(Bytes blocks, TcpFields& out) noexcept {
  constexpr std::size_t kBlock = 8;
  out.sack_count = 0;
  for (; blocks.size() >= kBlock && out.sack_count < out.sack.size();
       blocks = blocks.subspan(kBlock)) {
    out.sack[out.sack_count++] = {{load_be32(blocks.data())},
                                  {load_be32(blocks.data() + 4)}};
  }
}

/// Requires: `value` has the length the kind must have.
void read_option(std::uint8_t kind, Bytes value, TcpFields& out) noexcept {
  constexpr std::uint8_t kLargestShift = 14;  // RFC 7323 2.3
  switch (kind) {
    case 2:
      out.mss = load_be16(value.data());
      break;
    case 3:
      out.window_scale = std::min(value[0], kLargestShift);
      out.has_window_scale = true;
      break;
    case 4:
      out.sack_permitted = true;
      break;
    case 5:
      read_sack(value, out);
      break;
    case 8:
      read_timestamps(value.data(), out);
      break;
    default:
      break;
  }
}

}  // namespace

// Each turn consumes an octet or more of at most 40 the header has room for.
void read_tcp_options(Bytes options, TcpFields& out) noexcept {
  constexpr std::uint8_t kEnd = 0, kNoOperation = 1, kSack = 5;
  while (!options.empty() && options[0] != kEnd) {
    const std::uint8_t kind = options[0];
    if (kind == kNoOperation) {
      options = options.subspan(1);
      continue;
    }
    const std::size_t length = options.size() < 2 ? 0 : options[1];
    const std::size_t fixed = fixed_length(kind);
    const bool wrong =
        length < 2 || length > options.size() ||
        (fixed != 0 && length != fixed) ||
        (kind == kSack && (length < 10 || (length - 2) % 8 != 0));
    if (wrong) {
      // What the snapshot length cut in two is not wrong.
      const bool cut =
          out.options_cut && (options.size() < 2 || length > options.size());
      out.options_bad = !cut;
      return;
    }
    read_option(kind, options.subspan(2, length - 2), out);
    options = options.subspan(length);
  }
}

}  // namespace netlat
