/**
 * Which of two versions is the older: negative where the first is, 0 where they are the same. By the specification of
 * version formats (`strverscmp_improved()`): `~` is less than nothing, `^` more, numbers go by their value.
 */
export function versionOrder(one: string, other: string): number {
  let [left, right] = [one, other];
  for (;;) {
    left = left.replace(/^[^a-zA-Z\d.~^-]+/, '');
    right = right.replace(/^[^a-zA-Z\d.~^-]+/, '');
    const before = Number(right.startsWith('~')) - Number(left.startsWith('~'));
    if (before !== 0) return before;
    if (!left.startsWith('~') && (left === '' || right === '')) {
      return Number(left !== '') - Number(right !== '');
    }
    const separator = ['~', '-', '^', '.'].find(
      (each) => left.startsWith(each) || right.startsWith(each),
    );
    if (separator !== undefined) {
      const order = Number(right.startsWith(separator)) - Number(left.startsWith(separator));
      if (order !== 0) return order;
      [left, right] = [left.slice(1), right.slice(1)];
      continue;
    }
    const isNumber = /^\d/.test(left) || /^\d/.test(right);
    const part = isNumber ? /^\d*/ : /^[a-zA-Z]*/;
    const [a, b] = [part.exec(left)?.[0] ?? '', part.exec(right)?.[0] ?? ''];
    const order = isNumber ? numberOrder(a, b) : textOrder(a, b);
    if (order !== 0) return order;
    [left, right] = [left.slice(a.length), right.slice(b.length)];
  }
}

function numberOrder(one: string, other: string): number {
  const [a, b] = [one.replace(/^0+/, ''), other.replace(/^0+/, '')];
  return a.length - b.length || textOrder(a, b);
}

function textOrder(one: string, other: string): number {
  return Number(one > other) - Number(one < other);
}
