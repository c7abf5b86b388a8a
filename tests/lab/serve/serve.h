// The server: its listeners, shapes, workers and connections, and the lines
// that set them up and change them.

#ifndef TESTS_LAB_SERVE_SERVE_H_
#define TESTS_LAB_SERVE_SERVE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/lab/common/pace_line.h"
#include "tests/lab/common/program.h"
#include "tests/lab/serve/server_connection.h"
#include "tests/lab/serve/service.h"
#include "tests/lab/serve/shape.h"

namespace lab::load {

class Serve final : public Actor {
 public:
  explicit Serve(const Stage& stage);
  ~Serve() override;

  void read(Line& line, bool apply) override;

 private:
  struct Listener {
    Address address;
    Fd socket;
    std::optional<TlsServer> tls;
    int64_t handshake_work_ns = 0;
  };

  void listen(Line& line, bool apply);
  void shape(Line& line, bool apply);
  void workers(Line& line, bool apply);
  void cold(Line& line, bool apply);
  void hold(Line& line, bool apply);
  void handshake(Line& line, bool apply);
  void accept(Line& line, bool apply);
  void close(Line& line, bool apply);
  void seed(Line& line, bool apply);

  void accept_all(Listener& listener);
  void set_accepting(bool accepting);
  void end_all(const std::string& reason, bool reset);

  Stage stage_;
  std::map<std::string, std::shared_ptr<const Shape>> shapes_;
  Service service_;
  CloseRules close_;
  PaceLine pace_;
  Timer release_;  // of a timed hold
  Timer accept_again_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::unordered_map<ServerConnection*, std::shared_ptr<ServerConnection>>
      connections_;
};

}  // namespace lab::load

#endif  // TESTS_LAB_SERVE_SERVE_H_
