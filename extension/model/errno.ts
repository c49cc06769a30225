/**
 * An error number by its name in errno(3), such as `EPERM`; or `SIGSYS` where a seccomp filter ends
 * the process in the place of an answer.
 */
export type Errno =
  | 'EPERM'
  | 'ENOENT'
  | 'EIO'
  | 'ENXIO'
  | 'ENOEXEC'
  | 'EACCES'
  | 'EBUSY'
  | 'EEXIST'
  | 'ENODEV'
  | 'EISDIR'
  | 'EINVAL'
  | 'ENOTTY'
  | 'ENOSPC'
  | 'ELOOP'
  | 'ERANGE'
  | 'EROFS'
  | 'ENOSYS'
  | 'ENOPKG'
  | 'ENOPROTOOPT'
  | 'EPROTONOSUPPORT'
  | 'EOPNOTSUPP'
  | 'EAFNOSUPPORT'
  | 'SIGSYS';
