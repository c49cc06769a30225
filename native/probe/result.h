#pragma once

#include <utility>
#include <variant>

namespace capwright {

/** A call that failed. `call` is written as the manual writes it, `ioctl(TUNSETIFF)`. */
struct CallError {
  const char* call;
  int number;
};

/** A value or the call that failed; nothing in the probe throws. */
template <typename T>
class Result {
 public:
  // Implicit, so that a function can return either as it is.
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(const CallError& error) : state_(error) {}  // NOLINT(google-explicit-constructor)

  /** The value, or null if the call failed. */
  [[nodiscard]] const T* value() const { return std::get_if<T>(&state_); }

  /** The failure, or null if there is a value. */
  [[nodiscard]] const CallError* error() const { return std::get_if<CallError>(&state_); }

 private:
  std::variant<T, CallError> state_;
};

}  // namespace capwright
