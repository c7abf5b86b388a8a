// netlat TOOL ARGS runs the program netlat-TOOL, as git does.
//
// Every run of every tool begins here, so this program is linked with nothing
// that takes time to load.

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <vector>

#include "netlat/report/schema.h"
#include "netlat/report/terminal.h"
#include "tools/common/ending.h"
#include "tools/netlat/nearest.h"
#include "tools/netlat/program.h"

namespace netlat {
namespace {

struct Verb {
  const char* name;
  const char* about;
};
// Programs beside this one.
constexpr Verb kTools[] = {
    {"analyze", "what was slow in these captures, where and why"},
    {"capture", "what is slow on this host now, second by second"},
    {"top", "the same as a screen: who is slow, what was promised"},
    {"zones", "which availability zone an address is in"},
    {"flowlogs", "what cloud flow logs say: bytes between zones, rejects"},
    {"probe", "where on a path the time goes, and what is lost"},
    {"slo", "rules and a dashboard from objectives"},
};
// Done here.
constexpr Verb kOwn[] = {
    {"help", "the manual page of a tool"},
    {"schema", "the JSON Schema of a record"},
};

std::string line_about(const Verb& verb) {
  constexpr std::size_t kColumn = 10;
  std::string name = verb.name;
  name.resize(std::max(name.size(), kColumn), ' ');
  return "  " + name + ' ' + verb.about + '\n';
}

std::string usage() {
  std::string out = "usage: netlat TOOL [ARGUMENTS]\n\n";
  for (const Verb& v : kTools) out += line_about(v);
  for (const Verb& v : kOwn) out += line_about(v);
  return out + "\nnetlat help TOOL tells more, netlat --version the version.\n";
}

int print(const std::string& text, int status) {
  // Here and not in main: a program we become must not inherit it.
  (void)std::signal(SIGPIPE, SIG_IGN);
  Output out(STDOUT_FILENO);
  out.append(text);
  return finish("netlat", out, status);
}

int unknown(const std::string& verb) {
  std::vector<std::string_view> words;
  for (const Verb& v : kTools) words.emplace_back(v.name);
  for (const Verb& v : kOwn) words.emplace_back(v.name);
  const std::string_view meant = nearest_word(verb, words);
  complain("netlat",
           "no tool " + verb +
               (meant.empty() ? "; see netlat --help"
                              : "; did you mean " + std::string(meant) + '?'));
  return kExitUsage;
}

int schema(const std::vector<std::string>& arguments) {
  if (arguments.size() == 1) {
    if (const auto text = json_schema(arguments[0]))
      return print(*text, kExitDone);
  }
  std::string types;
  for (const std::string_view t : schema_types()) {
    types += (types.empty() ? "" : ", ") + std::string(t);
  }
  complain("netlat schema", "name one record type of: " + types);
  return kExitUsage;
}

int run_tool(const std::string& tool, char** arguments) {
  const std::string path = find_tool(tool);
  if (path.empty()) return unknown(tool);
  become(path, arguments);
  complain("netlat", path + ": " + std::strerror(errno));
  return kExitFailed;
}

int help(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return print(usage(), kExitDone);
  std::string tool = arguments[0];
  for (const Verb& v : kOwn) {
    if (tool == v.name) tool.clear();
  }
  const std::string page = tool.empty() ? "netlat" : "netlat-" + tool;
  if (!tool.empty() && find_tool(tool).empty()) return unknown(tool);
  if (show_manual(page)) return 0;
  if (tool.empty()) return print(usage(), kExitDone);
  std::string name = page, option = "--help";
  char* words[] = {name.data(), option.data(), nullptr};
  return run_tool(tool, words);
}

int run(int argc, char** argv) {
  if (argc < 2) {
    (void)std::fputs(usage().c_str(), stderr);
    return kExitUsage;
  }
  const std::string verb = argv[1];
  const std::vector<std::string> rest(argv + 2, argv + argc);
  if (verb == "--help" || verb == "-h") return print(usage(), kExitDone);
  if (verb == "--version")
    return print("netlat " NETLAT_VERSION "\n", kExitDone);
  if (verb == "help") return help(rest);
  if (verb == "schema") return schema(rest);
  return run_tool(verb, argv + 1);
}

}  // namespace
}  // namespace netlat

int main(int argc, char** argv) {
  netlat::open_standard_descriptors();
  return netlat::run(argc, argv);
}
