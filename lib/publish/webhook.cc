#include <fmt/format.h>
#include <httplib.h>

#include "netlat/publish/alert_actions.h"

namespace netlat {

namespace {

// Where the path of a URL begins; npos for what is none.
std::size_t path_of(const std::string& url) {
  const std::size_t host = url.find("://") + 3;
  return url.find('/', host);
}

}  // namespace

std::string webhook_problem(const std::string& url) {
  const bool scheme = url.starts_with("http://") || url.starts_with("https://");
  if (!scheme || url.find("://") + 3 == url.size()) {
    return "write http://HOST/PATH or https://HOST/PATH";
  }
  for (const char c : url) {
    if (c <= ' ' || c > '~') return "it holds a blank or a control character";
  }
  return {};
}

std::string post_json(const std::string& url, const std::string& body,
                      std::chrono::seconds timeout) {
  const std::size_t path = path_of(url);
  httplib::Client client(url.substr(0, path));
  client.set_connection_timeout(timeout);
  client.set_read_timeout(timeout);
  client.set_write_timeout(timeout);
  const auto answer =
      client.Post(path == url.npos ? "/" : url.substr(path).c_str(), body,
                  "application/json");
  if (!answer) {
    return fmt::format("{}: {}", url, httplib::to_string(answer.error()));
  }
  if (answer->status / 100 != 2) {
    return fmt::format("{}: it answered {}", url, answer->status);
  }
  return {};
}

}  // namespace netlat
