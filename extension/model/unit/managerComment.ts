import type { Manager } from './specifiers.ts';

/** The manager that a comment names, `# capwright: user`; null without one. The first counts. */
export function managerComment(text: string): Manager['scope'] | null {
  const found = /^[ \t]*[#;][ \t]*capwright:[ \t]*(system|user)[ \t]*\r?$/m.exec(text)?.[1];
  return found === 'system' || found === 'user' ? found : null;
}
