#pragma once

namespace capwright {

/** A stream socket that is connected to the one at `path`; negative where errno says why not. */
int ConnectUnixSocket(const char* path);

}  // namespace capwright
