/** `path_is_absolute()` and, once simplified, `path_is_normalized()` and `path_is_valid()`. */
export function isAbsolutePath(path: string): boolean {
  const parts = path.split('/');
  return parts[0] === '' && path !== '' && !parts.includes('..') && isShort(path, parts);
}

function isShort(path: string, parts: readonly string[]): boolean {
  return path.length < 4096 && parts.every((part) => part.length <= 255);
}

/** `path_simplify()`: without empty and `.` components. */
export function simplifyPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}`;
}

/** `valid_device_node_path()`. */
export function isDeviceNode(path: string): boolean {
  return (
    isAbsolutePath(path) && /^\/(?:dev|run\/systemd\/inaccessible)(?:\/|$)/.test(simplifyPath(path))
  );
}
