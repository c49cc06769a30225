/**
 * Cuts a stream of text into lines. Returns the function that takes the chunks as they come.
 *
 * A line over `limit` characters is never gathered: `onOverlong` is called once for it with its
 * beginning, and the stream goes on after its end.
 */
export function lineSplitter(
  limit: number,
  onLine: (line: string) => void,
  onOverlong: (beginning: string) => void,
): (chunk: string) => void {
  let pending = '';
  let skipping = false;

  function take(piece: string): void {
    if (skipping) return;
    pending += piece;
    if (pending.length <= limit) return;
    skipping = true;
    onOverlong(pending.slice(0, 100));
    pending = '';
  }

  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
      take(chunk.slice(start, end));
      start = end + 1;
      const line = pending;
      const whole = !skipping;
      pending = '';
      skipping = false;
      if (whole) onLine(line);
    }
    take(chunk.slice(start));
  };
}
