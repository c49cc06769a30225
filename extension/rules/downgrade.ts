import type { Lack } from './lack.ts';

/** What an unsafe exec would have given, as the head of a message. */
export function gainOf({
  file,
  name,
  gainedBy,
}: Extract<Lack, { readonly kind: 'downgraded' }>): string {
  switch (gainedBy) {
    case 'file capabilities':
      return `${file.path} carries ${name} as a file capability`;
    case 'set-user-ID bit':
      return `${file.path} is set-user-ID root`;
    case 'user id 0':
      return `The launcher of ${file.path} is root without ${name}`;
  }
}
