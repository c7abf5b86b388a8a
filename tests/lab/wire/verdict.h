// The words of the log: what became of a packet, and why.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lab {

enum class Verdict : uint8_t { kPass, kDrop, kLate, kCopy, kHeld, kIcmp, kRst };
inline constexpr std::array<std::string_view, 7> kVerdictNames{
    "pass", "drop", "late", "copy", "held", "icmp", "rst"};

enum class Reason : uint8_t {
  kNone,
  kLoss,
  kGilbert,
  kQueue,
  kMtu,
  kBlackout,
  kForgotten,
  kUnroutable,
  kReorder,
  kDuplicate,
  kHold,
  kWrite,     // the far device refused it
  kShutdown,  // still under way when the wire was stopped
  kScriptData,
  kScriptRetransmission,
  kScriptSyn,
  kScriptSynAck,
  kScriptFin,
  kScriptAck,
  kScriptDatagram,
  kScriptTail,
  kScriptRepeat,
  kScriptRst,
  kCount,
};
inline constexpr std::array<std::string_view,
                            static_cast<size_t>(Reason::kCount)>
    kReasonNames{"",
                 "loss",
                 "gilbert",
                 "queue",
                 "mtu",
                 "blackout",
                 "forgotten",
                 "unroutable",
                 "reorder",
                 "duplicate",
                 "hold",
                 "write",
                 "shutdown",
                 "script:data",
                 "script:retransmission",
                 "script:syn",
                 "script:synack",
                 "script:fin",
                 "script:ack",
                 "script:datagram",
                 "script:tail",
                 "script:repeat",
                 "script:rst"};

// What the packet is in its flow and direction, as it entered.
enum class Kind : uint8_t {
  kOther,
  kSyn,
  kSynAck,
  kRst,
  kData,            // payload that ends beyond all before it
  kRetransmission,  // payload that does not
  kFin,             // FIN alone
  kAck,
  kDatagram,
};
inline constexpr std::array<std::string_view, 9> kKindNames{
    "other",          "syn", "synack", "rst",     "data",
    "retransmission", "fin", "ack",    "datagram"};

}  // namespace lab
