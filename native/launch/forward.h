#pragma once

#include <netinet/in.h>
#include <poll.h>

#include <array>
#include <cstddef>

#include "options.h"

namespace capwright {

/**
 * Hands on what is said over one TCP connection, which comes from inside the sandbox, to a Unix
 * socket outside, and back. Nothing here waits: the supervisor polls.
 */
class Forwarding {
 public:
  using Polled = std::array<pollfd, 2>;

  /** Listens on the sandbox's loopback; nothing where `forward` names no socket. */
  explicit Forwarding(const Forward& forward);

  /** Whether somebody has dialled, and not all is said yet. */
  [[nodiscard]] bool IsOpen() const { return flows_[0].from >= 0; }

  /** What it waits for; descriptors below zero are nothing, poll(2). */
  [[nodiscard]] Polled Wanted() const;

  /** Does what can be done, after a poll of `Wanted()`. */
  void Proceed(const Polled& polled);

 private:
  /** As much as is read before it is written. */
  static constexpr std::size_t kSize = 65536;

  /** One direction. */
  struct Flow {
    int from = -1;
    int to = -1;
    std::size_t first = 0;
    std::size_t last = 0;
    std::array<char, kSize> bytes = {};

    [[nodiscard]] bool IsEmpty() const { return first == last; }
    bool Read();
    bool Write();
  };

  void Accept();
  void Close();

  const char* path_;
  int listener_ = -1;
  /** What comes from inside, and what comes from outside. */
  std::array<Flow, 2> flows_ = {};
};

}  // namespace capwright
