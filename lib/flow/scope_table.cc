#include "netlat/flow/scope_table.h"

namespace netlat {

namespace {
// Labels and tunnel numbers that each direction or receiver chooses for itself
// would tear a connection in two.
bool same_both_ways(EncapKind kind) {
  return kind == EncapKind::vlan || kind == EncapKind::vxlan ||
         kind == EncapKind::geneve || kind == EncapKind::gre;
}
}  // namespace

ScopeTable::ScopeTable(bool ignore_tunnels) : ignore_tunnels_(ignore_tunnels) {
  scopes_.push_back({});
  index_[{0}] = 0;
}

std::uint16_t ScopeTable::look_up(const Segment& s) {
  const std::size_t tags = ignore_tunnels_ ? 0 : s.encap_count;
  std::vector<std::uint64_t> name{std::uint64_t{s.ifindex} << 32 | s.vantage};
  for (std::size_t i = 0; i < tags; ++i) {
    if (!same_both_ways(s.encap[i].kind)) continue;
    name.push_back(std::uint64_t{static_cast<std::uint8_t>(s.encap[i].kind)}
                       << 32 |
                   s.encap[i].id);
  }
  auto found = index_.find(name);
  if (found == index_.end()) {
    if (scopes_.size() >= kMaxScopes) {
      ++overflow_;
      return static_cast<std::uint16_t>(scopes_.size() - 1);
    }
    const auto scope = static_cast<std::uint16_t>(scopes_.size());
    scopes_.push_back({s.vantage,
                       s.ifindex,
                       {s.encap.begin(), s.encap.begin() + s.encap_count}});
    found = index_.emplace(std::move(name), scope).first;
  }
  if (tags == 0 && s.encap_count == 0) {
    plain_vantage_ = s.vantage;
    plain_ifindex_ = s.ifindex;
    plain_scope_ = found->second;
  }
  return found->second;
}

}  // namespace netlat
