#include "lib/source/live_filter.h"

#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <pcap.h>

#include <cctype>
#include <memory>
#include <string_view>

#include "lib/source/live_channel.h"

namespace netlat {

namespace {

sock_filter statement(unsigned code, std::uint32_t k) {
  return {static_cast<std::uint16_t>(code), 0, 0, k};
}
// Goes on after `yes` more instructions if the accumulator is `k`, else after
// `no`.
sock_filter if_equal(std::uint32_t k, std::uint8_t yes, std::uint8_t no) {
  return {BPF_JMP | BPF_JEQ | BPF_K, yes, no, k};
}
sock_filter load_fact(int fact) {
  return statement(BPF_LD | BPF_W | BPF_ABS,
                   static_cast<std::uint32_t>(SKF_AD_OFF + fact));
}

std::vector<sock_filter> sort_by_type(std::uint32_t snaplen) {
  return {
      load_fact(SKF_AD_HATYPE),
      if_equal(ARPHRD_LOOPBACK, 0, 3),
      load_fact(SKF_AD_PKTTYPE),
      if_equal(PACKET_OUTGOING, 0, 3),
      statement(BPF_RET | BPF_K, 0),
      if_equal(ARPHRD_ETHER, 1, 0),
      statement(BPF_RET | BPF_K, snaplen),
  };
}

bool has_word(std::string_view text, std::string_view word) {
  const auto letter = [&](std::size_t at) {
    return at < text.size() &&
           std::isalnum(static_cast<unsigned char>(text[at])) != 0;
  };
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    if (!letter(at - 1) && !letter(at + word.size())) return true;
  }
  return false;
}

}  // namespace

Result<LiveFilter> live_filter(const std::string& expression,
                               std::uint32_t snaplen) {
  LiveFilter filter;
  filter.vlan = has_word(expression, "vlan");
  filter.program = sort_by_type(snaplen);
  const std::unique_ptr<pcap_t, decltype(&pcap_close)> dead(
      pcap_open_dead(DLT_EN10MB, static_cast<int>(snaplen)), &pcap_close);
  if (!dead) return Error{"libpcap cannot start: out of memory"};
  bpf_program code{};
  if (pcap_compile(dead.get(), &code, expression.c_str(), 1,
                   PCAP_NETMASK_UNKNOWN) != 0) {
    return Error{"filter '" + expression + "': " + pcap_geterr(dead.get()),
                 ErrorKind::usage};
  }
  if (filter.vlan) {
    filter.program.push_back(statement(BPF_RET | BPF_K, snaplen));
  } else {
    for (unsigned i = 0; i < code.bf_len; ++i) {
      const bpf_insn& from = code.bf_insns[i];
      filter.program.push_back({from.code, from.jt, from.jf, from.k});
    }
  }
  pcap_freecode(&code);
  if (filter.program.size() > kMostInstructions) {
    return Error{"filter '" + expression + "' is too long for the kernel",
                 ErrorKind::usage};
  }
  return filter;
}

}  // namespace netlat
