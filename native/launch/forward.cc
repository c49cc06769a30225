#include "forward.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "refusal.h"
#include "unix_socket.h"

namespace capwright {
namespace {

void SetOption(int fd, int level, int option) {
  const int on = 1;
  if (setsockopt(fd, level, option, &on, sizeof on) != 0) RefuseCall("setsockopt");
}

/** Whether a call that failed has only to be tried again, when poll(2) says so. */
bool WouldWait() { return errno == EAGAIN || errno == EINTR; }

}  // namespace

Forwarding::Forwarding(const Forward& forward) : path_(forward.socket) {
  if (path_ == nullptr) return;
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener_ < 0) RefuseCall("socket");
  // A program may listen on the same port afterwards.
  SetOption(listener_, SOL_SOCKET, SO_REUSEADDR);
  // Whoever is answered has not much to say, and waits for it.
  SetOption(listener_, IPPROTO_TCP, TCP_NODELAY);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as bind(2) takes addresses
  const auto* const address = reinterpret_cast<const sockaddr*>(&forward.address);
  if (bind(listener_, address, sizeof forward.address) != 0) RefuseCall("bind");
  if (listen(listener_, 1) != 0) RefuseCall("listen");
}

Forwarding::Polled Forwarding::Wanted() const {
  if (!IsOpen()) return {{{listener_, POLLIN, 0}, {-1, 0, 0}}};
  Polled wanted = {};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const int reads = flows_[i].IsEmpty() ? POLLIN : 0;
    const int writes = flows_[1 - i].IsEmpty() ? 0 : POLLOUT;
    // A hangup is told unasked, again and again, though what was read before it is still to be
    // written.
    const int fd = (reads | writes) == 0 ? -1 : flows_[i].from;
    wanted[i] = {fd, static_cast<std::int16_t>(reads | writes), 0};
  }
  return wanted;
}

void Forwarding::Proceed(const Polled& polled) {
  if (!IsOpen()) {
    if (listener_ >= 0 && polled[0].revents != 0) Accept();
    return;
  }
  for (std::size_t i = 0; i < polled.size(); ++i) {
    if (polled[i].revents == 0) continue;
    // Where one end has no more to say, there is nobody to hand anything on to.
    const bool goes_on =
        (!flows_[i].IsEmpty() || flows_[i].Read()) && flows_[i].Write() && flows_[1 - i].Write();
    if (goes_on) continue;
    Close();
    return;
  }
}

void Forwarding::Accept() {
  const int inside = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (inside < 0) return;
  close(listener_);
  listener_ = -1;
  const int outside = ConnectUnixSocket(path_);
  if (outside < 0) {
    close(inside);
    return;
  }
  (void)fcntl(outside, F_SETFL, O_NONBLOCK);
  flows_[0].from = flows_[1].to = inside;
  flows_[0].to = flows_[1].from = outside;
}

void Forwarding::Close() {
  for (Flow& flow : flows_) {
    close(flow.from);
    flow.from = -1;
  }
}

/** False where there is no more to come. */
bool Forwarding::Flow::Read() {
  const ssize_t size = read(from, bytes.data(), bytes.size());
  if (size <= 0) return size < 0 && WouldWait();
  first = 0;
  last = static_cast<std::size_t>(size);
  return true;
}

/** False where nobody takes it. */
bool Forwarding::Flow::Write() {
  if (IsEmpty()) return true;
  const ssize_t size = send(to, bytes.data() + first, last - first, MSG_NOSIGNAL);
  if (size < 0) return WouldWait();
  first += static_cast<std::size_t>(size);
  return true;
}

}  // namespace capwright
