/**
 * `ifname_valid()` in systemd, which is stricter than the kernel: no name that reads as a number, and none with a
 * `%`.
 */
export function isInterfaceName(name: string): boolean {
  return name.length <= longestName && hasNameForm(name);
}

/** `ifname_valid_full()` for an alternative name, which [Match] takes too: longer ones, and patterns. */
export function isMatchName(name: string): boolean {
  return name.length <= longestAlternative && hasNameForm(name);
}

/** IFNAMSIZ, without the NUL. */
export const longestName = 15;

/** ALTIFNAMSIZ, without the NUL. */
const longestAlternative = 127;

function hasNameForm(name: string): boolean {
  return (
    /^[!-~]+$/.test(name) && !/[:/%]/.test(name) && !reserved.includes(name) && !isNumber(name)
  );
}

const reserved: readonly string[] = ['.', '..', 'all', 'default'];

/** One that a caller could take for the number of an interface (`parse_ifindex()`), or digits alone. */
function isNumber(name: string): boolean {
  return /^(?:\d+|\+?0[xX][\da-fA-F]+|\+?0[bB][01]+|\+?0[oO][0-7]+|\+\d+)$/.test(name);
}
