/** An error number by its name in errno(3), such as `EPERM`. */
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
  | 'ERANGE';
