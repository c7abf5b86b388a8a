#include "tools/top/slice.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "netlat/packet/decode.h"
#include "netlat/report/output.h"
#include "netlat/report/pcapng_writer.h"
#include "netlat/source/packet_source.h"
#include "netlat/term/ui_state.h"

namespace netlat {

namespace {

bool is_of(const Segment& s, const FlowRow& f) {
  const auto from = [&](const IpAddress& address, Port port) {
    return s.source == address && s.source_port == port;
  };
  const auto to = [&](const IpAddress& address, Port port) {
    return s.destination == address && s.destination_port == port;
  };
  return s.transport == Transport::tcp &&
         ((from(f.client, f.client_port) && to(f.server, f.server_port)) ||
          (from(f.server, f.server_port) && to(f.client, f.client_port)));
}

// Interfaces are told of as they are met.
void tell_interfaces(const PacketSource& source, std::size_t& told,
                     std::string& out) {
  for (; told < source.interfaces().size(); ++told) {
    const CaptureInterface& at = source.interfaces()[told];
    put_interface(out, at.name, at.link_type, at.snaplen);
  }
}

}  // namespace

Result<std::uint64_t> write_slice(const std::vector<std::string>& files,
                                  const FlowRow& flow, Stamp from, Stamp until,
                                  const std::string& path) {
  auto source = PacketSource::open(files);
  if (!source) return std::move(source.error());
  const int fd =
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return Error{path + ": " + std::strerror(errno)};
  Output out(fd);
  std::string piece;
  put_section(piece, "netlat " NETLAT_VERSION,
              "netlat top: packets of " + flow_name(flow));
  std::size_t told = 0;
  std::uint64_t packets = 0;
  std::array<PacketView, kBatch> batch{};
  const DecodeOptions options;
  while (const std::size_t n = (*source)->read(batch)) {
    for (const PacketView& packet : std::span(batch).first(n)) {
      if (packet.time < from || packet.time > until) continue;
      const auto& at = (*source)->interfaces()[packet.interface];
      Segment s;
      if (decode(packet, at.link_type, options, s) != Verdict::tcp) continue;
      if (!is_of(s, flow)) continue;
      tell_interfaces(**source, told, piece);
      put_packet(piece, {packet.interface,
                         packet.time,
                         packet.wire_length,
                         packet.data,
                         packet.direction,
                         {}});
      ++packets;
    }
    out.append(piece);
    piece.clear();
  }
  out.append(piece);
  out.flush();
  close(fd);
  if (out.error()) return *out.error();
  return packets;
}

}  // namespace netlat
