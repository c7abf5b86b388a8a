// What `lab-wire --help` prints.

#pragma once

#include <string_view>

namespace lab {

inline constexpr std::string_view kUsage =
    "usage: lab-wire CONFIG --control SOCKET --log FILE [--pcap FILE]\n";

inline constexpr std::string_view kHelp = R"(
Joins network namespaces through TUN devices, does to packets what CONFIG and
the control socket say, and logs what it did to each. Prints "ready" when all
devices are up; SIGTERM or SIGINT ends it with one line of JSON statistics.

Only in CONFIG:
  seed NUMBER
  device NAME netns NETNS if INTERFACE mtu OCTETS [offload] [gro]
      offload: the host sends super-segments, cut here before any decision
      gro: segments due together are merged for the host
  join DEVICE DEVICE            all that one sends the other gets
  hub DEVICE DEVICE...          by destination address

In CONFIG or as a message to SOCKET (Unix SOCK_SEQPACKET; replies "ok..." or
"error: ..."). PAIR is FROM>TO; * stands for any device:
  address DEVICE ADDRESS...     for hubs, and the source of ICMP errors
  set PAIR KEY=VALUE...         keys not named keep their values
      reset                     no faults, no scripts, no forgetting
      delay=10ms
      jitter=DISTRIBUTION       added to delay; packets stay in order
      loss=1%
      gilbert=P,R[,LOSS_GOOD,LOSS_BAD]|off    shares; losses default 0%,100%
      rate=20Mbit|off  queue=600kB            drop-tail; 100 ms, 32 kB or more
      reorder=SHARE,DURATION|off              these are late, others overtake
      duplicate=SHARE
      mtu=OCTETS[,icmp]|off     larger packets are dropped, or refused
      blackout=on|off           dropped on entry
      hold=on|off               nothing leaves; in order when switched off
      ipid=zero|keep            IPv4 with DF
      only=tcp:PORT|icmp|host:ADDRESS|all     which packets meet faults
  drop|late|twice PAIR data|retransmission|syn|synack|fin|ack|datagram
      [nth=N] [count=N]         the N-th from now, and how many
      [by=DURATION]             late: how much
      [repeats=N]               drop data: and its next N retransmissions
  drop PAIR tail count=N|share=SHARE [repeats=N]
      the last segments of the next burst, or of a share of all bursts until
      reset; needs delay, which defines what a burst is
  forget PAIR idle=DURATION mode=silent|rst, forget PAIR off
      a middlebox: idle flows vanish in both directions

Only as a message:
  rst PAIR flow=all|ADDRESS:PORT-ADDRESS:PORT   to the pair's receiver
  mark TEXT                     a line in the log
  stats                         counters as JSON
)";

}  // namespace lab
