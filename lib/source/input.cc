#include "lib/source/input.h"

#include <algorithm>
#include <cstring>

#include "lib/source/wording.h"

namespace netlat {

namespace {
constexpr std::size_t kGlance = 4096;
}

Result<std::unique_ptr<Input>> Input::open(std::uint32_t index,
                                           CaptureFile& file,
                                           InterfaceRegistry& registry,
                                           const SourceOptions& options,
                                           bool glance) {
  auto stream = FileStream::open(file.path);
  if (!stream) return std::move(stream.error()).within(shown(file.path));
  std::unique_ptr<Input> input(new Input(index, file, registry));
  input->stream_ = stream->get();
  const bool small = glance && input->stream_->size();
  auto reader = open_reader(std::move(*stream), file, options,
                            small ? kGlance : Window::kCapacity);
  if (!reader) return std::move(reader.error());
  input->reader_ = std::move(*reader);
  input->waiting_.resize(kBatch);
  input->waiting_.resize(input->reader_->read(input->waiting_));
  input->ended_ = input->waiting_.empty();
  return input;
}

void Input::start(Vantages::Chain chain) {
  chain_ = chain;
  section_ = reader_->section();
  adopt(waiting_);
}

void Input::refill() {
  kept_.clear();
  kept_packets_ = kept_octets_ = 0;
  waiting_.resize(kBatch);
  waiting_.resize(read(waiting_));
  next_ = 0;
}

std::size_t Input::read(std::span<PacketView> out) {
  const std::size_t n = ended_ ? 0 : reader_->read(out);
  ended_ = n == 0;
  adopt(out.first(n));
  return n;
}

void Input::adopt(std::span<PacketView> batch) {
  if (reader_->section() != section_) {
    section_ = reader_->section();
    // A section that begins before the last one ended is another capture.
    if (!batch.empty() && batch.front().time < last_ - kOverlap) {
      chain_ = registry_.vantages().begin(index_, file_.path);
    }
  }
  const std::vector<FileInterface>& interfaces = reader_->interfaces();
  while (global_.size() < interfaces.size()) {
    global_.push_back(
        registry_.enter(index_, chain_, interfaces[global_.size()]));
    same_numbers_ = same_numbers_ && global_.back() == global_.size() - 1;
  }
  if (!same_numbers_) {
    for (PacketView& packet : batch) {
      packet.interface = global_[packet.interface];
    }
  }
  if (!batch.empty()) last_ = batch.back().time;
}

bool Input::ends_by(Stamp limit) {
  std::size_t seen = next_;
  for (;;) {
    for (; seen < waiting_.size(); ++seen) {
      if (waiting_[seen].time > limit) return false;
    }
    if (ended_) return true;
    keep_waiting();
    if (kept_octets_ > kReadAhead) return false;
    waiting_.resize(seen + kBatch);
    waiting_.resize(seen + read(std::span(waiting_).subspan(seen)));
  }
}

void Input::keep_waiting() {
  for (; kept_packets_ < waiting_.size(); ++kept_packets_) {
    Bytes& data = waiting_[kept_packets_].data;
    kept_octets_ += data.size() + sizeof(PacketView);
    auto copy = std::make_unique_for_overwrite<std::uint8_t[]>(data.size());
    if (!data.empty()) std::memcpy(copy.get(), data.data(), data.size());
    data = {copy.get(), data.size()};
    kept_.push_back(std::move(copy));
  }
}

}  // namespace netlat
