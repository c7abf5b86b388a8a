// How far the numbers below can be trusted: said first, in two or three lines.

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "lib/report/text_sections.h"
#include "netlat/report/file_order.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

// More files than this are summed up in one line.
constexpr std::size_t kFilesListed = 4;
constexpr const char* kNoDrops = "no capture drops";
const std::string kIndent(10, ' ');

// What all files say together; nullopt if none of them says it.
struct Drops {
  std::optional<std::uint64_t> kernel, interface;
  bool all_say = true;  // every file with packets states kernel drops
};

void add(std::optional<std::uint64_t>& sum,
         const std::optional<std::uint64_t>& more) {
  if (more) sum = sum.value_or(0) + *more;
}

Drops drops_of(const AnalysisReport& report) {
  Drops d;
  for (const CaptureRecord& f : report.files) {
    add(d.kernel, f.kernel_drops);
    add(d.interface, f.interface_drops);
    if (!f.kernel_drops && f.packets > 0) d.all_say = false;
  }
  return d;
}

std::string span_text(const CaptureRecord& f) {
  if (!f.first || !f.last) return "no packet has a time";
  const std::string day = date_text(*f.first), last_day = date_text(*f.last);
  return fmt::format("{} {} to {}{} {} ({})", day, time_text(*f.first),
                     day == last_day ? "" : last_day + ' ', time_text(*f.last),
                     zone_text(*f.last), duration_text(*f.last - *f.first));
}

// Name and time span on one line if they fit, else on two.
std::string file_line(const std::string& name, const CaptureRecord& f,
                      const TextStyle& style) {
  const std::string shown = cut_middle(SafeText(name).str(), style.width);
  const std::string span = f.packets > 0 ? span_text(f) : "no packets";
  const bool fits = shown.size() + 3 + span.size() <= style.width;
  return heading_text(shown, style) + (fits ? "   " : '\n' + kIndent) + span +
         '\n';
}

std::string name_of(const CaptureRecord& f) {
  return f.source == "-" ? "standard input" : f.source;
}

// Without directories, and short enough for a phrase.
std::string short_name(const CaptureRecord& f) {
  constexpr std::size_t kLongest = 24;
  const std::string name = name_of(f);
  return cut_middle(SafeText(name.substr(name.rfind('/') + 1)).str(), kLongest);
}

std::string file_lines(const AnalysisReport& report, const TextStyle& style) {
  std::string out;
  if (report.files.size() <= kFilesListed) {
    for (const CaptureRecord& f : report.files) {
      out += file_line(name_of(f), f, style);
    }
    return out;
  }
  CaptureRecord all;
  for (const CaptureRecord& f : report.files) {
    all.packets += f.packets;
    if (f.first) all.first = std::min(all.first.value_or(*f.first), *f.first);
    if (f.last) all.last = std::max(all.last.value_or(*f.last), *f.last);
  }
  return file_line(fmt::format("{} files", report.files.size()), all, style);
}

// Phrases after a label, broken between phrases where the line ends.
std::string labelled(const std::string& label,
                     const std::vector<std::string>& phrases,
                     const TextStyle& style) {
  std::string out = fmt::format("{:10}", label);
  std::size_t column = out.size();
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    const bool last = i + 1 == phrases.size();
    const std::size_t size = phrases[i].size() + (last ? 0 : 1);
    if (i > 0 && column + 1 + size > style.width) {
      out += '\n';
      out += kIndent;
      column = kIndent.size();
    } else if (i > 0) {
      out += ' ';
      ++column;
    }
    out += phrases[i] + (last ? "" : ",");
    column += size;
  }
  return out + '\n';
}

void count_phrase(std::uint64_t n, const char* what,
                  std::vector<std::string>& out) {
  if (n > 0) out.push_back(count_text(n) + ' ' + what);
}

std::vector<std::string> drop_phrases(const AnalysisReport& report) {
  const Drops d = drops_of(report);
  const std::uint64_t known = d.kernel.value_or(0) + d.interface.value_or(0);
  std::vector<std::string> out;
  if (known > 0) {
    out.push_back(
        fmt::format("capture dropped {} packets ({} kernel, {} "
                    "interface)",
                    count_text(known), count_text(d.kernel.value_or(0)),
                    count_text(d.interface.value_or(0))));
  } else {
    out.push_back(d.all_say && d.kernel ? kNoDrops
                                        : "capture drops not recorded");
  }
  if (report.capture_gap_bytes > 0) {
    out.push_back(bytes_text(report.capture_gap_bytes) +
                  " acknowledged but not captured");
  }
  return out;
}

// Files of a set that seem to be missing, and files that were captured at once
// or given twice.
void file_order_phrases(const std::vector<CaptureRecord>& files,
                        std::vector<std::string>& out) {
  // What queues written out of order may do; the source overlooks it too.
  constexpr Nanos kSlack = std::chrono::milliseconds(10);
  struct Longest {
    std::size_t count = 0, file = 0;
    Nanos time{0};
    void add(std::size_t i, Nanos t) {
      if (count++ == 0 || t > time) file = i, time = t;
    }
  } hole, overlap;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (const auto gap = hole_before(files, i)) hole.add(i, *gap);
    const Nanos shared = files[i].overlap.value_or(Nanos{0});
    if (shared > kSlack) overlap.add(i, shared);
  }
  const std::string silence = duration_text(hole.time);
  const std::string shared = duration_text(overlap.time);
  if (hole.count == 1) {
    out.push_back(fmt::format("{} without packets before {}", silence,
                              short_name(files[hole.file])));
  } else if (hole.count > 1) {
    out.push_back(fmt::format("{} gaps between files, the longest {} before {}",
                              hole.count, silence,
                              short_name(files[hole.file])));
  }
  if (overlap.count == 1) {
    out.push_back(fmt::format("{} overlaps earlier files by {}",
                              short_name(files[overlap.file]), shared));
  } else if (overlap.count > 1) {
    out.push_back(fmt::format("{} files overlap earlier ones, by up to {}",
                              overlap.count, shared));
  }
}

// "412,883 (318 MB): 400,150 TCP" and so on: the parts add up to the whole.
std::vector<std::string> packet_phrases(const AnalysisReport& report) {
  PacketAccount a;
  std::uint64_t octets = 0;
  for (const CaptureRecord& f : report.files) {
    a += f.account;
    octets += f.bytes;
  }
  std::vector<std::string> out;
  count_phrase(a.tcp, "TCP", out);
  count_phrase(a.udp, "UDP", out);
  count_phrase(a.icmp, "ICMP", out);
  count_phrase(a.other, "other", out);
  count_phrase(a.duplicates, "captured twice", out);
  count_phrase(a.truncated, "cut by the snapshot length", out);
  count_phrase(a.malformed, "malformed", out);
  count_phrase(a.too_deep, "nested too deep", out);
  count_phrase(a.unsupported_link, "of unknown link type", out);
  count_phrase(a.filtered, "filtered out", out);
  if (out.empty()) return {"none"};
  out[0] = fmt::format("{} ({}): {}", count_text(a.total()), bytes_text(octets),
                       out[0]);
  return out;
}

std::vector<std::string> quality_phrases(const AnalysisReport& report) {
  std::vector<std::string> out = drop_phrases(report);
  PacketAccount a;
  std::uint64_t backsteps = 0, untimed = 0, damaged = 0;
  for (const CaptureRecord& f : report.files) {
    a += f.account;
    backsteps += f.clock_backsteps;
    untimed += f.untimed;
    damaged += f.input_truncated ? 1 : 0;
  }
  if (report.files.size() == 1 && damaged == 1) {
    out.push_back("file damaged or cut, read up to there");
  } else if (damaged > 0) {
    out.push_back(fmt::format("{} of {} files damaged or cut", damaged,
                              report.files.size()));
  }
  file_order_phrases(report.files, out);
  if (report.interrupted) out.push_back("reading interrupted");
  if (out == std::vector<std::string>{kNoDrops} && a.undecoded() == 0) {
    out[0] = std::string("complete: ") + kNoDrops;
  }
  count_phrase(backsteps,
               backsteps == 1 ? "step back in time" : "steps back in time",
               out);
  count_phrase(
      untimed,
      untimed == 1 ? "packet without a time" : "packets without a time", out);
  if (report.connections > 0) {
    out.push_back(fmt::format("{} of {} connections one-sided",
                              count_text(report.one_sided),
                              count_text(report.connections)));
  }
  count_phrase(report.parted_by_tunnel,
               "with one direction in another tunnel (--key-no-vni)", out);
  count_phrase(report.parted_by_vantage,
               "with one direction at another interface", out);
  count_phrase(report.evicted, "ended early to save memory (--flow-memory)",
               out);
  return out;
}

// What the user chose to look at.
std::string asked_for(const char* label, const std::string& text,
                      const TextStyle& style) {
  if (text.empty()) return {};
  const std::string lines =
      wrapped_text(SafeText(text).str(), kIndent.size(), style.width);
  const std::string head = fmt::format("{:10}", label);
  return head + lines.substr(head.size());
}

}  // namespace

std::string drops_text(const AnalysisReport& report) {
  return fmt::format("{}", fmt::join(drop_phrases(report), ", "));
}

std::string quality_section(const AnalysisReport& report,
                            const TextStyle& style) {
  std::string out = file_lines(report, style);
  out += labelled("packets", packet_phrases(report), style);
  out += labelled("quality", quality_phrases(report), style);
  if (report.vantages > 1) {
    out += wrapped_text(
        fmt::format("{} vantage points seen: a packet that passed several "
                    "counts at each",
                    count_text(report.vantages)),
        kIndent.size(), style.width);
  }
  out += asked_for("filter", report.filter, style);
  out += asked_for("where", report.where, style);
  out += asked_for("since", report.since, style);
  out += asked_for("until", report.until, style);
  return out;
}

}  // namespace netlat
