#pragma once
// Captures written octet by octet, and short ways to read them back.

#include <bit>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lib/source/capture_reader.h"
#include "netlat/source/packet_source.h"

namespace netlat::test {

using Octets = std::vector<std::uint8_t>;

/// Fields in one byte order, appended.
class Writer {
 public:
  explicit Writer(std::endian order) : order_(order) {}

  template <class T>
  Writer& put(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      const std::size_t shift =
          order_ == std::endian::little ? i : sizeof(T) - 1 - i;
      octets_.push_back(static_cast<std::uint8_t>(
          static_cast<std::uint64_t>(value) >> (8 * shift)));
    }
    return *this;
  }
  Writer& u8(std::uint8_t v) { return put(v); }
  Writer& u16(std::uint16_t v) { return put(v); }
  Writer& u32(std::uint32_t v) { return put(v); }
  Writer& u64(std::uint64_t v) { return put(v); }
  Writer& raw(const Octets& bytes) {
    octets_.insert(octets_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  Writer& pad() {
    while (octets_.size() % 4 != 0) octets_.push_back(0);
    return *this;
  }
  const Octets& octets() const { return octets_; }

 private:
  std::endian order_;
  Octets octets_;
};

/// A packet of `size` octets that all are `fill`.
Octets payload(std::size_t size, std::uint8_t fill = 0xab);
Octets join(const std::vector<Octets>& parts);

// pcap.
Octets pcap_header(std::endian order = std::endian::little,
                   std::uint32_t magic = 0xa1b2c3d4, std::uint32_t link = 1,
                   std::uint16_t major = 2, std::uint16_t minor = 4);
Octets pcap_record(std::endian order, std::uint32_t seconds,
                   std::uint32_t fraction, const Octets& packet,
                   std::uint32_t wire_length);
/// A little-endian file with one 60-octet packet at each of `times_ns`.
Octets pcap_at(const std::vector<std::int64_t>& times_ns);

// pcapng.
Octets option(std::endian order, std::uint16_t code, const Octets& value);
Octets option_u64(std::endian order, std::uint16_t code, std::uint64_t value);
Octets text(const std::string& value);
Octets block(std::endian order, std::uint32_t type, const Octets& body);
Octets section(std::endian order, const Octets& options = {});
Octets interface(std::endian order, std::uint16_t link = 1,
                 std::uint32_t snaplen = 0, const Octets& options = {});
Octets enhanced(std::endian order, std::uint32_t interface, std::uint64_t ticks,
                const Octets& packet, std::uint32_t wire_length,
                const Octets& options = {});

/// A packet with its octets copied.
struct Read {
  PacketView view;
  Octets data;
};

/// What came of one file in memory.
struct Reading {
  std::string refused;  ///< why it could not be opened
  CaptureFile file;
  std::vector<FileInterface> interfaces;
  std::vector<Read> packets;
  std::vector<std::string> problems;
};

/// `batch`: how many packets are asked for at a time; `window`: initial size.
Reading read_memory(const Octets& bytes, std::size_t batch = kBatch,
                    std::size_t window = Window::kCapacity);

}  // namespace netlat::test
