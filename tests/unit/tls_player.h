#pragma once
// Plays whole handshakes into a TlsTimer.

#include <algorithm>
#include <memory>
#include <vector>

#include "netlat/flow/tls_timer.h"
#include "tests/unit/tls_octets.h"

namespace netlat::test {

struct Flight {
  Dir dir;
  std::int64_t ms;
  Octets octets;
};
using Handshake = std::vector<Flight>;

inline constexpr auto kC = Dir::c2s, kS = Dir::s2c;

// Feeds flights; each payload may be cut into segments and by a snapshot
// length.
struct Player {
  TlsTimer timer;
  std::int64_t offset[2] = {0, 0};
  std::size_t snap = SIZE_MAX;

  void give(Dir dir, Stamp now, const Octets& octets) {
    // An exact heap block, so that a sanitizer sees any step outside.
    const std::size_t n = std::min(snap, octets.size());
    const auto block = std::make_unique<std::uint8_t[]>(n);
    std::copy_n(octets.begin(), n, block.get());
    std::int64_t& at = offset[static_cast<std::size_t>(dir)];
    timer.advance(dir, now, at, Bytes(block.get(), n),
                  static_cast<std::uint32_t>(octets.size()));
    at += static_cast<std::int64_t>(octets.size());
  }
  const TlsHandshake& play(const Handshake& handshake) {
    for (const Flight& f : handshake) give(f.dir, at_ms(f.ms), f.octets);
    return timer.result();
  }
};

inline const Octets kHello13 =
    record(kHandshake, client_hello(sni("www.example.org") + key_share(32)));
inline const Octets kServer13 =
    record(kHandshake, server_hello(0x0303, selected_version(0x0304)));

inline Handshake full_13() {
  return {{kC, 0, kHello13},
          {kS, 20, kServer13 + cipher_spec() + record(kAppData, fill(900, 1))},
          {kS, 21, record(kAppData, fill(53, 1))},
          {kC, 30, cipher_spec() + finished13()},
          {kC, 31, record(kAppData, fill(100, 2))},
          {kS, 55, record(kAppData, fill(255, 3))}};
}
inline Handshake full_12() {
  const Octets hello = record(kHandshake, server_hello(0x0303, {}));
  return {
      {kC, 0, record(kHandshake, client_hello(sni("old.example")))},
      {kS, 20, hello + record(kHandshake, message(11, fill(2000, 7)))},
      {kS, 22, record(kHandshake, message(12, fill(300, 7)) + message(14, {}))},
      {kC, 40,
       record(kHandshake, message(16, fill(66, 7))) + cipher_spec() +
           record(kHandshake, fill(40, 9))},
      {kS, 60, cipher_spec() + record(kHandshake, fill(40, 9))},
      {kC, 70, record(kAppData, fill(99, 9))},
      {kS, 95, record(kAppData, fill(99, 9))}};
}

}  // namespace netlat::test
