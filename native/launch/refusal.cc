#include "refusal.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace capwright {
namespace {

struct Meaning {
  std::string_view word;
  int status;
};

Meaning MeaningOf(Refusal refusal) {
  switch (refusal) {
    case Refusal::kCaller:
      return {"caller", 118};
    case Refusal::kNotGranted:
      return {"not-granted", 119};
    case Refusal::kNoNewPrivs:
      return {"no-new-privs", 120};
    case Refusal::kTraced:
      return {"traced", 121};
    case Refusal::kSecurebits:
      return {"securebits", 122};
    case Refusal::kTarget:
      return {"target", 123};
    case Refusal::kSandbox:
      return {"sandbox", 124};
    case Refusal::kUsage:
      return {"usage", 125};
    case Refusal::kSystem:
      break;
    // As shells have it.
    case Refusal::kNotExecutable:
      return {"not-executable", 126};
    case Refusal::kNotFound:
      return {"not-found", 127};
  }
  return {"system", 125};
}

}  // namespace

void Line::Add(std::string_view text) {
  for (const char byte : text) {
    // One byte stays free for the end of the line.
    if (length_ + 1 >= kSize) return;
    const auto code = static_cast<unsigned char>(byte);
    bytes_[length_++] = code < 0x20 || code == 0x7f ? '?' : byte;
  }
}

void Line::Write() {
  bytes_[length_] = '\n';
  // Whole or not at all, as far as a pipe is concerned: one write.
  const ssize_t written = write(STDERR_FILENO, bytes_.data(), length_ + 1);
  (void)written;
}

void Begin(Line& line, Refusal refusal) {
  line.Add("capwright-launch: refused [");
  line.Add(MeaningOf(refusal).word);
  line.Add("] ");
}

void Finish(Line& line, Refusal refusal) {
  line.Write();
  _exit(MeaningOf(refusal).status);
}

void RefuseCall(std::string_view call) {
  const std::string_view why = ErrorText(errno);
  Refuse(Refusal::kSystem, call, ": ", why);
}

std::string_view ErrorText(int number) {
  static std::array<char, 128> text;
  // GNU's form, which returns the text, wherever that is.
  return strerror_r(number, text.data(), text.size());
}

}  // namespace capwright
