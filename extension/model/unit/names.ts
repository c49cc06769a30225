/**
 * `valid_user_group_name()` with VALID_USER_RELAX and VALID_USER_ALLOW_NUMERIC: what User= and
 * Group= take, whether or not there is such a user.
 */
export function isUserOrGroupName(text: string): boolean {
  if (/^\d+$/.test(text)) return isId(text);
  return (
    text !== '' &&
    text !== '.' &&
    text !== '..' &&
    // A negative number is neither a name nor an id.
    !/^-\d*$/.test(text) &&
    !/[:/\p{Cc}\p{Surrogate}]/u.test(text) &&
    !/^[ \t\n\r]|[ \t\n\r]$/.test(text)
  );
}

/** `valid_user_group_name()` without either: what systemd gives to a user that it makes. */
export function isStrictName(text: string): boolean {
  return /^[a-z_][\w-]{0,30}$/i.test(text);
}

/** `parse_uid()`: without leading zeros, and neither of the two that mean “no id”. */
function isId(text: string): boolean {
  const id = Number(text);
  return (text === '0' || !text.startsWith('0')) && id < 0xffffffff && id !== 0xffff;
}
