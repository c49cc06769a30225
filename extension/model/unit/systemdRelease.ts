/** Whether a value is the number of a release of systemd for which units are judged: from 245 on, by three digits. */
export function isSystemdRelease(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 245 && value <= 999;
}
