/**
 * Where a manual page can be read, by a citation such as `systemd.exec(5), User=`; null for one of anything else.
 * A directive of systemd’s is the place that is led to.
 */
export function manualUrl(citation: string): string | null {
  const found = /^([a-z][\w.-]*)\(([1-8])\)(?:, ([A-Z]\w+=))?/.exec(citation);
  if (found === null) return null;
  const [, page = '', section = '', directive] = found;
  if (!page.startsWith('systemd')) {
    return `https://man7.org/linux/man-pages/man${section}/${page}.${section}.html`;
  }
  const url = `https://www.freedesktop.org/software/systemd/man/latest/${page}.html`;
  return directive === undefined ? url : `${url}#${directive}`;
}
