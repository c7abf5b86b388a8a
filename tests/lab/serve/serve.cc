#include "tests/lab/serve/serve.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <string_view>
#include <utility>

#include "tests/lab/common/socket.h"
#include "tests/lab/common/values.h"

namespace lab::load {

Serve::Serve(const Stage& stage)
    : stage_(stage),
      service_([this](const std::string& name) {
        const auto found = shapes_.find(name);
        return found == shapes_.end() ? nullptr : found->second;
      }),
      pace_(stage.loop,
            [this](const ReadPace& pace) {
              for (const auto& [key, connection] : connections_)
                connection->set_pace(pace);
            }),
      release_(stage.loop),
      accept_again_(stage.loop) {}

Serve::~Serve() {
  end_all("stopped", false);
  service_.stop();
  for (const auto& [name, shape] : shapes_)
    if (shape->targets) shape->targets->stop();
}

void Serve::listen(Line& line, bool apply) {
  const auto addresses = line.address_list("ADDRESS:PORT");
  SocketOptions options;
  options.read(line);
  int64_t backlog = SOMAXCONN;
  line.integer("backlog", backlog, 0);
  TlsVersion version = TlsVersion::kNone;
  read_tls_version(line, version);
  bool tickets = true;
  line.on_off("tickets", tickets);
  int64_t work_ns = 0;
  line.duration("handshake_cpu", work_ns);
  line.finish();
  if (!apply || !line.good()) return;
  for (const Address& address : addresses) {
    auto listener = std::make_unique<Listener>();
    listener->address = address;
    std::string fault;
    listener->socket =
        listen_on(address, options, static_cast<int>(backlog), fault);
    if (!listener->socket) {
      line.fail("listen: " + fault);
      return;
    }
    if (version != TlsVersion::kNone) listener->tls.emplace(version, tickets);
    listener->handshake_work_ns = work_ns;
    stage_.loop.watch(
        listener->socket.get(), EPOLLIN,
        [this, raw = listener.get()](uint32_t) { accept_all(*raw); });
    listeners_.push_back(std::move(listener));
  }
}

void Serve::shape(Line& line, bool apply) {
  const std::string name = line.word("a name");
  if (name.size() > kMostShapeName)
    line.fail("shape: the name is longer than 16 letters");
  const auto old = shapes_.find(name);
  const auto next =
      std::make_shared<Shape>(old == shapes_.end() ? Shape() : *old->second);
  PoolSettings pool;
  if (next->targets) pool = next->targets->settings();
  const bool moved = next->read(line, pool);
  line.finish();
  // Earlier lines may have given these: known only when they have been applied.
  if (apply && next->calls > 0 && (next->to.empty() || next->call.empty()))
    line.fail("shape: calls need to=ADDRESS:PORT and call=SHAPE");
  if (!apply || !line.good()) return;
  if (next->calls > 0 && !next->targets)
    next->targets = std::make_shared<Targets>(stage_.loop, stage_.connections);
  if (next->targets) {
    next->targets->settings() = pool;
    if (moved || next->targets->empty())
      next->targets->set(next->to, {}, next->client);
  }
  shapes_[name] = next;
}

void Serve::workers(Line& line, bool apply) {
  const int64_t count =
      line.flag("unlimited") ? PoolSettings::kUnlimited : line.count("a count");
  line.finish();
  if (apply && line.good()) service_.set_workers(count);
}

void Serve::cold(Line& line, bool apply) {
  ColdStart cold;
  if (!line.flag("off")) {
    line.integer("count", cold.count, 1);
    line.duration("from", cold.from_ns);
    line.duration("to", cold.to_ns);
    if (cold.count == 0 || cold.from_ns == 0 || cold.to_ns == 0)
      line.fail("cold: expected count=N from=DURATION to=DURATION, or off");
  }
  line.finish();
  if (apply && line.good()) service_.set_cold(cold);
}

void Serve::hold(Line& line, bool apply) {
  const std::string how = line.word("on, off or a duration");
  const auto ns = parse_duration_ns(how);
  if (how != "on" && how != "off" && !ns)
    line.fail("hold: expected on, off or a duration such as 900ms");
  line.finish();
  if (!apply || !line.good()) return;
  release_.cancel();
  service_.set_hold(how != "off");
  if (ns) release_.after(*ns, [this] { service_.set_hold(false); });
}

void Serve::handshake(Line& line, bool apply) {
  int64_t work_ns = 0;
  if (!line.duration("cpu", work_ns))
    line.fail("handshake: expected cpu=DURATION");
  line.finish();
  if (!apply || !line.good()) return;
  for (const auto& listener : listeners_) listener->handshake_work_ns = work_ns;
}

void Serve::accept(Line& line, bool apply) {
  int64_t pause_ns = 0;
  const bool timed = line.duration("pause", pause_ns);
  const bool on = !timed && line.flag("on");
  if (!timed && !on && !line.flag("pause"))
    line.fail("accept: expected on or pause[=DURATION]");
  line.finish();
  if (!apply || !line.good()) return;
  accept_again_.cancel();
  set_accepting(on);
  if (timed) accept_again_.after(pause_ns, [this] { set_accepting(true); });
}

void Serve::close(Line& line, bool apply) {
  CloseRules rules;
  const bool now = line.flag("now");
  const bool off = line.flag("off");
  const bool after = line.integer("after", rules.after_replies, 1);
  const bool idle = line.duration("idle", rules.idle_ns);
  line.on_off("rst", rules.reset);
  if (int{now} + int{off} + int{after || idle} != 1)
    line.fail("close: expected now, off, or after=N and idle=DURATION");
  line.finish();
  if (!apply || !line.good()) return;
  if (now) {
    end_all("told", rules.reset);
    return;
  }
  close_ = rules;
  for (const auto& [key, connection] : connections_) connection->watch_idle();
}

void Serve::seed(Line& line, bool apply) {
  const int64_t value = line.count("a number");
  line.finish();
  if (apply && line.good()) service_.set_seed(static_cast<uint64_t>(value));
}

void Serve::accept_all(Listener& listener) {
  for (;;) {
    Fd socket(accept4(listener.socket.get(), nullptr, nullptr,
                      SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) return;
    ConnectionFacts facts;
    facts.role = "server";
    facts.begun_ns = realtime_ns();
    facts.connected_ns = facts.begun_ns;
    facts.local = Address::near_end(socket.get()).text();
    facts.remote = Address::far_end(socket.get()).text();
    SslPtr ssl = listener.tls ? listener.tls->accept(socket.get()) : nullptr;
    const auto connection = std::make_shared<ServerConnection>(
        Server{stage_.loop, stage_.requests, stage_.connections, service_,
               close_},
        Stream(std::move(socket), std::move(ssl)), std::move(facts),
        [this](ServerConnection& gone) {
          const auto found = connections_.find(&gone);
          if (found == connections_.end()) return;
          stage_.loop.bury(found->second);
          connections_.erase(found);
        });
    connections_[connection.get()] = connection;
    connection->start(listener.tls ? listener.handshake_work_ns : 0,
                      pace_.pace());
  }
}

void Serve::set_accepting(bool accepting) {
  for (const auto& listener : listeners_)
    stage_.loop.change(listener->socket.get(), accepting ? EPOLLIN : 0U);
}

void Serve::end_all(const std::string& reason, bool reset) {
  const auto all = connections_;
  for (const auto& [key, connection] : all) connection->end(reason, reset);
}

}  // namespace lab::load
