#include "tests/support/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <stdexcept>

namespace netlat::test {
namespace {

constexpr std::uint8_t kSynAck = kSyn | kAck;

Nanos milliseconds(double ms) {
  return Nanos{std::llround(ms * 1e6)};
}

struct Settings {
  Nanos delay{0};
  std::uint16_t mss = 1460;
  std::uint8_t window_scale = 7;
  bool timestamps = true, sack = true, midstream = false;
};

/// One line, before the hosts are asked what they would write.
struct Draft {
  Sent sent;
  Settings settings;
  std::optional<std::int64_t> seq, ack, id, tsval, tsecr;
  bool no_id = false, sack_given = false;
};

using Range = std::pair<std::int64_t, std::int64_t>;

/// What a host knows when it writes a packet.
struct Host {
  std::int64_t next = 0;               // sequence number
  std::int64_t wanted = 0, acked = 0;  // of the peer
  std::vector<Range> ahead;            // beyond `wanted`, latest first
  std::optional<Range> twice;          // to be reported by DSACK
  std::optional<std::uint32_t> echo;   // RFC 7323 TS.Recent
  std::uint32_t next_id = 0;

  void receive(const Sent& s) {
    const bool newer = !echo || static_cast<std::int32_t>(s.tsval - *echo) >= 0;
    if (s.timestamps && s.seq <= acked && newer) echo = s.tsval;
    if (s.length == 0 || s.has(kSyn)) {
      if (s.seq <= wanted) wanted = std::max(wanted, s.end());
      return;
    }
    Range got{s.seq, s.end()};
    if (got.second <= wanted || inside_one(got)) {
      twice = got;
      return;
    }
    // RFC 2018 4: the block with the latest segment is reported first.
    for (auto it = ahead.begin(); it != ahead.end();) {
      if (it->first > got.second || it->second < got.first) {
        ++it;
        continue;
      }
      got = {std::min(got.first, it->first), std::max(got.second, it->second)};
      it = ahead.erase(it);
    }
    if (got.first <= wanted) {
      wanted = got.second;
    } else {
      ahead.insert(ahead.begin(), got);
    }
  }

  bool inside_one(const Range& got) const {
    return std::any_of(ahead.begin(), ahead.end(), [&](const Range& r) {
      return r.first <= got.first && got.second <= r.second;
    });
  }

  /// The SACK option of the next ACK.
  std::vector<Range> report(bool timestamps) {
    std::vector<Range> blocks;
    if (twice) blocks.push_back(*twice);
    twice.reset();
    blocks.insert(blocks.end(), ahead.begin(), ahead.end());
    const std::size_t most = timestamps ? 3 : 4;  // room in 40 octets
    if (blocks.size() > most) blocks.resize(most);
    return blocks;
  }
};

class Parser {
 public:
  explicit Parser(std::string_view text) : lines_(lines_of(text)) {}

  std::vector<Draft> drafts() {
    for (line_ = 0; line_ < lines_.size(); ++line_) read_line();
    std::stable_sort(drafts_.begin(), drafts_.end(),
                     [](const Draft& a, const Draft& b) {
                       return a.sent.time < b.sent.time;
                     });
    return std::move(drafts_);
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw std::invalid_argument(
        fmt::format("line {}: {}: {}", line_ + 1, lines_[line_], why));
  }

  double number(const std::string& text) const {
    std::size_t used = 0;
    double value = 0;
    try {
      value = std::stod(text, &used);
    } catch (const std::exception&) {
      fail("not a number: " + text);
    }
    if (used != text.size()) fail("not a number: " + text);
    return value;
  }
  std::int64_t whole(const std::string& text) const {
    return std::llround(number(text));
  }
  std::pair<std::int64_t, std::int64_t> range(const std::string& text) const {
    const auto dash = text.find('-', 1);
    if (dash == std::string::npos) fail("not a range: " + text);
    return {whole(text.substr(0, dash)), whole(text.substr(dash + 1))};
  }

  void read_line() {
    std::istringstream words(lines_[line_]);
    std::string first;
    if (!(words >> first) || first[0] == '#') return;
    if (first == "set") {
      for (std::string word; words >> word;) set(word);
      return;
    }
    if (first == "new") {
      begin_socket(words);
      return;
    }
    now_ = first[0] == '+' ? now_ + milliseconds(number(first.substr(1)))
                           : milliseconds(number(first) * 1e3);
    read_packet(words);
  }

  void begin_socket(std::istringstream& words) {
    ++socket_;
    bool same = false;
    for (std::string word; words >> word;) {
      if (word == "same") {
        same = true;
      } else if (word.rfind("port=", 0) == 0) {
        port_ = static_cast<Port>(whole(word.substr(5)));
      } else {
        fail("unknown word " + word);
      }
    }
    if (!same) ++initial_;
  }

  void set(const std::string& word) {
    const auto equals = word.find('=');
    const std::string key = word.substr(0, equals);
    const double value = number(word.substr(equals + 1));
    if (key == "delay") {
      settings_.delay = milliseconds(value);
    } else if (key == "mss") {
      settings_.mss = static_cast<std::uint16_t>(value);
    } else if (key == "ws") {
      settings_.window_scale = static_cast<std::uint8_t>(value);
    } else if (key == "ts") {
      settings_.timestamps = value != 0;
    } else if (key == "sack") {
      settings_.sack = value != 0;
    } else if (key == "midstream") {
      settings_.midstream = value != 0;
    } else {
      fail("unknown setting " + key);
    }
  }

  void read_packet(std::istringstream& words) {
    Draft draft;
    draft.settings = settings_;
    draft.sent.line = line_;
    draft.sent.travel = settings_.delay;
    draft.sent.socket = socket_;
    draft.sent.initial = initial_;
    draft.sent.client_port = port_;
    std::string side, flags;
    if (!(words >> side >> flags)) fail("no direction or flags");
    if (side != ">" && side != "<") fail("direction must be > or <");
    draft.sent.by_client = side == ">";
    read_flags(draft.sent, flags);
    unsigned repeats = 1;
    Nanos every = milliseconds(0.01);
    for (std::string word; words >> word;) {
      if (word[0] == 'x' && word.size() > 1) {
        repeats = static_cast<unsigned>(whole(word.substr(1)));
      } else if (word.rfind("every=", 0) == 0) {
        every = milliseconds(number(word.substr(6)));
      } else {
        read_word(draft, word);
      }
    }
    for (unsigned i = 0; i < repeats; ++i) {
      draft.sent.time = now_;
      drafts_.push_back(draft);
      if (i + 1 < repeats) now_ += every;
    }
  }

  void read_flags(Sent& sent, const std::string& flags) {
    static const std::map<char, TcpFlag> kBits = {
        {'S', kSyn}, {'F', kFin}, {'R', kRst}, {'P', kPsh}, {'A', kAck}};
    if (flags == "FRAG") {
      sent.fragmentation_needed = true;
      return;
    }
    for (const char flag : flags) {
      const auto bit = kBits.find(flag);
      if (bit == kBits.end()) fail("unknown flag");
      sent.flags = static_cast<std::uint8_t>(sent.flags | bit->second);
    }
  }

  void read_word(Draft& draft, const std::string& word) {
    Sent& sent = draft.sent;
    const auto equals = word.find('=');
    if (equals != std::string::npos) {
      read_value(draft, word.substr(0, equals), word.substr(equals + 1));
    } else if (word[0] == '@') {
      sent.label = word.substr(1);
    } else if (word == "lost") {
      sent.lost = true;
    } else if (word == "unseen") {
      sent.unseen = true;
    } else if (word == "zerolen") {
      sent.zero_length = true;
    } else {
      fail("unknown word " + word);
    }
  }

  void read_value(Draft& draft, const std::string& key,
                  const std::string& value) {
    Sent& sent = draft.sent;
    if (key == "len") {
      sent.length = static_cast<std::uint32_t>(whole(value));
    } else if (key == "data") {
      const auto [begin, end] = range(value);
      draft.seq = begin;
      sent.length = static_cast<std::uint32_t>(end - begin);
    } else if (key == "seq") {
      draft.seq = whole(value);
    } else if (key == "ack") {
      draft.ack = whole(value);
    } else if (key == "win") {
      sent.window = static_cast<std::uint16_t>(whole(value));
    } else if (key == "id") {
      draft.no_id = value == "none";
      if (!draft.no_id) draft.id = whole(value);
    } else if (key == "tsval") {
      draft.tsval = whole(value);
    } else if (key == "tsecr") {
      draft.tsecr = whole(value);
    } else if (key == "ttl") {
      sent.ttl = static_cast<std::uint8_t>(whole(value));
    } else if (key == "mac") {
      sent.mac = static_cast<std::uint8_t>(whole(value));
    } else if (key == "mtu") {
      sent.mtu = static_cast<std::uint32_t>(whole(value));
    } else if (key == "late") {
      sent.travel += milliseconds(number(value));
    } else if (key == "twice") {
      sent.again = milliseconds(number(value));
    } else if (key == "sack") {
      draft.sack_given = true;
      if (value == "none") return;
      std::istringstream blocks(value);
      for (std::string block; std::getline(blocks, block, ',');) {
        sent.sack.push_back(range(block));
      }
    } else {
      fail("unknown key " + key);
    }
  }

  std::vector<std::string> lines_;
  std::size_t line_ = 0;
  Settings settings_;
  Nanos now_{0};
  unsigned socket_ = 0, initial_ = 0;
  Port port_ = 40000;
  std::vector<Draft> drafts_;
};

/// Both hosts of one pair of sockets, and what is on the way to them.
class Hosts {
 public:
  explicit Hosts(bool midstream) {
    if (!midstream) return;
    for (Host& host : hosts_) host.next = host.wanted = host.acked = 1;
  }

  Sent write(Draft draft) {
    Sent& s = draft.sent;
    if (s.fragmentation_needed) {
      s.seq = draft.seq.value_or(1);
      return s;
    }
    Host& me = hosts_[s.by_client ? 0 : 1];
    deliver(s.by_client, s.time);
    const Settings& settings = draft.settings;
    s.seq = draft.seq.value_or(me.next);
    s.ack = s.has(kAck) ? draft.ack.value_or(me.wanted) : 0;
    s.options = s.has(kSyn);
    s.timestamps = settings.timestamps;
    s.mss = settings.mss;
    s.window_scale = settings.window_scale;
    s.sack_permitted = settings.sack;
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(s.time).count();
    s.tsval = static_cast<std::uint32_t>(draft.tsval.value_or(ms));
    if (draft.tsecr) {
      s.tsecr = static_cast<std::uint32_t>(*draft.tsecr);
    } else if (s.has(kAck)) {
      s.tsecr = me.echo;
    }
    if (!draft.sack_given && settings.sack && s.has(kAck) && !s.has(kSyn)) {
      s.sack = me.report(settings.timestamps);
    }
    number(draft, me);
    me.next = std::max(me.next, s.end());
    if (s.has(kAck)) me.acked = std::max(me.acked, s.ack);
    if (!s.lost) on_the_way_.emplace(s.time + s.travel, s);
    if (s.again) on_the_way_.emplace(s.time + s.travel + *s.again, s);
    return s;
  }

 private:
  static void number(Draft& draft, Host& me) {
    Sent& s = draft.sent;
    const bool silent = draft.no_id || (!draft.id && s.flags == kSynAck);
    if (silent) return;
    s.ip_id = static_cast<std::uint32_t>(draft.id.value_or(me.next_id));
    const std::uint32_t size =
        draft.settings.mss - (draft.settings.timestamps ? 12u : 0u);
    const std::uint32_t wire =
        std::max<std::uint32_t>(1, (s.length + size - 1) / size);
    me.next_id = std::max(me.next_id, *s.ip_id + wire);
  }

  void deliver(bool to_client, Nanos until) {
    for (auto it = on_the_way_.begin();
         it != on_the_way_.end() && it->first <= until;) {
      if (it->second.by_client == to_client) {
        ++it;
        continue;
      }
      hosts_[to_client ? 0 : 1].receive(it->second);
      it = on_the_way_.erase(it);
    }
  }

  Host hosts_[2];
  std::multimap<Nanos, Sent> on_the_way_;
};

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<Sent> parse_exchange(std::string_view text) {
  std::vector<Sent> sent;
  std::map<unsigned, Hosts> sockets;
  for (Draft& draft : Parser(text).drafts()) {
    auto& hosts =
        sockets.try_emplace(draft.sent.socket, draft.settings.midstream)
            .first->second;
    sent.push_back(hosts.write(std::move(draft)));
  }
  return sent;
}

}  // namespace netlat::test
