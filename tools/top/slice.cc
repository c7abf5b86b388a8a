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

// A file of ours that is not left behind half written.
class NewFile {
 public:
  explicit NewFile(const std::string& path)
      : path_(path),
        fd_(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)) {
  }
  ~NewFile() {
    if (fd_ < 0) return;
    close(fd_);
    if (!kept_) unlink(path_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  int fd() const { return fd_; }
  void keep() { kept_ = true; }

 private:
  const std::string& path_;
  int fd_;
  bool kept_ = false;
};

// Interfaces are told of as they are met.
void tell_interfaces(const PacketSource& source, std::size_t& told,
                     std::string& out) {
  for (; told < source.interfaces().size(); ++told) {
    const CaptureInterface& at = source.interfaces()[told];
    put_interface(out, at.name, at.link_type, at.snaplen);
  }
}

struct Wanted {
  const FlowRow& flow;
  Stamp from, until;
};

// What is wanted of the batch, as pcapng; the number of packets.
std::uint64_t put_packets(const PacketSource& source,
                          std::span<const PacketView> batch,
                          const Wanted& wanted, std::size_t& told,
                          std::string& out) {
  const DecodeOptions options;
  std::uint64_t packets = 0;
  for (const PacketView& packet : batch) {
    if (packet.time < wanted.from || packet.time > wanted.until) continue;
    const auto& at = source.interfaces()[packet.interface];
    Segment s;
    if (decode(packet, at.link_type, options, s) != Verdict::tcp) continue;
    if (!is_of(s, wanted.flow)) continue;
    tell_interfaces(source, told, out);
    put_packet(out, {packet.interface,
                     packet.time,
                     packet.wire_length,
                     packet.data,
                     packet.direction,
                     {}});
    ++packets;
  }
  return packets;
}

}  // namespace

Result<Slice> write_slice(const std::vector<std::string>& files,
                          const FlowRow& flow, Stamp from, Stamp until,
                          const std::string& path,
                          const std::atomic<bool>& stop) {
  auto source = PacketSource::open(files);
  if (!source) return std::move(source.error());
  NewFile file(path);
  if (file.fd() < 0) return Error{path + ": " + std::strerror(errno)};
  Output out(file.fd());
  std::string piece;
  put_section(piece, "netlat " NETLAT_VERSION,
              "netlat top: packets of " + flow_name(flow));
  const Wanted wanted{flow, from, until};
  std::size_t told = 0;
  Slice slice;
  std::array<PacketView, kBatch> batch{};
  while (const std::size_t n = (*source)->read(batch)) {
    if (stop) return Error{"ended before all was read"};
    slice.packets +=
        put_packets(**source, std::span(batch).first(n), wanted, told, piece);
    out.append(piece);
    piece.clear();
  }
  out.append(piece);
  out.flush();
  if (out.error()) return *out.error();
  for (const Error& problem : (*source)->problems()) {
    slice.problems.push_back(problem.message);
  }
  if (slice.packets > 0) file.keep();
  return slice;
}

}  // namespace netlat
