#include "netlat/publish/metrics_server.h"

#include <httplib.h>

#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "lib/publish/compressor.h"
#include "netlat/report/metrics_format.h"
#include "netlat/report/metrics_protobuf.h"

namespace netlat {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kStale{10};
// So many clients may stand still while one is still answered.
constexpr std::size_t kThreads = 16;
constexpr int kServiceUnavailable = 503;

// A server for a socket that listens already: the library's own way to one
// shares the port with whoever else wants it, and does not say why it failed.
class AdoptingServer : public httplib::Server {
 public:
  explicit AdoptingServer(int listening) { svr_sock_ = listening; }
};

struct Page {
  std::string protobuf;
  Clock::time_point since;
};

void refuse(httplib::Response& response, const char* why) {
  response.status = kServiceUnavailable;
  response.set_content(why, "text/plain; charset=utf-8");
}

}  // namespace

struct MetricsServer::State {
  explicit State(int listening) : server(listening) {}

  // Null before the first.
  std::shared_ptr<const Page> page() const {
    const std::lock_guard lock(mutex);
    return shown;
  }
  // Null, after an answer that says why, if there is none to be told.
  std::shared_ptr<const Page> fresh(httplib::Response& response) const {
    auto now = page();
    if (now == nullptr) {
      refuse(response, "nothing has been measured yet\n");
    } else if (Clock::now() - now->since > kStale) {
      refuse(response, "nothing has been measured for ten seconds\n");
      now = nullptr;
    }
    return now;
  }
  void metrics(const httplib::Request& request,
               httplib::Response& response) const;
  void add_routes();

  AdoptingServer server;
  std::thread accepting;
  mutable std::mutex mutex;
  std::shared_ptr<const Page> shown;
};

void MetricsServer::State::metrics(const httplib::Request& request,
                                   httplib::Response& response) const {
  const auto now = fresh(response);
  if (now == nullptr) return;
  const MetricsFormat format =
      choose_metrics_format(request.get_header_value("Accept"));
  std::string body;
  if (format == MetricsFormat::protobuf) {
    body = now->protobuf;
  } else if (const auto set = read_metrics_protobuf(now->protobuf)) {
    body = metrics_page(*set, format);
  }
  // Text the library compresses by itself.
  if (format != MetricsFormat::text &&
      accepts_gzip(request.get_header_value("Accept-Encoding"))) {
    body = make_compressor(Compression::gzip)->compress(body);
    response.set_header("Content-Encoding", "gzip");
  }
  response.set_header("Vary", "Accept, Accept-Encoding");
  response.set_content(body, std::string(metrics_content_type(format)).c_str());
}

void MetricsServer::State::add_routes() {
  server.Get("/metrics", [this](const auto& request, auto& response) {
    metrics(request, response);
  });
  server.Get("/-/ready", [this](const auto& /*request*/, auto& response) {
    if (fresh(response) != nullptr) {
      response.set_content("ready\n", "text/plain; charset=utf-8");
    }
  });
  server.Get("/-/healthy", [this](const auto& /*request*/, auto& response) {
    // Before the first second nothing is wrong yet.
    if (page() == nullptr || fresh(response) != nullptr) {
      response.set_content("healthy\n", "text/plain; charset=utf-8");
    }
  });
  server.Get("/", [](const auto& /*request*/, auto& response) {
    response.set_content("netlat " NETLAT_VERSION
                         "\n\n/metrics\n/-/healthy\n/-/ready\n",
                         "text/plain; charset=utf-8");
  });
}

MetricsServer::MetricsServer(int listening)
    : state_(std::make_unique<State>(listening)) {
  httplib::Server& server = state_->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  // A scrape's request comes at once or is none.
  server.set_read_timeout(std::chrono::seconds(2));
  server.set_write_timeout(std::chrono::seconds(2));
  // A connection that is kept open for the next scrape holds a thread too.
  server.set_keep_alive_max_count(1);
  server.set_payload_max_length(0);
  state_->add_routes();
}

MetricsServer::~MetricsServer() {
  // Before it runs, there is nothing that stop() would stop.
  while (state_->accepting.joinable() && !state_->server.is_running()) {
    std::this_thread::yield();
  }
  state_->server.stop();
  if (state_->accepting.joinable()) state_->accepting.join();
}

void MetricsServer::start() {
  state_->accepting =
      std::thread([this] { state_->server.listen_after_bind(); });
}

void MetricsServer::show(std::string page) {
  auto next = std::make_shared<const Page>(Page{std::move(page), Clock::now()});
  const std::lock_guard lock(state_->mutex);
  state_->shown = std::move(next);
}

}  // namespace netlat
