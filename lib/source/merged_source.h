#pragma once
// Several files in one time order.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/source/input.h"
#include "lib/source/interface_registry.h"
#include "netlat/source/packet_source.h"

namespace netlat {

class MergedSource final : public PacketSource {
 public:
  MergedSource(const std::vector<std::string>& paths,
               const SourceOptions& options);

  /// Looks at the beginning of every file; fails when none can be read.
  Result<void> look();

  std::size_t read(std::span<PacketView> out) override;
  std::uint64_t bytes_read() const override;
  std::optional<std::uint64_t> bytes_total() const override;

 private:
  /// A file whose turn has not come.
  struct Pending {
    std::uint32_t file;
    Stamp first;
    std::unique_ptr<Input> input;  ///< none: closed, to be opened again
  };

  void look_at(std::uint32_t index);
  /// Has a packet waiting of every open file.
  void refill();
  bool next_is_due() const;
  /// Opens the next file for good.
  void activate();
  Vantages::Chain place(std::uint32_t file, Stamp first);
  void close_ended();
  void take_problems(Input& input);
  std::size_t merge(std::span<PacketView> out);

  SourceOptions options_;
  InterfaceRegistry registry_{interfaces_};
  std::vector<Pending> pending_;  ///< the next one last
  std::vector<std::unique_ptr<Input>> active_;
  std::uint64_t frames_ = 0;
  std::uint64_t octets_of_ended_ = 0;
  std::optional<std::uint64_t> octets_total_ = 0;
};

}  // namespace netlat
