// Requests on one connection are served one at a time: the next one asks for
// a worker when the reply before it has been given to the kernel.  Reading
// goes on meanwhile, so the log has the true time each request was there.

#include "tests/lab/serve/server_connection.h"

#include <utility>

#include "tests/lab/common/values.h"

namespace lab::load {

const char* const kServerLogHeader =
    "id\tattempt\tshape\tlocal\tremote\taccepted_ns\treceived_first_ns\t"
    "received_last_ns\tservice_start_ns\tthought_ns\tservice_end_ns\treply_"
    "first_ns\t"
    "reply_last_ns\tcalls\tcalls_failed\toutcome";

ServerConnection::ServerConnection(const Server& server, Stream stream,
                                   ConnectionFacts facts,
                                   std::function<void(ServerConnection&)> gone)
    : server_(server),
      channel_(server.loop, server.connections, *this, std::move(stream),
               std::move(facts)),
      gone_(std::move(gone)),
      idle_(server.loop) {}

void ServerConnection::start(int64_t handshake_work_ns, const ReadPace& pace) {
  pace_ = pace;
  channel_.start_accepted(handshake_work_ns);
}

void ServerConnection::set_pace(const ReadPace& pace) {
  pace_ = pace;
  channel_.set_pace(pace);
}

void ServerConnection::end(const std::string& reason, bool reset) {
  channel_.end(reason, reset);
}

void ServerConnection::watch_idle() {
  idle_.cancel();
  const int64_t ns = server_.close.idle_ns;
  if (ns == 0 || serving_ || channel_.ended()) return;
  idle_.after(ns, [this] { channel_.end("idle", server_.close.reset); });
}

void ServerConnection::on_open() {
  channel_.set_pace(pace_);
  watch_idle();
}

void ServerConnection::on_data(std::span<const uint8_t> data, int64_t now_ns) {
  watch_idle();
  const bool good = framer_.feed(
      data, now_ns,
      [this](const RequestHead& request, int64_t first_ns, int64_t last_ns) {
        if (!channel_.ended()) receive(request, first_ns, last_ns);
      });
  if (!good) channel_.end("error:not a request", true);
}

void ServerConnection::on_end(const std::string& reason) {
  idle_.cancel();
  for (const JobPtr& job : std::exchange(waiting_, {})) log(*job, "gone");
  // A worker finishes what it has begun, unless the program ends.
  if (serving_ && (serving_->service_end_ns != 0 || reason == "stopped"))
    log(*std::exchange(serving_, nullptr), "gone");
  gone_(*this);
}

void ServerConnection::receive(const RequestHead& request, int64_t first_ns,
                               int64_t last_ns) {
  const auto job = std::make_shared<Job>(server_.loop);
  job->request = request;
  job->received_first_ns = first_ns;
  job->received_last_ns = last_ns;
  job->served = [self = shared_from_this(), raw = job.get()] {
    if (self->serving_.get() == raw) self->reply(self->serving_);
  };
  waiting_.push_back(job);
  if (!serving_) serve_next();
}

void ServerConnection::serve_next() {
  if (waiting_.empty()) {
    watch_idle();
    return;
  }
  serving_ = waiting_.front();
  waiting_.pop_front();
  idle_.cancel();
  server_.service.submit(serving_);
}

void ServerConnection::reply(const JobPtr& job) {
  if (channel_.ended()) {
    log(*std::exchange(serving_, nullptr), "gone");
    return;
  }
  ++replies_;
  const int64_t limit = server_.close.after_replies;
  ReplyHead head;
  head.id = job->request.id;
  head.attempt = job->request.attempt;
  head.unknown_shape = !job->shape;
  head.closing = limit > 0 && replies_ >= limit;
  Message message;
  if (job->shape) {
    head.octets = job->request.reply_octets != 0
                      ? job->request.reply_octets
                      : static_cast<uint32_t>(job->shape->reply_octets);
    message.parts = job->shape->chunks;
    message.gap_ns = job->shape->every_ns;
  }
  message.head = head.encode();
  message.octets = head.octets;
  message.progress = [this, job, closing = head.closing](int64_t now_ns,
                                                         bool last) {
    (last ? job->reply_last_ns : job->reply_first_ns) = now_ns;
    if (!last) return;
    replied(job);
    if (closing) channel_.end("limit", server_.close.reset);
  };
  channel_.send(std::move(message));
}

void ServerConnection::replied(const JobPtr& job) {
  log(*job, "ok");
  serving_.reset();
  serve_next();
}

void ServerConnection::log(const Job& job, const char* outcome) {
  server_.requests.row(
      "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
      job.request.id, job.request.attempt, job.request.shape,
      channel_.facts().local, channel_.facts().remote,
      channel_.facts().begun_ns, job.received_first_ns, job.received_last_ns,
      job.service_start_ns, job.thought_ns, job.service_end_ns,
      job.reply_first_ns, job.reply_last_ns, job.calls, job.calls_failed,
      outcome);
}

}  // namespace lab::load
