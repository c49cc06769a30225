#pragma once

namespace capwright {

/** Makes the terminal of standard error that of all three, and this process its foreground. */
void TakeTerminal();

/** Makes the Unix socket at `path` standard input and output; connects as whoever this process is.
 */
void ConnectStandardStreams(const char* path);

}  // namespace capwright
