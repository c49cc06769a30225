#include "terminal.h"

#include <unistd.h>

#include <csignal>

#include "refusal.h"
#include "unix_socket.h"

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
  const int fd = ConnectUnixSocket(path);
  if (fd < 0) RefuseCall("connect");
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO}) {
    if (dup2(fd, standard) < 0) RefuseCall("dup2");
  }
  close(fd);
}

}  // namespace capwright
