// pcapng files: blocks with their length at both ends, in sections that each
// choose a byte order and describe their interfaces anew
// (draft-ietf-opsawg-pcapng).
//
// A block that matters is looked at once it is whole in the window; any other
// is passed over by its length, however long.  A batch never crosses the start
// of a section, so that its packets can be placed by the time of the first.

#include "lib/source/pcapng_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lib/source/wording.h"

namespace netlat {

using namespace pcapng;

namespace {

/// Of a block whose content is read, beside its packet.
constexpr std::size_t kLongestOptions = 1024 * 1024;
constexpr std::uint32_t kInterfacesPerSection = 1024;
constexpr std::size_t kInterfacesPerFile = 65'536;
constexpr std::size_t kCommentsPerFile = 16;
constexpr std::size_t kLongestComment = 4096;

bool matters(std::uint32_t type) {
  switch (type) {
    case kSectionHeader:
    case kInterfaceDescription:
    case kObsoletePacket:
    case kSimplePacket:
    case kInterfaceStatistics:
    case kEnhancedPacket:
      return true;
    default:
      return false;
  }
}

std::size_t fixed_part(std::uint32_t type) {
  switch (type) {
    case kSectionHeader:
      return kSectionFixed;
    case kInterfaceDescription:
      return kInterfaceFixed;
    case kSimplePacket:
      return kSimpleFixed;
    case kInterfaceStatistics:
      return kStatisticsFixed;
    default:
      return kPacketFixed;
  }
}

}  // namespace

std::size_t PcapngReader::read(std::span<PacketView> out) {
  while (!ended_) {
    std::size_t n = 0;
    Outcome outcome = Outcome::other;
    while (n < out.size() &&
           (outcome == Outcome::other || outcome == Outcome::packet)) {
      outcome = step(out[n], n == 0);
      if (outcome == Outcome::packet) ++n;
    }
    tally_.store(file_);
    if (n > 0) return n;
    if (outcome == Outcome::wait && !window_.fill(wanted_)) {
      stop_at_end(window_.offset(), wanted_);
    }
  }
  return 0;
}

// `fresh`: no view of the window has been given out yet, so it may be refilled
// and a section may begin.
PcapngReader::Outcome PcapngReader::step(PacketView& out, bool fresh) {
  const Bytes have = window_.available();
  wanted_ = kBlockHeader + kBlockTrailer;
  if (have.size() < wanted_) return Outcome::wait;
  Block block{load_as<std::uint32_t>(have.data(), order_), 0, have};
  if (block.type == kSectionHeader) return begin_section(block, fresh);
  block.size = get<std::uint32_t>(block, 4);
  if (block.size < wanted_ || block.size % 4 != 0) {
    return damage(fmt::format("a block of length {}", grouped(block.size)));
  }
  if (!matters(block.type)) return skip_block(block, fresh);
  if (block.size > longest_block()) {
    return damage(fmt::format("block length {} exceeds the limit of {}",
                              grouped(block.size), grouped(longest_block())));
  }
  if (have.size() < block.size) {
    wanted_ = block.size;
    return Outcome::wait;
  }
  block.bytes = have.first(block.size);
  if (get<std::uint32_t>(block, block.size - kBlockTrailer) != block.size) {
    return damage("the two lengths of the block differ");
  }
  if (block.size < fixed_part(block.type) + kBlockTrailer) {
    return damage(fmt::format("length {} is too short for block type {}",
                              block.size, block.type));
  }
  const Outcome outcome = read_block(block, out);
  if (outcome != Outcome::stop) window_.consume(block.size);
  return outcome;
}

PcapngReader::Outcome PcapngReader::read_block(const Block& block,
                                               PacketView& out) {
  switch (block.type) {
    case kInterfaceDescription:
      return describe_interface(block);
    case kInterfaceStatistics:
      return statistics(block);
    case kSimplePacket:
      return simple_packet(block, out);
    default:
      return enhanced_packet(block, out);
  }
}

PcapngReader::Outcome PcapngReader::skip_block(const Block& block, bool fresh) {
  const bool whole = block.bytes.size() >= block.size;
  if (!whole && !fresh) return Outcome::wait;
  const std::uint64_t begin = window_.offset();
  if (!window_.skip(block.size - kBlockTrailer) ||
      !window_.fill(kBlockTrailer)) {
    stop_at_end(begin, block.size);
    return Outcome::stop;
  }
  if (load_as<std::uint32_t>(window_.available().data(), order_) !=
      block.size) {
    return damage("the two lengths of the block before differ");
  }
  window_.consume(kBlockTrailer);
  return Outcome::other;
}

PcapngReader::Outcome PcapngReader::begin_section(const Block& block,
                                                  bool fresh) {
  if (!fresh) return Outcome::section;
  wanted_ = kSectionFixed + kBlockTrailer;
  if (block.bytes.size() < wanted_) return Outcome::wait;
  for (const std::endian order : {std::endian::little, std::endian::big}) {
    if (load_as<std::uint32_t>(block.bytes.data() + 8, order) ==
        kByteOrderMagic) {
      order_ = order;
    }
  }
  if (get<std::uint32_t>(block, 8) != kByteOrderMagic) {
    return damage("a section without byte order");
  }
  const std::size_t size = get<std::uint32_t>(block, 4);
  if (size < wanted_ || size % 4 != 0 || size > longest_block()) {
    return damage(fmt::format("a section header of length {}", grouped(size)));
  }
  wanted_ = size;
  if (block.bytes.size() < size) return Outcome::wait;
  if (get<std::uint32_t>(block, size - kBlockTrailer) != size) {
    return damage("the two lengths of the section header differ");
  }
  const auto major = get<std::uint16_t>(block, 12);
  if (major != 1) {
    return damage(fmt::format("pcapng of version {}.{}; known is version 1",
                              major, get<std::uint16_t>(block, 14)));
  }
  OptionWalk options(
      block.bytes.subspan(kSectionFixed, size - kSectionFixed - kBlockTrailer),
      order_);
  while (const auto option = options.next()) {
    if (option->code == kComment) keep_comment(option->value);
  }
  section_ = sections_++;
  first_interface_ = interfaces_.size();
  declared_ = 0;
  window_.consume(size);
  return Outcome::other;
}

PcapngReader::Outcome PcapngReader::describe_interface(const Block& block) {
  FileInterface interface;
  interface.id = declared_;
  interface.section = section_;
  interface.link_type = get<std::uint16_t>(block, 8);
  interface.snaplen = get<std::uint32_t>(block, 12);
  std::uint8_t resolution = kDefaultResolution;
  std::int64_t offset = 0;
  OptionWalk options(
      block.bytes.subspan(kInterfaceFixed,
                          block.size - kInterfaceFixed - kBlockTrailer),
      order_);
  while (const auto option = options.next()) {
    const Bytes value = option->value;
    if (option->code == kComment) keep_comment(value);
    if (option->code == kInterfaceName) {
      interface.name.assign(value.begin(), value.end());
    }
    if (option->code == kTimeResolution && !value.empty()) {
      resolution = value[0];
    }
    if (option->code == kTimeOffset && value.size() == sizeof offset) {
      offset = static_cast<std::int64_t>(
          load_as<std::uint64_t>(value.data(), order_));
    }
  }
  if (options.overruns()) {
    return damage("an option of the interface exceeds its block");
  }
  ++declared_;
  if (interface.id >= kInterfacesPerSection ||
      interfaces_.size() >= kInterfacesPerFile) {
    report_once(reported_interfaces_,
                "more interfaces than are kept (1,024 a section); packets of "
                "the others are passed over");
    return Outcome::other;
  }
  const auto scale = TimeScale::from(resolution, offset);
  if (!scale) {
    note(
        fmt::format("interface {} states an impossible unit of time "
                    "(if_tsresol 0x{:02x}); its packets count as untimed",
                    interface.id, resolution));
  }
  interfaces_.push_back(std::move(interface));
  InterfaceState state;
  state.scale = scale;
  states_.push_back(state);
  return Outcome::other;
}

PcapngReader::Outcome PcapngReader::statistics(const Block& block) {
  const auto id = get<std::uint32_t>(block, 8);
  if (!kept(id)) return Outcome::other;
  DropCounts& drops = states_[first_interface_ + id].drops;
  OptionWalk options(
      block.bytes.subspan(kStatisticsFixed,
                          block.size - kStatisticsFixed - kBlockTrailer),
      order_);
  while (const auto option = options.next()) {
    if (option->value.size() != sizeof(std::uint64_t)) continue;
    const auto count = load_as<std::uint64_t>(option->value.data(), order_);
    if (option->code == kInterfaceDrops)
      drops.set_interface_total(file_, count);
    if (option->code == kSystemDrops) drops.set_kernel_total(file_, count);
  }
  return Outcome::other;
}

std::size_t PcapngReader::longest_block() const {
  return options_.max_record + kLongestOptions;
}

bool PcapngReader::kept(std::uint32_t id) const {
  return id < interfaces_.size() - first_interface_;
}

PcapngReader::Outcome PcapngReader::unknown_interface(std::uint32_t id) {
  return damage(
      fmt::format("a packet of interface {}, of which the section describes {}",
                  grouped(id), grouped(declared_)));
}

PcapngReader::Outcome PcapngReader::damage(std::string_view what) {
  tally_.store(file_);
  stop_at_damage(what);
  return Outcome::stop;
}

// Records are numbered from what is stored.
void PcapngReader::report(std::string_view what) {
  tally_.store(file_);
  note(what);
}

void PcapngReader::report_once(bool& reported, std::string_view what) {
  if (!std::exchange(reported, true)) report(what);
}

void PcapngReader::keep_comment(Bytes text) {
  if (file_.comments.size() >= kCommentsPerFile) return;
  const Bytes kept_part = text.first(std::min(text.size(), kLongestComment));
  file_.comments.emplace_back(kept_part.begin(), kept_part.end());
}

bool is_pcapng(const std::uint8_t* magic) {
  return load_as<std::uint32_t>(magic, std::endian::little) == kSectionHeader;
}

Result<std::unique_ptr<CaptureReader>> open_pcapng(
    Window window, CaptureFile& file, const SourceOptions& options) {
  if (!window.fill(kSectionFixed)) {
    if (window.error()) return *window.error();
    return Error{fmt::format("cut off in its header: {} of {} bytes are there",
                             window.available().size(), kSectionFixed)};
  }
  const std::uint8_t* magic = window.available().data() + kBlockHeader;
  if (load_as<std::uint32_t>(magic, std::endian::little) != kByteOrderMagic &&
      load_as<std::uint32_t>(magic, std::endian::big) != kByteOrderMagic) {
    return Error{"begins like pcapng but has no byte-order magic"};
  }
  file.format = "pcapng";
  return std::unique_ptr<CaptureReader>(
      std::make_unique<PcapngReader>(std::move(window), file, options));
}

}  // namespace netlat
