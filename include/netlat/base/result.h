#pragma once
// Success or one sentence for a person.  For setup, files and configuration;
// packets use verdict enums and counters instead.

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace netlat {

/// What exit status a failure leads to (exit status of all tools).
enum class ErrorKind : unsigned char {
  usage,       ///< the caller asked for something that makes no sense
  input,       ///< a file is missing, unreadable or damaged
  permission,  ///< the system refuses
};

/// A sentence that says what happened, where, and what to do, built innermost
/// first: "cap.pcap: record 17 at byte 2040: length exceeds the file".
struct Error {
  std::string message;
  ErrorKind kind = ErrorKind::input;

  /// The same error with "context: " before it.
  Error within(const std::string& context) && {
    message.insert(0, context + ": ");
    return std::move(*this);
  }
};

/// A T, or why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const noexcept { return state_.index() == 0; }
  // Requires: *this is true.
  T& operator*() & { return *std::get_if<0>(&state_); }
  const T& operator*() const& { return *std::get_if<0>(&state_); }
  T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }
  // Requires: *this is false.
  Error& error() { return *std::get_if<1>(&state_); }
  const Error& error() const { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

/// The outcome of an action that yields nothing.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  explicit operator bool() const noexcept { return !error_; }
  Error& error() { return *error_; }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace netlat
