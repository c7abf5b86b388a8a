#pragma once
// Scopes: the small number that stands for "seen at this capture point, inside
// these tunnels".
//
// Equal addresses in two tenants' tunnels are different hosts, and one packet
// seen at two interfaces is not two packets, so both are part of a flow's key.
// A capture has few scopes; the one of the last packet is tried first.  A
// hostile file can carry any number of tunnel ids: beyond kMaxScopes new ones
// share the last scope and are counted, which merges flows but not memory.

#include <cstdint>
#include <map>
#include <vector>

#include "netlat/packet/segment.h"

namespace netlat {

struct Scope {
  std::uint32_t vantage = 0;
  std::uint32_t ifindex = 0;  ///< of a Linux cooked capture v2, else 0
  std::vector<Encap> encap;   ///< outermost first
};

class ScopeTable {
 public:
  static constexpr std::size_t kMaxScopes = 65'536;

  /// With `ignore_tunnels` the tunnel and tag ids are left out of the key,
  /// for paths whose two directions carry different ones.
  explicit ScopeTable(bool ignore_tunnels = false);

  /// The scope of a segment.
  std::uint16_t of(const Segment& s) {
    if (s.encap_count == 0 && s.vantage == plain_vantage_ &&
        s.ifindex == plain_ifindex_) {
      return plain_scope_;
    }
    return look_up(s);
  }

  const Scope& at(std::uint16_t scope) const { return scopes_[scope]; }
  std::size_t size() const noexcept { return scopes_.size(); }
  /// Packets whose scope did not fit.
  std::uint64_t overflow() const noexcept { return overflow_; }

 private:
  std::uint16_t look_up(const Segment& s);

  bool ignore_tunnels_;
  std::uint32_t plain_vantage_ = 0, plain_ifindex_ = 0;
  std::uint16_t plain_scope_ = 0;
  std::uint64_t overflow_ = 0;
  std::vector<Scope> scopes_;
  std::map<std::vector<std::uint64_t>, std::uint16_t> index_;
};

}  // namespace netlat
