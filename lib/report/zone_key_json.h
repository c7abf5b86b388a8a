#pragma once
// The `key` of interval records.

#include <string_view>

#include "lib/report/json_values.h"
#include "netlat/measure/zone_label.h"

namespace netlat {

/// `server` is empty where the record is of no single service.
inline void put_interval_key(JsonWriter& json, const ZoneLabeler* labeler,
                             const ZonePlace& client, const ZonePlace& server,
                             std::string_view service) {
  json.open_object("key");
  if (labeler == nullptr) {
    json.null("client_zone");
    json.null("server_zone");
    put_text(json, "server", service);
    json.close_object();
    return;
  }
  put_text(json, "client_zone", labeler->name(client));
  put_text(json, "server_zone", labeler->name(server));
  put_text(json, "server", service);
  json.plain("client_status", to_word(client.status));
  json.plain("server_status", to_word(server.status));
  put_text(json, "client_region", labeler->region(client));
  put_text(json, "server_region", labeler->region(server));
  json.plain("relation", to_word(labeler->relation(client, server)));
  json.close_object();
}

}  // namespace netlat
