/**
 * The name that is meant where one was written in quotes or with a comment after it, which systemd takes
 * as part of it; null where there is neither.
 */
export function nameWithoutDecoration(text: string): string | null {
  const name = /^(?:(["'])(.+)\1|(\S+)\s+[#;].*)$/.exec(text);
  return name === null ? null : (name[2] ?? name[3] ?? null);
}
