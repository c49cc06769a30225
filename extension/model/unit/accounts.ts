/** The users and groups that names stand for. */
export interface Accounts {
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  /** Whether there are no others: false where names may also come from elsewhere, or later. */
  readonly complete: boolean;
}

export interface User {
  readonly name: string;
  readonly uid: number;
  /** Its primary group. */
  readonly gid: number;
  readonly home: string;
}

export interface Group {
  readonly name: string;
  readonly gid: number;
  /** The names of its members. */
  readonly members: readonly string[];
}

/** What a name or number of User= or Group= leads to. */
export type Lookup<T> =
  | { readonly kind: 'found'; readonly account: T }
  /** ESRCH. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'unseen' };

const root: User = { name: 'root', uid: 0, gid: 0, home: '/root' };
const nobody: User = { name: 'nobody', uid: 65534, gid: 65534, home: '/' };

/** `get_user_creds()`: root and nobody need no entry; a number has to have one. */
export function findUser({ users, complete }: Accounts, name: string): Lookup<User> {
  const own = name === 'root' || name === '0' ? root : null;
  const last = name === 'nobody' || name === '65534' ? nobody : null;
  const listed = users.find((user) => user.name === name || String(user.uid) === name);
  return lookup(own ?? listed ?? last, complete);
}

/** `get_group_creds()`. */
export function findGroup({ groups, complete }: Accounts, name: string): Lookup<Group> {
  const own = name === 'root' || name === '0' ? { name: 'root', gid: 0, members: [] } : null;
  const listed = groups.find((group) => group.name === name || String(group.gid) === name);
  return lookup(own ?? listed ?? null, complete);
}

/** `initgroups()`: the primary group, and all groups that name the user. */
export function groupsOf({ groups }: Accounts, name: string, gid: number): readonly number[] {
  const others = groups.filter(({ members }) => members.includes(name)).map((group) => group.gid);
  return [...new Set([gid, ...others])];
}

/** `user_record_disposition()`: neither of the system nor one of a range that systemd gives away. */
export function isRegularUser(uid: number): boolean {
  const isReserved =
    uid === nobody.uid ||
    isDynamicId(uid) ||
    (uid >= 0x80000 && uid <= 0x6fffffff) ||
    uid > 0x7fffffff;
  return uid > 999 && !isReserved;
}

/** The ids that DynamicUser= gives away. */
export const dynamicIds = { first: 61184, last: 65519 } as const;

export function isDynamicId(id: number): boolean {
  return id >= dynamicIds.first && id <= dynamicIds.last;
}

/** Reads passwd(5) and group(5); lines that are none are passed over. */
export function parseAccounts(passwd: string, group: string, complete: boolean): Accounts {
  const users = passwd.split('\n').flatMap((line): readonly User[] => {
    const [name = '', , uid = '', gid = '', , home = ''] = line.split(':');
    return name !== '' && isNumber(uid) && isNumber(gid)
      ? [{ name, uid: Number(uid), gid: Number(gid), home }]
      : [];
  });
  const groups = group.split('\n').flatMap((line): readonly Group[] => {
    const [name = '', , gid = '', members = ''] = line.split(':');
    return name !== '' && isNumber(gid)
      ? [{ name, gid: Number(gid), members: members.split(',').filter((each) => each !== '') }]
      : [];
  });
  return { users, groups, complete };
}

function lookup<T>(account: T | null, complete: boolean): Lookup<T> {
  if (account !== null) return { kind: 'found', account };
  return { kind: complete ? 'missing' : 'unseen' };
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}
