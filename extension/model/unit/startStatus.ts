/**
 * How a command’s start ends: it runs, it is passed over for want of its program, systemd gives up with an exit status of its own
 * (systemd.exec(5), “Process Exit Codes”), or with the unit’s Result=resources before there is a process, the unit is not
 * loaded at all, or it cannot be told.
 */
export type StartStatus =
  'ok' | 'skipped' | 'unknown' | 'resources' | 'bad-setting' | 'error' | ExitStatusName;

export type ExitStatusName =
  /** The signal that a seccomp filter ended it with. */
  | '31/SYS'
  | '200/CHDIR'
  | '203/EXEC'
  | '208/STDIN'
  | '210/CHROOT'
  | '211/IOPRIO'
  | '213/SECUREBITS'
  | '214/SETSCHEDULER'
  | '216/GROUP'
  | '217/USER'
  | '218/CAPABILITIES'
  | '219/CGROUP'
  | '224/PAM'
  | '225/NETWORK'
  | '226/NAMESPACE'
  | '237/KEYRING';
