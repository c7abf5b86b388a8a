#include "lib/source/compression.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "lib/source/wording.h"

namespace netlat {

namespace {

using namespace std::string_view_literals;
using Adapter =
    Result<std::unique_ptr<ByteStream>> (*)(std::unique_ptr<ByteStream>);

struct Compression {
  std::string_view magic;
  std::string_view suffix;
  Adapter adapter;
};

constexpr std::array kCompressions{
    Compression{"\x1f\x8b"sv, "+gz", gzip_stream},
    Compression{"\x28\xb5\x2f\xfd"sv, "+zst", zstd_stream},
    // A skippable frame, which pzstd writes first.
    Compression{"\x50\x2a\x4d\x18"sv, "+zst", zstd_stream},
    Compression{"\x04\x22\x4d\x18"sv, "+lz4", lz4_stream},
};

struct Refused {
  std::string_view magic;
  std::string_view name;
  std::string_view command;
};

constexpr std::array kRefused{
    Refused{"\xfd"
            "7zXZ\0"sv,
            "xz", "xz -dc"},
    Refused{"BZh"sv, "bzip2", "bzip2 -dc"},
    Refused{"\x02\x21\x4c\x18"sv, "legacy lz4", "lz4 -dc"},
    Refused{"\x1f\x9d"sv, "compress (.Z)", "gzip -dc"},
    Refused{"PK\x03\x04"sv, "zip", "unzip -p"},
};

constexpr std::size_t kLongestMagic = 6;

Result<std::vector<std::uint8_t>> first_octets(ByteStream& stream) {
  std::vector<std::uint8_t> head(kLongestMagic);
  std::size_t have = 0;
  while (have < head.size()) {
    auto n = stream.read(std::span(head).subspan(have));
    if (!n) return std::move(n.error());
    if (*n == 0) break;
    have += *n;
  }
  head.resize(have);
  return head;
}

bool begins(const std::vector<std::uint8_t>& head, std::string_view magic) {
  if (head.size() < magic.size()) return false;
  for (std::size_t i = 0; i < magic.size(); ++i) {
    if (head[i] != static_cast<unsigned char>(magic[i])) return false;
  }
  return true;
}

}  // namespace

Result<PlainStream> decompressed(std::unique_ptr<ByteStream> stream,
                                 const std::string& path) {
  auto head = first_octets(*stream);
  if (!head) return std::move(head.error());
  if (head->empty()) return Error{"is empty"};
  for (const Refused& refused : kRefused) {
    if (!begins(*head, refused.magic)) continue;
    const std::string input = path == "-" ? "" : " " + shown(path);
    return Error{fmt::format(
        "{} compression is not read here; decompress it first: {}{} | "
        "netlat analyze -",
        refused.name, refused.command, input)};
  }
  const auto* known = kCompressions.begin();
  while (known != kCompressions.end() && !begins(*head, known->magic)) ++known;
  PlainStream plain;
  plain.bytes =
      std::make_unique<ResumedStream>(std::move(*head), std::move(stream));
  if (known == kCompressions.end()) return plain;
  auto bytes = known->adapter(std::move(plain.bytes));
  if (!bytes) return std::move(bytes.error());
  return PlainStream{std::move(*bytes), std::string(known->suffix)};
}

}  // namespace netlat
