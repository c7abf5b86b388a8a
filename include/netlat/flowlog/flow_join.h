#pragma once
// Connections that were measured in captures, and what flow logs say of them.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "netlat/base/address.h"
#include "netlat/base/keyed_hash.h"
#include "netlat/base/result.h"
#include "netlat/base/time.h"
#include "netlat/flowlog/log_record.h"
#include "netlat/flowlog/places.h"
#include "netlat/flowlog/sightings.h"

namespace netlat {

/// A connection as `netlat analyze --json` reports it.
struct MeasuredFlow {
  std::string community_id, client_zone, server_zone;  ///< untrusted
  std::uint64_t id = 0;
  IpAddress client, server;
  Port client_port = 0, server_port = 0;
  std::uint8_t protocol = 0;
  Stamp start, end;
  std::string handshake;  ///< "timeout" and so on; untrusted
  /// Network RTT of the half that was slower, and its samples.
  std::uint64_t rtt_samples = 0;
  std::optional<Nanos> rtt_p50, rtt_p99;
  std::uint64_t retransmits = 0;
  std::uint64_t packets = 0;  ///< captured, both ways
};

/// An address and port in a log.
struct LogEnd {
  IpAddress address;
  Port port = 0;

  friend bool operator==(const LogEnd&, const LogEnd&) = default;
};

/// A connection and the records that are of it.
struct JoinedFlow {
  MeasuredFlow flow;
  std::uint64_t records = 0, rejected_records = 0;
  std::string reject_reason;  ///< untrusted
  /// As the log says, else a map, else the measured flow; untrusted.
  std::string client_zone, server_zone;
  std::uint8_t traffic_path = 0;
  Sightings to_server, to_client;
  /// What an interface that logged it calls one of its ends: the address of a
  /// translator, or of a host whose pods have addresses of their own.
  std::optional<IpAddress> via;
  /// Behind a translator, as far as octets and times tell.
  std::optional<LogEnd> other_leg;
  bool incomplete = false;  ///< the cloud lost records of its time

  /// The part of the packets captured that the log counts, 0 to 1; nullopt if
  /// the capture has none.
  std::optional<double> coverage() const;
};

class OtherLegs;

class FlowJoin final : public LogSink {
 public:
  static constexpr std::size_t kMostFlows = 1'000'000;
  /// Records may lag the packets by as much.
  static constexpr Nanos kSlack = std::chrono::seconds(60);

  FlowJoin();
  ~FlowJoin() override;

  /// Reads the flow records of `path`, "-" for standard input; others are
  /// passed over.  False if the first line is no JSON, and nothing was read.
  /// Fails if there is no flow record.
  Result<bool> read(const std::string& path);

  void record(const LogRecord& record) override;
  /// No more records.  Where neither says a zone, `places` does.
  void finish(const Places& places);

  /// In the order they were read.
  const std::vector<JoinedFlow>& flows() const { return flows_; }
  /// Flow records that could not be used, and those beyond kMostFlows.
  std::uint64_t refused() const { return refused_; }
  std::uint64_t records_joined() const { return records_joined_; }

 private:
  struct Key {
    IpAddress low, high;
    std::uint64_t rest = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    KeyedHash keyed;
    std::size_t operator()(const Key& key) const noexcept {
      return keyed({key.low.word0(), key.low.word1(), key.high.word0(),
                    key.high.word1(), key.rest, 0});
    }
  };

  /// In which the cloud lost records; interface 0: of any.
  struct SkippedWindow {
    std::uint64_t interface = 0;
    Stamp start, end;
  };
  /// Further windows widen the last one, which is then of any interface.
  static constexpr std::size_t kMostWindows = 1024;

  static Key key_of(const IpAddress& a, Port a_port, const IpAddress& b,
                    Port b_port, std::uint8_t protocol);
  void add(MeasuredFlow flow);
  JoinedFlow* match(const Key& key, const LogRecord& record);
  static void note(JoinedFlow& joined, const LogRecord& record, bool to_server);
  void skip(const LogRecord& record);
  bool lost_records(const JoinedFlow& joined) const;

  std::vector<JoinedFlow> flows_;
  std::unordered_multimap<Key, std::uint32_t, Hash> by_key_;
  std::unique_ptr<OtherLegs> other_legs_;
  std::vector<SkippedWindow> skipped_;
  std::uint64_t refused_ = 0, records_joined_ = 0;
};

}  // namespace netlat
