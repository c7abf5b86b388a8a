// The log and the capture, formatted and written by a thread of their own.

#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "netlat/base/result.h"
#include "tests/lab/wire/byte_ring.h"
#include "tests/lab/wire/packet_pool.h"

namespace lab {

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

class LogWriter {
 public:
  // pcap_path may be empty.
  static netlat::Result<std::unique_ptr<LogWriter>> open(
      const std::string& log_path, const std::string& pcap_path);
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;
  ~LogWriter();

  // Before the first row. names[i] is that of pair i.
  void start(std::vector<std::string> names);

  // A decision that is final. out_ns: CLOCK_REALTIME of writing, 0 for none.
  void row(const Packet& packet, int64_t out_ns);
  // A command that was carried out.
  void command(int64_t time_ns, std::string_view text);
  void capture(int64_t time_ns, ConstOctets packet);

  // Writes what waits, closes the files. No rows afterwards.
  netlat::Result<void> finish();

  // How often the ring was full and the wire had to wait for this thread.
  uint64_t stalls() const { return stalls_; }

 private:
  LogWriter(File log, File pcap, std::string log_path, std::string pcap_path);
  void push(const void* first, size_t first_size, const void* second,
            size_t second_size);
  void run();
  void write(const std::vector<uint8_t>& message);

  File log_;
  File pcap_;
  std::string log_path_;
  std::string pcap_path_;
  std::vector<std::string> names_;
  ByteRing ring_;
  std::string text_;
  uint64_t stalls_ = 0;
  std::atomic<bool> closing_{false};
  std::thread thread_;
};

}  // namespace lab
