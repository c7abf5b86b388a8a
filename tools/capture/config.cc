// Problem: a daemon that starts with half of what its file says is worse than
// one that does not start.  Method: one table of keys, each with the function
// that checks and takes its value; whatever is in the file and not in the table
// is an error with its line.

#include "tools/capture/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <sstream>
#include <string_view>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "netlat/base/parse_count.h"
#include "netlat/base/safe_text.h"

namespace netlat {

namespace {

// What is wrong with a value; empty: nothing.
using Problem = std::string;
using Take = std::function<Problem(const toml::node&, CaptureOptions&)>;

Problem take_text(const toml::node& node, std::string& into) {
  const auto text = node.value_exact<std::string>();
  if (!text || text->empty()) return "write a text that is not empty";
  into = *text;
  return {};
}

Problem take_flag(const toml::node& node, bool& into) {
  const auto flag = node.value_exact<bool>();
  if (!flag) return "write true or false";
  into = *flag;
  return {};
}

Problem take_texts(const toml::node& node, std::vector<std::string>& into) {
  const toml::array* const list = node.as_array();
  if (list == nullptr || list->empty()) return "write a list of texts";
  std::vector<std::string> texts;
  for (const toml::node& item : *list) {
    texts.emplace_back();
    if (!take_text(item, texts.back()).empty()) return "write a list of texts";
  }
  into = std::move(texts);
  return {};
}

template <class Number>
Problem take_number(const toml::node& node, std::int64_t least,
                    std::int64_t most, Number& into) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < least || *value > most) {
    return fmt::format("write a number, {} to {}", least, most);
  }
  into = static_cast<Number>(*value);
  return {};
}

template <class Number>
Problem take_size(const toml::node& node, std::uint64_t least,
                  std::uint64_t most, Number& into) {
  std::optional<std::uint64_t> size;
  if (const auto text = node.value_exact<std::string>()) {
    size = parse_size(*text);
  } else if (const auto number = node.value_exact<std::int64_t>()) {
    size = static_cast<std::uint64_t>(std::max<std::int64_t>(*number, 0));
  }
  if (!size || *size < least || *size > most) {
    return fmt::format("write octets or a text with k, M or G, {} to {} octets",
                       least, most);
  }
  into = static_cast<Number>(*size);
  return {};
}

Problem take_duration(const toml::node& node, std::int64_t most_seconds,
                      std::chrono::seconds& into) {
  const auto text = node.value_exact<std::string>();
  std::int64_t unit = 0;
  if (text && text->size() > 1) {
    const char last = text->back();
    unit = last == 's' ? 1 : last == 'm' ? 60 : last == 'h' ? 3600 : 0;
  }
  const auto count =
      unit == 0 ? std::nullopt
                : parse_count(text->substr(0, text->size() - 1), 1, 1'000'000);
  if (!count || static_cast<std::int64_t>(*count) * unit > most_seconds) {
    return fmt::format(
        "write a duration as in \"30s\", \"5m\" or \"1h\", up "
        "to {}s",
        most_seconds);
  }
  into = std::chrono::seconds(static_cast<std::int64_t>(*count) * unit);
  return {};
}

Problem take_objectives(const toml::node& node, CaptureOptions& o) {
  std::vector<std::string> texts;
  if (Problem p = take_texts(node, texts); !p.empty()) return p;
  for (const std::string& text : texts) {
    auto objective = parse_objective(text);
    if (!objective) return objective.error().message;
    o.objectives.push_back(std::move(*objective));
  }
  return {};
}

Problem take_compression(const toml::node& node, FilePlan& plan) {
  const auto text = node.value_exact<std::string>();
  if (text == "zstd") {
    plan.compression = Compression::zstd;
  } else if (text == "gzip") {
    plan.compression = Compression::gzip;
  } else if (text == "none") {
    plan.compression = Compression::none;
  } else {
    return "write \"zstd\", \"gzip\" or \"none\"";
  }
  return {};
}

Problem take_listen(const toml::node& node, CaptureOptions& o) {
  std::string text;
  if (Problem p = take_text(node, text); !p.empty()) return p;
  auto listen = read_metrics_address(text);
  if (!listen) return listen.error().message;
  o.metrics.listen = std::move(*listen);
  return {};
}

FilePlan& files(CaptureOptions& o) {
  if (!o.files) o.files.emplace();
  return *o.files;
}

constexpr std::uint64_t kMega = std::uint64_t{1} << 20;

// What begins so counts as soon as it is read again (netlat.toml(5)).
constexpr std::string_view kReadAgain[] = {"zones",         "scopes",
                                           "objectives",    "alerts.",
                                           "records.file_", "records.quota"};

struct Key {
  std::string_view name;
  Take take;
};

const std::vector<Key>& capture_keys() {
  using N = const toml::node&;
  using O = CaptureOptions&;
  static const std::vector<Key> keys = {
      {"interfaces", [](N n, O o) { return take_texts(n, o.interfaces); }},
      {"filter", [](N n, O o) { return take_text(n, o.live.filter); }},
      {"snaplen",
       [](N n, O o) { return take_number(n, 128, 262'144, o.live.snaplen); }},
      {"buffer",
       [](N n, O o) { return take_size(n, 1, 2048 * kMega, o.live.buffer); }},
      {"threads",
       [](N n, O o) {
         return take_number(n, 1, static_cast<std::int64_t>(most_threads()),
                            o.live.threads);
       }},
      {"promiscuous",
       [](N n, O o) { return take_flag(n, o.live.promiscuous); }},
      {"json", [](N n, O o) { return take_flag(n, o.json); }},
      {"quiet", [](N n, O o) { return take_flag(n, o.quiet); }},
      {"top",
       [](N n, O o) { return take_number(n, 1, 4096, o.top.emplace()); }},
      {"flow_memory",
       [](N n, O o) {
         return take_size(n, kLeastFlowMemory, std::uint64_t{1} << 40,
                          o.flow_memory.emplace());
       }},
      {"strict_sandbox", [](N n, O o) { return take_flag(n, o.strict); }},
      {"zones", [](N n, O o) { return take_texts(n, o.zones.maps); }},
      {"scopes", [](N n, O o) { return take_texts(n, o.zones.scopes); }},
      {"objectives", take_objectives},
      {"socket", [](N n, O o) { return take_text(n, o.socket); }},
      {"recorder.directory",
       [](N n, O o) { return take_text(n, o.recorder.directory); }},
      {"recorder.keep",
       [](N n, O o) {
         std::string keep;
         if (Problem p = take_text(n, keep); !p.empty()) return p;
         const auto done = read_recorder_keep(keep, o.recorder);
         return done ? Problem() : done.error().message;
       }},
      {"recorder.payload",
       [](N n, O o) { return take_flag(n, o.recorder.payload); }},
      {"recorder.quota",
       [](N n, O o) {
         return take_size(n, kMega, std::uint64_t{1} << 50, o.recorder.quota);
       }},
      {"metrics.listen", take_listen},
      {"metrics.by",
       [](N n, O o) {
         std::string by;
         Problem p = take_text(n, by);
         if (p.empty() && by != "service" && by != "zone") {
           p = "write \"service\" or \"zone\"";
         }
         o.metrics_by_service = by == "service";
         return p;
       }},
      {"metrics.file",
       [](N n, O o) {
         Problem p = take_text(n, o.metrics.text_file);
         return p.empty() ? metrics_file_problem(o.metrics.text_file) : p;
       }},
      {"metrics.remote_write",
       [](N n, O o) {
         Problem p = take_text(n, o.metrics.remote_write);
         return p.empty() ? webhook_problem(o.metrics.remote_write) : p;
       }},
      {"records.directory",
       [](N n, O o) { return take_text(n, files(o).directory); }},
      {"records.compression",
       [](N n, O o) { return take_compression(n, files(o)); }},
      {"records.file_size",
       [](N n, O o) {
         return take_size(n, kMega / 16, 1024 * kMega * 1024,
                          files(o).most_octets);
       }},
      {"records.file_time",
       [](N n, O o) { return take_duration(n, 86'400, files(o).most_time); }},
      {"records.quota",
       [](N n, O o) {
         return take_size(n, kMega / 8, std::uint64_t{1} << 50, files(o).quota);
       }},
      {"alerts.command",
       [](N n, O o) { return take_texts(n, o.alerts.command); }},
      {"alerts.webhook",
       [](N n, O o) {
         Problem p = take_text(n, o.alerts.webhook);
         return p.empty() ? webhook_problem(o.alerts.webhook) : p;
       }},
      {"alerts.timeout",
       [](N n, O o) { return take_duration(n, 300, o.alerts.timeout); }},
      {"alerts.every",
       [](N n, O o) { return take_duration(n, 86'400, o.alerts.every); }},
  };
  return keys;
}

class Reader {
 public:
  Reader(std::string name, CaptureOptions& options)
      : name_(std::move(name)), options_(options) {}

  Result<void> read(const toml::table& table, const std::string& before) {
    for (const auto& [key, node] : table) {
      const std::string path = before + std::string(key.str());
      options_.config_lines[path] = key.source().begin.line;
      const auto& keys = capture_keys();
      const auto found =
          std::find_if(keys.begin(), keys.end(),
                       [&](const Key& k) { return k.name == path; });
      if (found != keys.end()) {
        const Problem problem = found->take(node, options_);
        if (!problem.empty()) return wrong(key.source().begin, path, problem);
        continue;
      }
      const bool begins = std::any_of(
          keys.begin(), keys.end(),
          [&](const Key& k) { return k.name.starts_with(path + '.'); });
      if (!begins) return wrong(key.source().begin, path, "no such key");
      if (!node.is_table()) return wrong(key.source().begin, path, "a table");
      auto done = read(*node.as_table(), path + '.');
      if (!done) return done;
    }
    return {};
  }

  Error wrong(const toml::source_position& at, const std::string& path,
              const std::string& problem) const {
    return {fmt::format("{}:{}: {}: {}", name_, at.line, SafeText(path).str(),
                        problem),
            ErrorKind::usage};
  }

 private:
  std::string name_;
  CaptureOptions& options_;
};

}  // namespace

Result<void> read_config(const std::string& text, const std::string& name,
                         CaptureOptions& options) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    return Error{
        fmt::format("{}:{}: {}", name, parsed.error().source().begin.line,
                    SafeText(parsed.error().description()).str()),
        ErrorKind::usage};
  }
  return Reader(name, options).read(parsed.table(), "");
}

std::vector<std::string> keys_that_wait(const std::string& then,
                                        const std::string& now) {
  const toml::parse_result before = toml::parse(then);
  const toml::parse_result after = toml::parse(now);
  const auto text = [](const toml::parse_result& file, std::string_view path) {
    std::ostringstream out;
    if (const auto node = file.at_path(path)) out << node;
    return out.str();
  };
  std::vector<std::string> keys;
  for (const Key& key : capture_keys()) {
    const bool at_once = std::any_of(
        std::begin(kReadAgain), std::end(kReadAgain),
        [&](std::string_view k) { return key.name.starts_with(k); });
    if (!at_once && text(before, key.name) != text(after, key.name)) {
      keys.emplace_back(key.name);
    }
  }
  return keys;
}

Result<std::string> read_whole_file(const std::string& path) {
  constexpr std::size_t kMost = std::size_t{16} << 20;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(path.c_str(), "re"), &std::fclose);
  const auto failed = [&] {
    const ErrorKind kind =
        errno == EACCES ? ErrorKind::permission : ErrorKind::usage;
    return Error{path + ": " + std::strerror(errno), kind};
  };
  if (!file) return failed();
  std::string text;
  char piece[65'536];
  for (std::size_t n = 0;
       (n = std::fread(piece, 1, sizeof piece, file.get())) > 0;) {
    text.append(piece, n);
    if (text.size() > kMost) {
      return Error{path + ": longer than 16 MiB", ErrorKind::usage};
    }
  }
  if (std::ferror(file.get()) != 0) return failed();
  return text;
}

}  // namespace netlat
