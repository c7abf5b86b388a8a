// Flow records of `netlat analyze --json`, of which a join needs a part.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lib/flowlog/line_stream.h"
#include "lib/flowlog/values.h"
#include "lib/source/compression.h"
#include "lib/source/file_stream.h"
#include "lib/source/wording.h"
#include "netlat/flowlog/flow_join.h"

namespace netlat {

namespace {

using Json = nlohmann::json;

// Null where any part of the path is missing.
const Json& at(const Json& object, std::initializer_list<const char*> path) {
  static const Json none;
  const Json* value = &object;
  for (const char* const name : path) {
    if (!value->is_object()) return none;
    const auto found = value->find(name);
    if (found == value->end()) return none;
    value = &*found;
  }
  return *value;
}

std::string text_at(const Json& object,
                    std::initializer_list<const char*> path) {
  const auto* const text = at(object, path).get_ptr<const Json::string_t*>();
  return text == nullptr ? std::string() : *text;
}

std::optional<std::uint64_t> count_at(const Json& object,
                                      std::initializer_list<const char*> path) {
  const Json& value = at(object, path);
  if (!value.is_number_unsigned()) return std::nullopt;
  return value.get<std::uint64_t>();
}

std::optional<Stamp> time_at(const Json& object, const char* name) {
  constexpr std::uint64_t kMost = 9'000'000'000'000'000;  // the year 2255
  const auto us = count_at(object, {name});
  if (!us || *us > kMost) return std::nullopt;
  return stamp_ns(static_cast<std::int64_t>(*us) * 1000);
}

std::optional<Nanos> duration_at(const Json& object, const char* name) {
  const auto ns = count_at(object, {name});
  if (!ns || *ns > INT64_MAX) return std::nullopt;
  return Nanos(static_cast<std::int64_t>(*ns));
}

std::uint8_t protocol_number(const std::string& word) {
  if (word == "tcp") return 6;
  if (word == "udp") return 17;
  return 0;
}

std::optional<MeasuredFlow> flow_of(const Json& record) {
  MeasuredFlow flow;
  const auto client = read_address(text_at(record, {"client_ip"}));
  const auto server = read_address(text_at(record, {"server_ip"}));
  const auto client_port = count_at(record, {"client_port"});
  const auto server_port = count_at(record, {"server_port"});
  const auto start = time_at(record, "start_us");
  const auto end = time_at(record, "end_us");
  flow.protocol = protocol_number(text_at(record, {"proto"}));
  if (!client || !server || !start || !end || !client_port || !server_port ||
      *client_port > 0xffff || *server_port > 0xffff || flow.protocol == 0) {
    return std::nullopt;
  }
  flow.id = count_at(record, {"id"}).value_or(0);
  flow.community_id = text_at(record, {"community_id"});
  flow.client_zone = text_at(record, {"client_zone"});
  flow.server_zone = text_at(record, {"server_zone"});
  flow.handshake = text_at(record, {"handshake", "outcome"});
  flow.client = *client;
  flow.server = *server;
  flow.client_port = static_cast<Port>(*client_port);
  flow.server_port = static_cast<Port>(*server_port);
  flow.start = *start;
  flow.end = *end;
  for (const char* const half : {"server", "client"}) {
    const Json& rtt = at(record, {"rtt", half, "network"});
    const auto p99 = duration_at(rtt, "p99_ns");
    if (!p99 || (flow.rtt_p99 && *p99 <= *flow.rtt_p99)) continue;
    flow.rtt_p99 = p99;
    flow.rtt_p50 = duration_at(rtt, "p50_ns");
    flow.rtt_samples = count_at(rtt, {"n"}).value_or(0);
  }
  for (const char* const way : {"c2s", "s2c"}) {
    flow.retransmits +=
        count_at(record, {way, "retransmits", "total"}).value_or(0);
    flow.packets += count_at(record, {way, "packets"}).value_or(0);
  }
  return flow;
}

}  // namespace

Result<bool> FlowJoin::read(const std::string& path) {
  auto opened = FileStream::open(path);
  if (!opened) return std::move(opened.error()).within(shown(path));
  auto plain = decompressed(std::move(*opened), path);
  if (!plain) return std::move(plain.error()).within(shown(path));
  LineStream lines(*plain->bytes);
  const std::size_t before = flows_.size();
  while (const auto line = lines.next()) {
    const Json record =
        Json::parse(line->text.begin(), line->text.end(), nullptr, false);
    if (record.is_discarded()) {
      if (lines.number() == 1) return false;
      ++refused_;
      continue;
    }
    if (text_at(record, {"type"}) != "flow") continue;
    if (auto flow = flow_of(record)) {
      add(std::move(*flow));
    } else {
      ++refused_;
    }
  }
  if (lines.error()) {
    return Error(*lines.error())
        .within(fmt::format("{}:{}", shown(path), lines.number()));
  }
  if (flows_.size() == before) {
    return Error{
        fmt::format("{}: no flow records; write them with netlat "
                    "analyze --json CAPTURE",
                    shown(path))};
  }
  return true;
}

}  // namespace netlat
