#pragma once

#include <cstdio>
#include <cstdlib>

namespace capwright {

inline int checks = 0;
inline int failures = 0;

inline void Check(bool holds, const char* claim, const char* file, int line) {
  ++checks;
  if (holds) return;
  ++failures;
  (void)std::fprintf(stderr, "%s:%d: not so: %s\n", file, line, claim);
}

/** Prints how many claims there were; the exit status of a program that has made them all. */
inline int CheckStatus() {
  std::printf("%d checks, %d failures\n", checks, failures);
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace capwright

// The claim's own text is the message: no test framework is needed for two files.
#define CHECK(claim) ::capwright::Check((claim), #claim, __FILE__, __LINE__)
