/** What [Match] asks of the machine that systemd-networkd runs on. Null is what was not seen. */
export interface Machine {
  readonly hostName: string | null;
  /** 32 hexadecimal digits. */
  readonly machineId: string | null;
  /** In systemd’s words, such as `x86-64`. */
  readonly architecture: string | null;
  readonly kernelRelease: string | null;
  /**
   * What the kernel was started with, word by word. In a container it is process 1 that systemd-networkd asks, which its
   * own unit hides from it (ProtectProc=). Observed in 252, 257 and 262.
   */
  readonly commandLine: readonly string[] | 'unreadable' | null;
  /** What systemd calls the container, such as `docker`; empty outside one. */
  readonly container: string | null;
  /** Whether the processor tells of a hypervisor; where it does not, there may be one all the same. */
  readonly hypervisor: true | null;
  /** What lies in /sys/firmware. */
  readonly firmware: readonly string[] | null;
}

/** One that is not this one, or that nobody looked at. */
export const unseenMachine: Machine = {
  ...{ hostName: null, machineId: null, architecture: null, kernelRelease: null },
  ...{ commandLine: null, container: null, hypervisor: null, firmware: null },
};
