/** A label under which the security module's policy withholds nothing: AppArmor's, and SELinux's domain for users. */
export function isUnconfined(label: string | null): boolean {
  return label === null || /^unconfined$|:unconfined_t(:|$)/.test(label);
}
