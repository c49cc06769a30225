#include "terminal.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "refusal.h"

namespace capwright {

void TakeTerminal() {
  if (setpgid(0, 0) != 0) RefuseCall("setpgid");
  // Whoever asks for the foreground is in the background.
  (void)std::signal(SIGTTOU, SIG_IGN);
  if (tcsetpgrp(STDERR_FILENO, getpgrp()) != 0) RefuseCall("tcsetpgrp");
  (void)std::signal(SIGTTOU, SIG_DFL);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO}) {
    if (dup2(STDERR_FILENO, fd) < 0) RefuseCall("dup2");
  }
}

void ConnectStandardStreams(const char* path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(path);
  if (length >= sizeof address.sun_path) Refuse(Refusal::kUsage, path, ": the path is too long");
  std::memcpy(static_cast<char*>(address.sun_path), path, length);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) RefuseCall("socket");
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as connect(2) takes addresses
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    RefuseCall("connect");
  }
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO}) {
    if (dup2(fd, standard) < 0) RefuseCall("dup2");
  }
  close(fd);
}

}  // namespace capwright
