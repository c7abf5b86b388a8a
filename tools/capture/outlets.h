#pragma once
// Where the lines of a capture go: standard output and the publishing process.

#include <string_view>

#include "netlat/publish/bounded_output.h"
#include "tools/capture/options.h"
#include "tools/capture/publishing.h"

namespace netlat {

class Outlets {
 public:
  /// `publishing` may be null; both are borrowed.
  Outlets(const CaptureOptions& options, BoundedOutput& out,
          Publishing* publishing)
      : json_(options.json), out_(out), publishing_(publishing) {
    publishes_ = publishing != nullptr && options.publishes();
  }

  /// Whether anybody wants records at all.
  bool records() const noexcept { return json_ || publishes_; }
  /// Whether standard output has text for people.
  bool text() const noexcept { return !json_; }

  void record(std::string_view line) {
    if (json_) out_.append(line);
    if (publishes_) publishing_->record(line);
  }
  void alert(std::string_view objective, std::string_view line) {
    if (json_) out_.append(line);
    if (publishing_ != nullptr) publishing_->alert(objective, line);
  }
  void say(std::string_view line) {
    if (!json_) out_.append(line);
  }
  void flush() {
    out_.flush();
    if (publishing_ != nullptr) publishing_->flush();
  }
  Publishing* publishing() noexcept { return publishing_; }

 private:
  bool json_, publishes_ = false;
  BoundedOutput& out_;
  Publishing* publishing_;
};

}  // namespace netlat
