#pragma once
// The names of hops, asked for while probes are out.
//
// Names never delay anything: questions go through c-ares over sockets that
// are waited for together with the probes', each address once, and what is not
// answered shortly after the last probe stays an address.

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "netlat/base/address.h"
#include "netlat/probe/prober.h"

namespace netlat {

class HostNames : public Companion {
 public:
  /// Without a working resolver all addresses stay nameless.
  HostNames();
  ~HostNames() override;
  HostNames(const HostNames&) = delete;
  HostNames& operator=(const HostNames&) = delete;

  /// Asks, unless it was asked before.
  void ask(const IpAddress& address);
  void add_waits(std::vector<pollfd>& out) override;
  void serve() override;
  /// Waits for what was asked, at most that long.
  void wait(std::chrono::milliseconds limit);
  /// What is known: untrusted text.
  const std::map<IpAddress, std::string>& known() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace netlat
