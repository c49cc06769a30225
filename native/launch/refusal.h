#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace capwright {

/** Why nothing was started. README.md has the table of words and exit statuses. */
enum class Refusal {
  kCaller,
  kNotGranted,
  kNoNewPrivs,
  kTraced,
  kSecurebits,
  kTarget,
  kSandbox,
  kUsage,
  kSystem,
  kNotExecutable,
  kNotFound,
};

/** One line of standard error, put together without an allocation; what does not fit is cut off. */
class Line {
 public:
  /** Adds a text, its control characters as `?`: names come from anywhere, terminals obey. */
  void Add(std::string_view text);

  /** Writes the line, with its end. A standard error that cannot be written to changes nothing. */
  void Write();

 private:
  static constexpr std::size_t kSize = 2048;
  std::array<char, kSize> bytes_ = {};
  std::size_t length_ = 0;
};

/** Begins the line of a refusal: `capwright-launch: refused [WORD] `. */
void Begin(Line& line, Refusal refusal);

/** Writes the line and exits with the refusal's status. */
[[noreturn]] void Finish(Line& line, Refusal refusal);

/** Tells why on one line of standard error, and exits. */
template <typename... Parts>
[[noreturn]] void Refuse(Refusal refusal, const Parts&... parts) {
  Line line;
  Begin(line, refusal);
  (line.Add(parts), ...);
  Finish(line, refusal);
}

/** A call that should not have failed did: tells which, with errno in words, and exits. */
[[noreturn]] void RefuseCall(std::string_view call);

/** errno in words, in static storage. */
std::string_view ErrorText(int number);

}  // namespace capwright
