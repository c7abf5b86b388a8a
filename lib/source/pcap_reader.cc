// pcap files: a 24-octet header, then records of 16 octets and their packet
// (draft-ietf-opsawg-pcap).  The magic number tells byte order, unit of time
// and, for one old dialect, eight more octets per record header.
//
// Nothing but its length tells a record from octets that are none.  No tcpdump
// writes one of more than 262,144 octets, its limit for a snapshot length, but
// others write BIG TCP packets whole, which are twice that, and D-Bus or USB
// transfers of any size.  So a longer record is believed if it could not well
// be as long by accident: it holds the whole packet, or is cut at the snapshot
// length of the file.
//
// The loop below is the fast path of the program: per record four loads, one
// bounds check, and the tally in registers; packets stay where they were read.

#include <fmt/format.h>

#include "lib/source/capture_reader.h"
#include "lib/source/tally.h"
#include "lib/source/wording.h"

namespace netlat {

namespace {

constexpr std::size_t kFileHeader = 24;
constexpr std::size_t kRecordHeader = 16;
/// A record up to here is believed without further evidence.
constexpr std::uint32_t kUsualLength = 262'144;
/// Patched Linux kernels of the nineties added interface, protocol and type.
constexpr std::size_t kModifiedRecordHeader = 24;

struct Dialect {
  std::uint32_t magic;
  std::uint32_t nanos_per_fraction;
  std::size_t record_header;
  const char* name;
};

constexpr Dialect kDialects[] = {
    {0xa1b2c3d4, 1000, kRecordHeader, "pcap"},
    {0xa1b23c4d, 1, kRecordHeader, "pcap-ns"},
    {0xa1b2cd34, 1000, kModifiedRecordHeader, "pcap-modified"},
};

const Dialect* find_dialect(const std::uint8_t* magic, std::endian order) {
  for (const Dialect& dialect : kDialects) {
    if (load_as<std::uint32_t>(magic, order) == dialect.magic) return &dialect;
  }
  return nullptr;
}

/// In which order a record states its two lengths.
enum class Lengths { captured_first, wire_first, either };

struct Version {
  std::uint16_t major, minor;
};

/// None for versions that no program is known to have written.
std::optional<Lengths> lengths_of(Version version) {
  if (version.major == 543 && version.minor == 0) return Lengths::wire_first;
  if (version.major != 2 || version.minor > 4) return std::nullopt;
  if (version.minor == 4) return Lengths::captured_first;
  return version.minor == 3 ? Lengths::either : Lengths::wire_first;
}

class PcapReader final : public CaptureReader {
 public:
  PcapReader(Window window, CaptureFile& file, const SourceOptions& options,
             std::endian order, const Dialect& dialect, Lengths lengths)
      : CaptureReader(std::move(window), file, options),
        order_(order),
        dialect_(dialect),
        lengths_(lengths) {
    const std::uint8_t* header = window_.available().data();
    // The upper half holds the length of a frame check sequence and bits
    // without meaning yet.
    const auto link = load_as<std::uint32_t>(header + 20, order_) & 0xffff;
    interfaces_.push_back(
        {0, 0, link, load_as<std::uint32_t>(header + 16, order_), {}});
    window_.consume(kFileHeader);
  }

  std::size_t read(std::span<PacketView> out) override {
    std::uint32_t limit = kUsualLength;
    while (!ended_) {
      const std::size_t n =
          native() ? parse<true>(out, limit) : parse<false>(out, limit);
      if (n > 0) return n;
      limit = std::max(kUsualLength, await_record());
      if (limit > kUsualLength) out = out.first(1);
    }
    return 0;
  }

 private:
  bool native() const {
    return order_ == std::endian::native && lengths_ == Lengths::captured_first;
  }

  struct Record {
    std::uint32_t captured, wire;
  };
  // A few records, or the header of a long one.
  static constexpr std::size_t kFetchAhead = 512, kCacheLine = 64;

  /// As in the file that `kNative` says: this machine's byte order and today's
  /// order of the lengths, which nearly every file has.
  template <bool kNative>
  std::uint32_t word(const std::uint8_t* at) const {
    return load_as<std::uint32_t>(at, kNative ? std::endian::native : order_);
  }

  template <bool kNative>
  Record lengths_at(const std::uint8_t* header) const {
    Record record{word<kNative>(header + 8), word<kNative>(header + 12)};
    if constexpr (!kNative) {
      if (lengths_ == Lengths::wire_first ||
          (lengths_ == Lengths::either && record.captured > record.wire)) {
        std::swap(record.captured, record.wire);
      }
    }
    return record;
  }

  /// Gives out the whole records in the window up to one longer than `limit`.
  template <bool kNative>
  std::size_t parse(std::span<PacketView> out, std::uint32_t limit) {
    const Bytes have = window_.available();
    const std::size_t record_header = dialect_.record_header;
    const std::int64_t unit = dialect_.nanos_per_fraction;
    Tally tally;
    Stamp last = last_;
    const std::uint8_t* at = have.data();
    std::size_t left = have.size(), n = 0;
    std::uint64_t bytes = 0;
    for (; n < out.size() && left >= record_header; ++n) {
      // Only its length says where the next record is, so that each waits for
      // the one before: lengths had better be in the first-level cache, and
      // the headers behind them are wanted soon.
      if (left > kFetchAhead + kCacheLine) [[likely]] {
        __builtin_prefetch(at + kFetchAhead);
        __builtin_prefetch(at + kFetchAhead + kCacheLine);
      }
      const Record record = lengths_at<kNative>(at);
      const std::size_t size = record_header + record.captured;
      if (record.captured > limit || size > left) break;
      const Stamp time =
          stamp_ns(std::int64_t{word<kNative>(at)} * 1'000'000'000 +
                   std::int64_t{word<kNative>(at + 4)} * unit);
      const std::uint32_t wire = std::max(record.wire, record.captured);
      out[n].set(time, {at + record_header, record.captured}, wire);
      if (time < last) [[unlikely]]
        tally.step_back(last, time);
      last = time;
      bytes += wire;
      at += size;
      left -= size;
    }
    last_ = last;
    window_.consume(have.size() - left);
    if (n > 0) tally.add_run(n, bytes, out.front().time, last);
    tally.store(file_);
    return n;
  }

  /// Has the next record in the window, or ends.  How much of it is packet.
  std::uint32_t await_record() {
    if (!window_.fill(dialect_.record_header)) {
      stop_at_end(window_.offset(), dialect_.record_header);
      return 0;
    }
    const Record record = lengths_at<false>(window_.available().data());
    if (record.captured > options_.max_record) {
      stop_at_damage(fmt::format("length {} exceeds the limit of {}",
                                 grouped(record.captured),
                                 grouped(options_.max_record)));
      return 0;
    }
    const std::uint32_t snaplen = interfaces_.front().snaplen;
    if (record.captured > kUsualLength && record.captured != record.wire &&
        record.captured != snaplen) {
      stop_at_damage(fmt::format(
          "length {} is neither that of its packet, {}, nor the snapshot "
          "length, {}",
          grouped(record.captured), grouped(record.wire), grouped(snaplen)));
      return 0;
    }
    const std::size_t size = dialect_.record_header + record.captured;
    if (!window_.fill(size)) stop_at_end(window_.offset(), size);
    return record.captured;
  }

  std::endian order_;
  const Dialect& dialect_;
  Lengths lengths_;
  Stamp last_ = Stamp::min();
};

}  // namespace

bool is_pcap(const std::uint8_t* magic) {
  return find_dialect(magic, std::endian::little) != nullptr ||
         find_dialect(magic, std::endian::big) != nullptr;
}

Result<std::unique_ptr<CaptureReader>> open_pcap(Window window,
                                                 CaptureFile& file,
                                                 const SourceOptions& options) {
  if (!window.fill(kFileHeader)) {
    if (window.error()) return *window.error();
    return Error{fmt::format("cut off in its header: {} of {} bytes are there",
                             window.available().size(), kFileHeader)};
  }
  const std::uint8_t* header = window.available().data();
  std::endian order = std::endian::little;
  const Dialect* dialect = find_dialect(header, order);
  if (dialect == nullptr) {
    order = std::endian::big;
    dialect = find_dialect(header, order);
  }
  const Version version{load_as<std::uint16_t>(header + 4, order),
                        load_as<std::uint16_t>(header + 6, order)};
  const auto lengths = lengths_of(version);
  if (!lengths) {
    return Error{fmt::format("is pcap of version {}.{}; known are 2.0 to 2.4",
                             version.major, version.minor)};
  }
  file.format = dialect->name;
  return std::unique_ptr<CaptureReader>(std::make_unique<PcapReader>(
      std::move(window), file, options, order, *dialect, *lengths));
}

}  // namespace netlat
