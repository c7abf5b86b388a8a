#include "tests/lab/common/client_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tests/lab/common/values.h"

namespace lab::load {
namespace {

// The word for an attempt whose connection ended for this reason.
std::string outcome_of(const std::string& reason) {
  if (reason == "refused" || reason == "reset" || reason == "stopped" ||
      reason.starts_with("error:"))
    return reason;
  return "closed";
}

}  // namespace

bool ClientOptions::read(Line& line) {
  const size_t before = line.left();
  socket.read(line);
  read_tls_version(line, tls);
  line.on_off("resume", resume);
  line.text("sni", server_name);
  std::string address;
  if (line.text("bind", address)) {
    const auto parsed = Address::parse(address, false);
    if (parsed)
      from = *parsed;
    else
      line.fail(fmt::format("bind is '{}', expected ADDRESS[:PORT]", address));
  }
  return line.left() != before;
}

Endpoint::Endpoint(const Address& address, const ClientOptions& client_options)
    : to(address), options(client_options) {
  if (options.tls != TlsVersion::kNone)
    tls.emplace(options.tls, options.resume, options.server_name);
}

ClientConnection::ClientConnection(Loop& loop, ConnectionLog& log,
                                   ClientConnectionOwner& owner,
                                   std::shared_ptr<Endpoint> endpoint)
    : loop_(loop),
      log_(log),
      owner_(owner),
      endpoint_(std::move(endpoint)),
      fail_(loop) {}

void ClientConnection::start(const ReadPace& pace) {
  pace_ = pace;
  begun_ns_ = realtime_ns();
  std::string fault;
  Fd socket = connect_to(endpoint_->to, endpoint_->options.from,
                         endpoint_->options.socket, fault);
  ConnectionFacts facts;
  facts.role = "client";
  facts.remote = endpoint_->to.text();
  facts.begun_ns = begun_ns_;
  if (!socket) {
    log_.write("fail", fault, facts, -1);
    // Not at once: the caller has yet to give it what waits for it.
    fail_.after(0, [this, fault] { on_end(fault); });
    return;
  }
  SslPtr ssl = endpoint_->tls ? endpoint_->tls->connect(socket.get()) : nullptr;
  channel_.emplace(loop_, log_, *this,
                   Stream(std::move(socket), std::move(ssl)), facts);
  channel_->start_connecting();
}

void ClientConnection::give(const AttemptPtr& attempt) {
  ++used_;
  waiting_.push_back(attempt);
  attempt->connection = weak_from_this();
  const bool fresh = !channel_ || !channel_->open();
  attempt->given_ns =
      fresh ? std::max(begun_ns_, attempt->asked_ns) : realtime_ns();
  attempt->remote = endpoint_->to.text();
  if (!channel_) return;
  if (channel_->open())
    attempt->local = channel_->facts().local;
  else
    attempt->connect_start_ns = begun_ns_;
  RequestHead head;
  head.id = attempt->id;
  head.attempt = attempt->number;
  head.octets = static_cast<uint32_t>(attempt->octets);
  head.reply_octets = static_cast<uint32_t>(attempt->reply_octets);
  head.shape = attempt->shape;
  Message message;
  message.head = head.encode();
  message.octets = attempt->octets;
  message.parts = attempt->parts;
  message.gap_ns = attempt->gap_ns;
  message.progress = [attempt](int64_t now_ns, bool last) {
    (last ? attempt->last_sent_ns : attempt->sent_ns) = now_ns;
  };
  channel_->send(std::move(message));
}

void ClientConnection::set_pace(const ReadPace& pace) {
  pace_ = pace;
  if (channel_) channel_->set_pace(pace);
}

void ClientConnection::end(const std::string& reason, bool reset) {
  if (channel_) {
    channel_->end(reason, reset);
  } else {
    fail_.cancel();
    on_end(reason);
  }
}

void ClientConnection::on_open() {
  const ConnectionFacts& facts = channel_->facts();
  for (const AttemptPtr& attempt : waiting_) {
    attempt->local = facts.local;
    attempt->connect_end_ns = facts.connected_ns;
    attempt->tls_end_ns = facts.secured_ns;
  }
  idle_since_ns_ = realtime_ns();
  channel_->set_pace(pace_);
}

void ClientConnection::on_data(std::span<const uint8_t> data, int64_t now_ns) {
  const bool good = framer_.feed(
      data, now_ns,
      [this](const ReplyHead& reply, int64_t first_ns, int64_t last_ns) {
        if (!channel_->ended()) on_reply(reply, first_ns, last_ns);
      });
  if (!good) channel_->end("error:not a reply");
}

void ClientConnection::on_reply(const ReplyHead& reply, int64_t first_ns,
                                int64_t last_ns) {
  if (waiting_.empty() || waiting_.front()->id != reply.id ||
      waiting_.front()->number != reply.attempt) {
    channel_->end("error:reply to another request");
    return;
  }
  const AttemptPtr attempt = waiting_.front();
  waiting_.pop_front();
  attempt->first_byte_ns = first_ns;
  attempt->last_byte_ns = last_ns;
  idle_since_ns_ = last_ns;
  closing_ = closing_ || reply.closing;
  if (reply.unknown_shape)
    finish(*attempt, "error:unknown shape");
  else if (attempt->reply_octets != 0 && reply.octets != attempt->reply_octets)
    finish(*attempt, fmt::format("error:reply of {} octets", reply.octets));
  else
    finish(*attempt, "ok");
  if (!channel_->ended()) owner_.on_room(*this);
}

void ClientConnection::on_end(const std::string& reason) {
  const auto self = shared_from_this();
  const auto attempts = std::exchange(waiting_, {});
  owner_.on_gone(*this);
  if (!attempts.empty()) attempts.front()->first_byte_ns = framer_.first_ns();
  for (const AttemptPtr& attempt : attempts) {
    if (channel_) attempt->local = channel_->facts().local;
    finish(*attempt, outcome_of(reason));
  }
}

}  // namespace lab::load
