// The lines of lab-drive.
//
//   target ADDRESS:PORT[,...] [weights=N,...] [tls=1.2|1.3] [resume=on|off]
//          [sni=NAME] [bind=ADDRESS[:PORT]] [nodelay=on|off] [sndbuf=SIZE]
//          [rcvbuf=SIZE] [congestion=NAME] [keepalive=IDLE,INTERVAL,COUNT]
//     Where requests go: to each address in turn, or at random by weight.
//     Each has its own pool.  After a new target line, targets that stay with
//     the same options keep their connections; others finish and close.
//
//   pool [size=N] [reuse=N] [per_request]
//     At most N connections a target, each for at most N requests; what is
//     not named is unlimited.  per_request is reuse=1.
//   pipeline depth=N
//     Requests in flight on a connection; 1 is no pipelining.
//
//   shape NAME [weight=N] [request=SIZE] [reply=SIZE] [split=N] [gap=DURATION]
//     Requests of this name are `request` octets, written in `split` pieces;
//     `reply` asks the server for a size.  A shape is chosen by weight; a line
//     for one there is changes what it names.
//   shape NAME off
//
//   arrivals DURATION | serial [pause=DURATION] [users=N] | off
//     Open loop with this time between requests (exp:10ms is Poisson), or
//     each of `users` its next request `pause` after the last answer.
//   burst N
//     N requests at once, beside the arrivals.
//   ramp factor=N over=DURATION
//     Arrivals become N times as frequent as written, linearly.
//   requests N | unlimited
//     Begin no more than N from now on; "done" on standard output when all
//     are over.
//
//   retry timeout=DURATION [attempts=N] [backoff=DURATION] [abort=on|off] | off
//     An attempt fails when its connection does, or after the timeout, which
//     counts the wait for a connection.  With abort the connection is closed,
//     without the reply is awaited and not used.  `attempts` has the first.
//   hedge after=DURATION [share=PERCENT] | off
//     A second attempt beside the first; the first answer counts.
//
//   read on | pause[=DURATION] | size=SIZE every=DURATION
//     How fast all connections are read.  Until the buffer is full the kernel
//     reads on: a small rcvbuf for the target makes the server wait sooner.
//   open N             idle connections to each target
//   close              all connections, with FIN
//   reset              all connections, with RST
//   seed N             of arrivals, shapes, weights and hedges

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "tests/lab/common/verbs.h"
#include "tests/lab/drive/drive.h"

namespace lab::load {
namespace {

std::vector<double> read_weights(Line& line, size_t targets) {
  std::string text;
  std::vector<double> out;
  if (!line.text("weights", text)) return out;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    double weight = -1;
    const char* const end = part.data() + part.size();
    const auto [last, error] = std::from_chars(part.data(), end, weight);
    if (error != std::errc() || last != end || !(weight >= 0)) weight = -1;
    out.push_back(weight);
  }
  const bool good =
      out.size() == targets && std::count(out.begin(), out.end(), -1.0) == 0 &&
      std::count_if(out.begin(), out.end(), [](double w) { return w > 0; }) > 0;
  if (!good)
    line.fail(fmt::format("weights is '{}', expected a number for each target",
                          text));
  return out;
}

}  // namespace

void Drive::target(Line& line, bool apply) {
  const auto addresses = line.address_list("ADDRESS:PORT");
  const auto weights = read_weights(line, addresses.size());
  ClientOptions options;
  options.read(line);
  line.finish();
  if (apply && line.good()) targets_.set(addresses, weights, options);
}

void Drive::pool(Line& line, bool apply) {
  PoolSettings settings;
  line.integer("size", settings.size, 1);
  line.integer("reuse", settings.reuse, 1);
  if (line.flag("per_request")) settings.reuse = 1;
  line.finish();
  if (!apply || !line.good()) return;
  targets_.settings().size = settings.size;
  targets_.settings().reuse = settings.reuse;
  targets_.trim();
}

void Drive::pipeline(Line& line, bool apply) {
  int64_t depth = 0;
  if (!line.integer("depth", depth, 1)) line.fail("pipeline: expected depth=N");
  line.finish();
  if (apply && line.good()) targets_.settings().depth = depth;
}

void Drive::shape(Line& line, bool apply) {
  const std::string name = line.word("a name");
  if (name.size() > kMostShapeName)
    line.fail("shape: the name is longer than 16 letters");
  const auto old =
      std::find_if(shapes_.begin(), shapes_.end(),
                   [&](const RequestShape& each) { return each.name == name; });
  RequestShape next = old == shapes_.end() ? RequestShape() : *old;
  next.name = name;
  const bool off = line.flag("off");
  line.positive("weight", next.weight);
  line.size("request", next.octets, int64_t{RequestHead::kOctets});
  line.size("reply", next.reply_octets, int64_t{ReplyHead::kOctets});
  line.integer("split", next.parts, 1);
  line.duration("gap", next.gap_ns);
  line.finish();
  if (!apply || !line.good()) return;
  if (old != shapes_.end()) shapes_.erase(old);
  if (!off) shapes_.push_back(next);
}

void Drive::arrivals(Line& line, bool apply) {
  const std::string how = line.word("a duration, serial or off");
  Duration gap;
  int64_t users = 1;
  if (how == "serial") {
    line.distribution("pause", gap);
    line.integer("users", users, 1);
  } else if (how != "off") {
    const auto parsed = Duration::parse(how);
    if (!parsed || parse_duration_ns(how) == 0)
      line.fail(
          fmt::format("arrivals is '{}', expected off, serial or a "
                      "duration such as 10ms or exp:10ms",
                      how));
    else
      gap = *parsed;
  }
  line.finish();
  if (apply && how != "off" && targets_.empty())
    line.fail("arrivals: no target yet");
  if (!apply || !line.good()) return;
  if (how == "off")
    schedule_.off();
  else if (how == "serial")
    schedule_.serial(users, gap);
  else
    schedule_.open_loop(gap);
}

void Drive::burst(Line& line, bool apply) {
  const int64_t count = line.count("a count");
  line.finish();
  if (apply && targets_.empty()) line.fail("burst: no target yet");
  if (apply && line.good()) schedule_.burst(count);
}

void Drive::ramp(Line& line, bool apply) {
  double factor = 1;
  int64_t over_ns = 0;
  if (!line.positive("factor", factor) || !line.duration("over", over_ns))
    line.fail("ramp: expected factor=N over=DURATION");
  line.finish();
  if (apply && line.good()) schedule_.ramp(factor, over_ns);
}

void Drive::requests(Line& line, bool apply) {
  const int64_t count =
      line.flag("unlimited") ? PoolSettings::kUnlimited : line.count("a count");
  line.finish();
  if (apply && line.good()) left_ = count;
}

void Drive::retry(Line& line, bool apply) {
  RetryRules rules;
  const bool off = line.flag("off");
  const bool timeout = line.duration("timeout", rules.timeout_ns);
  const bool attempts = line.integer("attempts", rules.attempts, 1);
  if (!off && !timeout && !attempts)
    line.fail("retry: expected timeout=DURATION, attempts=N or off");
  line.duration("backoff", rules.backoff_ns);
  line.on_off("abort", rules.abort);
  line.finish();
  if (apply && line.good()) retry_ = rules;
}

void Drive::hedge(Line& line, bool apply) {
  HedgeRules rules;
  const bool off = line.flag("off");
  if (!off && !line.duration("after", rules.after_ns))
    line.fail("hedge: expected after=DURATION or off");
  line.share("share", rules.share);
  line.finish();
  if (apply && line.good()) hedge_ = rules;
}

void Drive::open(Line& line, bool apply) {
  const int64_t count = line.count("a count");
  line.finish();
  if (apply && targets_.empty()) line.fail("open: no target yet");
  if (apply && line.good()) targets_.open(count);
}

void Drive::close(Line& line, bool apply) {
  line.finish();
  if (apply && line.good()) targets_.close_all("told", false);
}

void Drive::reset(Line& line, bool apply) {
  line.finish();
  if (apply && line.good()) targets_.close_all("told", true);
}

void Drive::seed(Line& line, bool apply) {
  const int64_t value = line.count("a number");
  line.finish();
  if (apply && line.good()) random_.seed(static_cast<uint64_t>(value));
}

void Drive::read(Line& line, bool apply) {
  static constexpr std::array<Verb<Drive>, 14> kVerbs{
      {{"target", &Drive::target},
       {"pool", &Drive::pool},
       {"pipeline", &Drive::pipeline},
       {"shape", &Drive::shape},
       {"arrivals", &Drive::arrivals},
       {"burst", &Drive::burst},
       {"ramp", &Drive::ramp},
       {"requests", &Drive::requests},
       {"retry", &Drive::retry},
       {"hedge", &Drive::hedge},
       {"open", &Drive::open},
       {"close", &Drive::close},
       {"reset", &Drive::reset},
       {"seed", &Drive::seed}}};
  if (line.verb() == "read") {
    pace_.read(line, apply);
    return;
  }
  read_by_verb(kVerbs, *this, line, apply);
}

}  // namespace lab::load
