#pragma once
// State of reading one pcapng file.

#include "lib/source/capture_reader.h"
#include "lib/source/drop_counts.h"
#include "lib/source/pcapng_format.h"
#include "lib/source/tally.h"
#include "lib/source/time_scale.h"

namespace netlat {

class PcapngReader final : public CaptureReader {
 public:
  PcapngReader(Window window, CaptureFile& file, const SourceOptions& options)
      : CaptureReader(std::move(window), file, options) {}

  std::size_t read(std::span<PacketView> out) override;

 private:
  /// What a block came to.
  enum class Outcome {
    packet,   ///< one view filled
    other,    ///< nothing to give out
    wait,     ///< more of it has to be in the window
    section,  ///< begins another section
    stop,     ///< ended, and said why
  };
  struct Block {
    std::uint32_t type;
    std::size_t size;
    Bytes bytes;  ///< whole block
  };
  /// A packet as its block states it.
  struct PacketFields {
    std::uint32_t interface = 0;
    std::uint64_t ticks = 0;
    Bytes data;
    std::uint32_t wire_length = 0;
  };
  /// What is known of an interface besides what FileInterface says.
  struct InterfaceState {
    std::optional<TimeScale> scale;
    Stamp last = Stamp::min();
    DropCounts drops;
  };

  Outcome step(PacketView& out, bool fresh);
  Outcome skip_block(const Block& block, bool fresh);
  Outcome begin_section(const Block& block, bool fresh);
  Outcome read_block(const Block& block, PacketView& out);
  Outcome describe_interface(const Block& block);
  Outcome statistics(const Block& block);
  Outcome enhanced_packet(const Block& block, PacketView& out);
  Outcome simple_packet(const Block& block, PacketView& out);

  void give(const PacketFields& fields, InterfaceState& state, PacketView& out);
  void packet_options(Bytes options, bool enhanced, InterfaceState& state,
                      PacketView& out);
  std::size_t longest_block() const;
  /// Whether this section has an interface of that number and it was kept.
  bool kept(std::uint32_t id) const;
  Outcome unknown_interface(std::uint32_t id);
  Outcome damage(std::string_view what);
  void report(std::string_view what);
  void report_once(bool& reported, std::string_view what);
  void keep_comment(Bytes text);

  template <class T>
  T get(const Block& block, std::size_t at) const {
    return load_as<T>(block.bytes.data() + at, order_);
  }

  std::endian order_ = std::endian::little;
  std::vector<InterfaceState> states_;  ///< parallel to interfaces_
  std::size_t first_interface_ = 0;     ///< of this section
  std::uint32_t declared_ = 0;          ///< in this section, kept or not
  std::uint32_t sections_ = 0;
  Tally tally_;             ///< of the batch, up to the last problem
  Stamp last_time_;         ///< of the last record that had one
  std::size_t wanted_ = 0;  ///< octets that `Outcome::wait` is for
  bool reported_time_ = false, reported_options_ = false;
  bool reported_interfaces_ = false;
};

}  // namespace netlat
