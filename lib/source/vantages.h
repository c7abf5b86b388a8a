#pragma once
// Which capture point an interface of a file is.
//
// The files of a rotated capture follow each other in time and are the same
// few capture points all along: a flow that crosses from one file into the
// next must not look like two.  Captures made at once at several places
// overlap, and the same packet in two of them is not a retransmission.  So
// files form chains: a file continues a chain whose last file has ended
// before it begins (but for kOverlap, since several queues of one interface
// are not written in strict order), and otherwise begins one.  Of several
// chains that would do, the one whose path is most alike goes on, then the one
// that ended last.  The bias: two capture points recorded one after the other
// under similar names are taken for one.

#include <algorithm>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/source/capture_reader.h"
#include "netlat/base/time.h"

namespace netlat {

/// How long a file may last into the next one of its set.
inline constexpr Nanos kOverlap = std::chrono::milliseconds(10);

class Vantages {
 public:
  using Chain = std::size_t;

  /// The chain that a file beginning at `first` belongs to.  `ended(file)` is
  /// the time of that file's last packet, or none while it goes on.
  template <class Ended>
  Chain place(std::uint32_t file, const std::string& path, Stamp first,
              Ended ended) {
    std::vector<Candidate> candidates;
    for (Chain c = 0; c < chains_.size(); ++c) {
      const std::optional<Stamp> last = ended(chains_[c].file);
      if (!last || *last > first + kOverlap) continue;
      candidates.push_back({common_prefix(chains_[c].path, path), *last, c});
    }
    if (candidates.empty()) return begin(file, path);
    const Chain best =
        std::max_element(candidates.begin(), candidates.end())->chain;
    chains_[best].file = file;
    chains_[best].path = path;
    return best;
  }
  /// A chain that continues no other.
  Chain begin(std::uint32_t file, const std::string& path) {
    chains_.push_back({file, path, {}, {}});
    return chains_.size() - 1;
  }

  /// The vantage of an interface: by name and link type within the chain, or
  /// by number and link type where a file has no names.
  std::uint32_t vantage(Chain chain, const FileInterface& interface);

 private:
  struct Points {
    std::uint32_t file;  ///< the last one
    std::string path;    ///< its path
    std::map<std::pair<std::string, std::uint32_t>, std::uint32_t> by_name;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> by_id;
  };
  struct Candidate {
    std::ptrdiff_t prefix;
    Stamp last;
    Chain chain;
    friend auto operator<=>(const Candidate&, const Candidate&) = default;
  };
  static std::ptrdiff_t common_prefix(std::string_view a, std::string_view b) {
    return std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first -
           a.begin();
  }

  std::vector<Points> chains_;
  std::uint32_t count_ = 0;
};

}  // namespace netlat
