#pragma once
// One of the files being merged, open, with the packets of it that have been
// read and not given out.

#include <memory>
#include <span>
#include <vector>

#include "lib/source/capture_reader.h"
#include "lib/source/file_stream.h"
#include "lib/source/interface_registry.h"

namespace netlat {

class Input {
 public:
  /// Opens the file at `file.path` and reads its first batch.  `file` and
  /// `registry` outlive the input.  With `glance` it is only to be known how
  /// the file begins: a small buffer will do, if the file can be opened again.
  static Result<std::unique_ptr<Input>> open(std::uint32_t index,
                                             CaptureFile& file,
                                             InterfaceRegistry& registry,
                                             const SourceOptions& options,
                                             bool glance);

  /// Of the file among the source's.
  std::uint32_t index() const { return index_; }
  const FileStream& stream() const { return *stream_; }
  Vantages::Chain chain() const { return chain_; }
  /// Of the earliest packet waiting; the beginning of time without one.
  Stamp front_time() const {
    return empty() ? Stamp::min() : waiting_[next_].time;
  }
  bool empty() const { return next_ == waiting_.size(); }
  /// Nothing waits and nothing will come.
  bool ended() const { return ended_ && empty(); }
  // Requires: not empty().
  const PacketView& front() const { return waiting_[next_]; }
  void pop() { ++next_; }

  /// Says which chain of files it goes on.  Once, before packets are taken.
  void start(Vantages::Chain chain);
  // The following end the views given out before.

  /// Reads a batch to wait.  Requires: empty(), started.
  void refill();
  /// Reads a batch past the waiting line.  Requires: empty(), started.
  std::size_t read(std::span<PacketView> out);
  /// Whether every packet left is at `limit` or before.  Reads ahead to know,
  /// up to kReadAhead octets; beyond, the answer is no.  Requires: started.
  bool ends_by(Stamp limit);

  std::vector<Error> take_problems() { return reader_->take_problems(); }

 private:
  /// More than 10 ms of a 10 Gbit/s link.
  static constexpr std::size_t kReadAhead = 16 * 1024 * 1024;

  Input(std::uint32_t index, CaptureFile& file, InterfaceRegistry& registry)
      : index_(index), file_(file), registry_(registry) {}
  /// Numbers the interfaces of a batch that was just read.
  void adopt(std::span<PacketView> batch);
  /// Copies what waits out of the reader's buffer.
  void keep_waiting();

  std::uint32_t index_;
  CaptureFile& file_;
  InterfaceRegistry& registry_;
  std::unique_ptr<CaptureReader> reader_;
  const FileStream* stream_ = nullptr;  ///< owned by the reader

  Vantages::Chain chain_ = 0;
  std::uint32_t section_ = 0;
  std::vector<std::uint32_t> global_;  ///< index for each of the reader's
  bool same_numbers_ = true;           ///< as the reader's
  Stamp last_ = Stamp::min();          ///< of the batch before

  std::vector<PacketView> waiting_;
  std::size_t next_ = 0;
  bool ended_ = false;
  std::vector<std::unique_ptr<std::uint8_t[]>> kept_;
  std::size_t kept_packets_ = 0;  ///< waiting ones that lie in kept_
  std::size_t kept_octets_ = 0;
};

}  // namespace netlat
