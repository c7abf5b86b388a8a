#include "lib/source/capture_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/source/compression.h"
#include "lib/source/wording.h"

namespace netlat {

namespace {

struct ForeignFormat {
  std::string_view magic;
  std::string_view name;
};

// Formats people do hand over, which editcap converts.
constexpr std::array kForeignFormats{
    ForeignFormat{"snoop", "a snoop capture"},
    ForeignFormat{"GMBU", "a Network Monitor capture"},
    ForeignFormat{"RTSS", "a Network Monitor capture"},
    ForeignFormat{"XCP", "a NetXRay capture"},
};

bool is_text(Bytes head) {
  return std::all_of(head.begin(), head.end(), [](std::uint8_t octet) {
    return (octet >= 0x20 && octet < 0x7f) || octet == '\n' || octet == '\r' ||
           octet == '\t';
  });
}

std::string not_a_capture(Bytes head) {
  const std::string text(head.begin(), head.end());
  for (const ForeignFormat& foreign : kForeignFormats) {
    if (!text.starts_with(foreign.magic)) continue;
    return fmt::format(
        "is {}, which is not read here; convert it: editcap -F pcapng IN OUT",
        foreign.name);
  }
  if (is_text(head)) return "is text, not a capture";
  std::string octets;
  for (const std::uint8_t octet :
       head.first(std::min<std::size_t>(head.size(), sizeof(std::uint32_t)))) {
    octets += fmt::format(" {:02x}", octet);
  }
  return fmt::format(
      "is no capture known here (it begins with{}); pcap and pcapng are, as "
      "they are or in gzip, zstd or lz4",
      octets);
}

Result<std::unique_ptr<CaptureReader>> open_plain(
    Window window, CaptureFile& file, const SourceOptions& options) {
  constexpr std::size_t kPeek = 24;  // the pcap file header; text shows by then
  window.fill(kPeek);
  const Bytes head = window.available();
  if (head.size() >= sizeof(std::uint32_t)) {
    if (is_pcap(head.data())) {
      return open_pcap(std::move(window), file, options);
    }
    if (is_pcapng(head.data())) {
      return open_pcapng(std::move(window), file, options);
    }
  }
  if (window.error()) return *window.error();
  if (head.empty()) return Error{"holds nothing once decompressed"};
  return Error{not_a_capture(head.first(std::min(head.size(), kPeek)))};
}

}  // namespace

Result<std::unique_ptr<CaptureReader>> open_reader(
    std::unique_ptr<ByteStream> stream, CaptureFile& file,
    const SourceOptions& options, std::size_t window) {
  const std::string name = shown(file.path);
  auto plain = decompressed(std::move(stream), file.path);
  if (!plain) return std::move(plain.error()).within(name);
  auto reader =
      open_plain(Window(std::move(plain->bytes), window), file, options);
  if (!reader) return std::move(reader.error()).within(name);
  file.format += plain->suffix;
  return reader;
}

std::string CaptureReader::here() const {
  return fmt::format("{}: record {} at byte {}", shown(file_.path),
                     grouped(file_.packets + 1), grouped(window_.offset()));
}

std::string CaptureReader::so_far() const {
  return file_.packets == 0 ? "nothing comes before"
                            : "analysed what came before";
}

void CaptureReader::stop_at_damage(std::string_view what) {
  ended_ = true;
  file_.input_truncated = true;
  problems_.push_back({fmt::format("{}: {}; {}", here(), what, so_far())});
}

void CaptureReader::stop_at_end(std::uint64_t begin, std::uint64_t size) {
  ended_ = true;
  const std::uint64_t left =
      window_.offset() + window_.available().size() - begin;
  if (left == 0 && !window_.error()) return;
  file_.input_truncated = true;
  const std::string what = window_.error()
                               ? window_.error()->message
                               : fmt::format("{} of {} bytes are there",
                                             grouped(left), grouped(size));
  problems_.push_back({fmt::format(
      "{}: cut off in record {} at byte {}: {}; {}", shown(file_.path),
      grouped(file_.packets + 1), grouped(begin), what, so_far())});
}

void CaptureReader::note(std::string_view what) {
  problems_.push_back({fmt::format("{}: {}", here(), what)});
}

}  // namespace netlat
