// The wire's thread copies a fixed record into a ring and goes on; this
// thread turns records into text and octets into pcap records, some
// milliseconds later. A full ring makes the wire wait rather than lose the
// truth, and is counted.

#include "tests/lab/wire/log_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <iterator>
#include <type_traits>
#include <utility>

namespace lab {
namespace {

constexpr size_t kLogRing = size_t{1} << 25U;
constexpr size_t kCaptureRing = size_t{1} << 27U;
constexpr auto kIdle = std::chrono::milliseconds(5);
constexpr size_t kFileBuffer = size_t{1} << 20U;
constexpr uint32_t kNanosecondPcap = 0xa1b23c4d;
constexpr uint32_t kLinkTypeRaw = 101;

constexpr std::string_view kHeader =
    "time_ns\tpair\tverdict\treason\tout_ns\tintended_ns\tsrc\tsport\tdst\t"
    "dport\tproto\tip_id\tttl\tseq\tack\tflags\tpayload\tip_length\ttsval\t"
    "tsecr\tkind\tnote\n";

constexpr auto kColumns =
    static_cast<size_t>(std::count(kHeader.begin(), kHeader.end(), '\t')) + 1;

enum class Message : uint32_t { kRow, kCommand, kCapture };

struct Row {
  Message type = Message::kRow;
  uint32_t pair = 0;
  int64_t time_ns = 0;
  int64_t out_ns = 0;
  int64_t intended_ns = 0;
  Verdict verdict{};
  Reason reason{};
  Kind kind{};
  PacketView view;
};

// In front of a command's text or a packet's octets.
struct Timed {
  Message type{};
  int64_t time_ns = 0;
};

std::string_view flag_letters(uint8_t flags, std::array<char, 8>& buffer) {
  constexpr std::string_view kLetters = "FSRPAUEC";
  size_t length = 0;
  for (size_t bit = 0; bit < 8; ++bit)
    if ((unsigned{flags} >> bit & 1U) != 0) buffer.at(length++) = kLetters[bit];
  return {buffer.data(), length};
}

std::string protocol_name(uint8_t protocol) {
  switch (protocol) {
    case kTcp:
      return "tcp";
    case kUdp:
      return "udp";
    case kIcmp:
      return "icmp";
    case kIcmp6:
      return "icmp6";
    default:
      return std::to_string(protocol);
  }
}

void format_row(const Row& row, const std::string& pair, std::string& text) {
  const PacketView& view = row.view;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{}\t{}\t{}\t{}\t", row.time_ns, pair,
                 kVerdictNames.at(static_cast<size_t>(row.verdict)),
                 kReasonNames.at(static_cast<size_t>(row.reason)));
  if (row.out_ns != 0)
    fmt::format_to(out, "{}\t{}\t", row.out_ns, row.intended_ns);
  else
    text += "\t\t";
  fmt::format_to(out, "{}\t{}\t{}\t{}\t{}\t", view.source.address.text(),
                 view.source.port, view.destination.address.text(),
                 view.destination.port, protocol_name(view.protocol));
  if (view.version() == 4)
    fmt::format_to(out, "{}\t", view.ip_id);
  else
    text += '\t';
  std::array<char, 8> letters{};
  if (view.is_tcp())
    fmt::format_to(out, "{}\t{}\t{}\t{}", view.ttl, view.seq, view.ack,
                   flag_letters(view.flags, letters));
  else
    fmt::format_to(out, "{}\t{}\t\t", view.ttl, view.seq);
  fmt::format_to(out, "\t{}\t{}\t", view.payload, view.ip_length);
  if (view.has_timestamps)
    fmt::format_to(out, "{}\t{}\t", view.tsval, view.tsecr);
  else
    text += "\t\t";
  text += kKindNames.at(static_cast<size_t>(row.kind));
  text += "\t\n";
}

template <class T>
T read_as(const std::vector<uint8_t>& message) {
  static_assert(std::is_trivially_copyable_v<T>);
  T out{};
  std::memcpy(&out, message.data(), std::min(sizeof out, message.size()));
  return out;
}

netlat::Result<File> open_file(const std::string& path) {
  File file(std::fopen(path.c_str(), "we"));
  if (!file) return netlat::Error{path + ": " + std::strerror(errno)};
  std::setvbuf(file.get(), nullptr, _IOFBF, kFileBuffer);
  return file;
}

}  // namespace

netlat::Result<std::unique_ptr<LogWriter>> LogWriter::open(
    const std::string& log_path, const std::string& pcap_path) {
  auto log = open_file(log_path);
  if (!log) return std::move(log.error());
  File pcap;
  if (!pcap_path.empty()) {
    auto opened = open_file(pcap_path);
    if (!opened) return std::move(opened.error());
    pcap = *std::move(opened);
    constexpr std::array<uint32_t, 6> kFileHeader{
        kNanosecondPcap, 0x0004'0002, 0, 0, 262144, kLinkTypeRaw};
    std::fwrite(kFileHeader.data(), sizeof kFileHeader, 1, pcap.get());
  }
  std::fwrite(kHeader.data(), kHeader.size(), 1, log->get());
  return std::unique_ptr<LogWriter>(
      new LogWriter(*std::move(log), std::move(pcap), log_path, pcap_path));
}

LogWriter::LogWriter(File log, File pcap, std::string log_path,
                     std::string pcap_path)
    : log_(std::move(log)),
      pcap_(std::move(pcap)),
      log_path_(std::move(log_path)),
      pcap_path_(std::move(pcap_path)),
      ring_(pcap_ ? kCaptureRing : kLogRing) {}

LogWriter::~LogWriter() {
  if (thread_.joinable()) (void)finish();
}

void LogWriter::start(std::vector<std::string> names) {
  names_ = std::move(names);
  thread_ = std::thread([this] { run(); });
}

void LogWriter::row(const Packet& packet, int64_t out_ns) {
  const Row row{Message::kRow,
                packet.pair,
                packet.arrival_ns,
                out_ns,
                packet.intended_ns,
                packet.decision.verdict,
                packet.decision.reason,
                packet.sighting.kind,
                packet.view};
  push(&row, sizeof row, nullptr, 0);
}

void LogWriter::command(int64_t time_ns, std::string_view text) {
  const Timed head{Message::kCommand, time_ns};
  push(&head, sizeof head, text.data(), text.size());
}

void LogWriter::capture(int64_t time_ns, ConstOctets packet) {
  if (!pcap_) return;
  const Timed head{Message::kCapture, time_ns};
  push(&head, sizeof head, packet.data(), packet.size());
}

void LogWriter::push(const void* first, size_t first_size, const void* second,
                     size_t second_size) {
  bool waited = false;
  while (!ring_.push(first, static_cast<uint32_t>(first_size), second,
                     static_cast<uint32_t>(second_size))) {
    waited = true;
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  if (waited) ++stalls_;
}

void LogWriter::run() {
  std::vector<uint8_t> message;
  for (;;) {
    const bool closing = closing_.load(std::memory_order_acquire);
    while (ring_.pop(message)) write(message);
    if (closing) return;
    std::fflush(log_.get());
    std::this_thread::sleep_for(kIdle);
  }
}

void LogWriter::write(const std::vector<uint8_t>& message) {
  text_.clear();
  if (message.size() == sizeof(Row) &&
      read_as<Message>(message) == Message::kRow) {
    const Row row = read_as<Row>(message);
    format_row(row, names_.at(row.pair), text_);
    std::fwrite(text_.data(), text_.size(), 1, log_.get());
    return;
  }
  const Timed head = read_as<Timed>(message);
  const ConstOctets rest = ConstOctets(message).subspan(sizeof head);
  if (head.type == Message::kCommand) {
    fmt::format_to(std::back_inserter(text_), "{}\t\tcommand", head.time_ns);
    text_.append(kColumns - 3, '\t');
    for (const uint8_t octet : rest)
      text_ += octet < ' ' ? ' ' : static_cast<char>(octet);
    text_ += '\n';
    std::fwrite(text_.data(), text_.size(), 1, log_.get());
    return;
  }
  const auto length = static_cast<uint32_t>(rest.size());
  const std::array<uint32_t, 4> record{
      static_cast<uint32_t>(head.time_ns / 1'000'000'000),
      static_cast<uint32_t>(head.time_ns % 1'000'000'000), length, length};
  std::fwrite(record.data(), sizeof record, 1, pcap_.get());
  std::fwrite(rest.data(), rest.size(), 1, pcap_.get());
}

netlat::Result<void> LogWriter::finish() {
  closing_.store(true, std::memory_order_release);
  if (thread_.joinable()) thread_.join();
  const bool log_failed =
      std::fflush(log_.get()) != 0 || std::ferror(log_.get()) != 0;
  if (log_failed) return netlat::Error{log_path_ + ": could not be written"};
  if (pcap_ && (std::fflush(pcap_.get()) != 0 || std::ferror(pcap_.get()) != 0))
    return netlat::Error{pcap_path_ + ": could not be written"};
  return {};
}

}  // namespace lab
