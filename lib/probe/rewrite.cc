#include "netlat/probe/rewrite.h"

namespace netlat {

namespace {

template <class T>
bool differ(const std::optional<T>& a, const std::optional<T>& b) {
  return a && b && *a != *b;
}

}  // namespace

std::vector<std::string_view> Rewrite::words() const {
  std::vector<std::string_view> out;
  if (source) out.emplace_back("source");
  if (target) out.emplace_back("target");
  if (source_port) out.emplace_back("source_port");
  if (port) out.emplace_back("port");
  if (checksum) out.emplace_back("checksum");
  if (tos) out.emplace_back("tos");
  if (ip_id) out.emplace_back("ip_id");
  return out;
}

Rewrite compare_heads(const ProbeHead& sent, const ProbeHead& quoted,
                      std::optional<std::uint16_t> partial) {
  Rewrite r;
  r.quoted = quoted;
  r.source = differ(sent.source, quoted.source);
  r.target = differ(sent.target, quoted.target);
  r.source_port = differ(sent.source_port, quoted.source_port);
  r.port = differ(sent.port, quoted.port);
  r.checksum =
      differ(sent.checksum, quoted.checksum) && quoted.checksum != partial;
  r.tos = differ(sent.tos, quoted.tos);
  r.ip_id = differ(sent.ip_id, quoted.ip_id);
  return r;
}

}  // namespace netlat
