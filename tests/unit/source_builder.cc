#include "tests/unit/source_builder.h"

namespace netlat::test {

Octets payload(std::size_t size, std::uint8_t fill) {
  return Octets(size, fill);
}

Octets join(const std::vector<Octets>& parts) {
  Octets all;
  for (const Octets& part : parts) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

Octets pcap_header(std::endian order, std::uint32_t magic, std::uint32_t link,
                   std::uint16_t major, std::uint16_t minor) {
  return Writer(order)
      .u32(magic)
      .u16(major)
      .u16(minor)
      .u32(0)
      .u32(0)
      .u32(262'144)
      .u32(link)
      .octets();
}

Octets pcap_record(std::endian order, std::uint32_t seconds,
                   std::uint32_t fraction, const Octets& packet,
                   std::uint32_t wire_length) {
  return Writer(order)
      .u32(seconds)
      .u32(fraction)
      .u32(static_cast<std::uint32_t>(packet.size()))
      .u32(wire_length)
      .raw(packet)
      .octets();
}

Octets pcap_at(const std::vector<std::int64_t>& times_ns) {
  Octets all = pcap_header(std::endian::little, 0xa1b23c4d);
  for (const std::int64_t ns : times_ns) {
    const Octets record = pcap_record(
        std::endian::little, static_cast<std::uint32_t>(ns / 1'000'000'000),
        static_cast<std::uint32_t>(ns % 1'000'000'000), payload(60), 60);
    all.insert(all.end(), record.begin(), record.end());
  }
  return all;
}

Octets option(std::endian order, std::uint16_t code, const Octets& value) {
  return Writer(order)
      .u16(code)
      .u16(static_cast<std::uint16_t>(value.size()))
      .raw(value)
      .pad()
      .octets();
}

Octets option_u64(std::endian order, std::uint16_t code, std::uint64_t value) {
  return option(order, code, Writer(order).u64(value).octets());
}

Octets text(const std::string& value) {
  return Octets(value.begin(), value.end());
}

Octets block(std::endian order, std::uint32_t type, const Octets& body) {
  const Octets padded = Writer(order).raw(body).pad().octets();
  const auto size = static_cast<std::uint32_t>(padded.size() + 12);
  return Writer(order).u32(type).u32(size).raw(padded).u32(size).octets();
}

Octets section(std::endian order, const Octets& options) {
  return block(order, 0x0a0d0d0a,
               Writer(order)
                   .u32(0x1a2b3c4d)
                   .u16(1)
                   .u16(0)
                   .u64(~std::uint64_t{0})
                   .raw(options)
                   .octets());
}

Octets interface(std::endian order, std::uint16_t link, std::uint32_t snaplen,
                 const Octets& options) {
  return block(
      order, 1,
      Writer(order).u16(link).u16(0).u32(snaplen).raw(options).octets());
}

Octets enhanced(std::endian order, std::uint32_t interface, std::uint64_t ticks,
                const Octets& packet, std::uint32_t wire_length,
                const Octets& options) {
  return block(order, 6,
               Writer(order)
                   .u32(interface)
                   .u32(static_cast<std::uint32_t>(ticks >> 32))
                   .u32(static_cast<std::uint32_t>(ticks))
                   .u32(static_cast<std::uint32_t>(packet.size()))
                   .u32(wire_length)
                   .raw(packet)
                   .pad()
                   .raw(options)
                   .octets());
}

Reading read_memory(const Octets& bytes, std::size_t batch,
                    std::size_t window) {
  Reading result;
  result.file.path.assign(1, 'x');
  auto reader = open_reader(std::make_unique<MemoryStream>(bytes), result.file,
                            {}, window);
  if (!reader) {
    result.refused = reader.error().message;
    return result;
  }
  std::vector<PacketView> views(batch);
  while (const std::size_t n = (*reader)->read(views)) {
    for (std::size_t i = 0; i < n; ++i) {
      const Bytes data = views[i].data;
      result.packets.push_back({views[i], Octets(data.begin(), data.end())});
    }
  }
  result.interfaces = (*reader)->interfaces();
  for (const Error& problem : (*reader)->take_problems()) {
    result.problems.push_back(problem.message);
  }
  return result;
}

}  // namespace netlat::test
