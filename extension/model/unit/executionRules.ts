/**
 * What differs between releases of systemd in how a unit is run. Each field is named after the
 * change. “Observed” is said of booted managers; releases in between were read.
 */
export interface ExecutionRules {
  /**
   * Whether in a user manager an option that needs a user namespace brings one along
   * (`exec_context_need_unprivileged_private_users()`). Since 254; observed: 252 no, 257 and 262 yes.
   */
  readonly sandboxImpliesUserNamespace: boolean;
  /**
   * Whether a process with another user keeps CAP_SYS_ADMIN until its seccomp filters are loaded,
   * so that they do not imply no_new_privs (`seccomp_allows_drop_privileges()`). Since 255;
   * observed: 252 no, 257 and 262 yes.
   */
  readonly filtersLoadWithPrivilege: boolean;
  /**
   * Whether a user manager lets User= name its own user, although it may not set the groups.
   * Since 257; observed: 252 no, 257 and 262 yes.
   */
  readonly ownUserIsTolerated: boolean;
  /**
   * Whether the groups that a PAM session has are set once more, for which a user manager has no right.
   * Since 257, observed; 252 no.
   */
  readonly sessionGroupsAreSet: boolean;
  /**
   * Whether a session of the PAM service systemd-user brings an ordinary user CAP_WAKE_ALARM as ambient. Since 254;
   * observed: 252 no, 257 and 262 yes.
   */
  readonly sessionOfManagerWakes: boolean;
  /** Whether PAMName= without User= means the manager’s own user. Observed: 252 no, 257 and 262 yes. */
  readonly sessionIsOfOwnUser: boolean;
  /** Whether a user manager refuses to load DynamicUser=. Since 256; observed: 257 and 262 yes. */
  readonly dynamicUserIsRefusedForUsers: boolean;
  /**
   * Whether a private network namespace is only tried with CAP_NET_ADMIN. Read in 257, not in 252.
   */
  readonly networkNamespaceNeedsNetAdmin: boolean;
  /**
   * Whether `-` before a program that is not there ends in success. Read in 252 and observed there;
   * 257 and 262 no.
   */
  readonly passesOverMissingProgram: boolean;
  /** Whether RootDirectory=/ is no root for a mount namespace. Observed: 252 yes, 257 and 262 no. */
  readonly ownRootCannotBeMounted: boolean;
  /**
   * Whether a root with MountAPIVFS= shows the machine’s os-release in /run/host. Observed: 252 no, 257 and
   * 262 yes.
   */
  readonly rootShowsRelease: boolean;
  /**
   * Whether with RootDirectory=/ and mounts of the unit’s own no map of a user namespace can be written after
   * them. Observed: 257 no, 262 yes.
   */
  readonly ownRootClosesMaps: boolean;
  /** Whether a user’s LogNamespace= is refused only after the groups were set. Observed: 257 no, 262 yes. */
  readonly logNamespaceIsRefusedLate: boolean;
  /** Whether RootDirectory= is opened before it is known how it is entered. Observed: 257 no, 262 yes. */
  readonly rootIsOpenedFirst: boolean;
  /**
   * Whether IPCNamespacePath= is opened where no other setting asks for what the unit’s commands share. Observed:
   * 252 no, 257 yes.
   */
  readonly ipcNamespaceIsAlwaysOpened: boolean;
  /** Whether UserNamespacePath= beside PrivateUsers= is refused. Observed: 262 yes. */
  readonly oneUserNamespace: boolean;
  /** Whether a user manager takes the home for optional where it is asked for. Observed: 252 yes, 257 no. */
  readonly ownHomeIsOptional: boolean;
  /** Whether a delegated control group is given to Group= without User= too. Observed: 252 no, 257 and 262 yes. */
  readonly groupAloneIsDelegatedTo: boolean;
  /** Whether PrivatePIDs= is for ExecStart= alone. Observed: 257 no, 262 yes. */
  readonly privatePidsAreForMain: boolean;
  /** Whether a command without ambient capabilities loses the manager’s inheritable ones. Read in 252. */
  readonly emptyAmbientClearsInheritable: boolean;
  /** Whether no_new_privs makes the mounts of the sandbox nosuid. Since 249, observed. */
  readonly noNewPrivilegesMeansNosuid: boolean;
  /** Whether a network namespace brings a mount namespace along. Since 254. */
  readonly networkNamespaceImpliesMounts: boolean;
  /**
   * Whether a user manager that holds a capability cannot pass it on (systemd issue 33167):
   * 255 and 256, observed.
   */
  readonly ambientOfManagerIsLost: boolean;
}

export function executionRules(version: number): ExecutionRules {
  return {
    sandboxImpliesUserNamespace: version >= 254,
    filtersLoadWithPrivilege: version >= 255,
    ownUserIsTolerated: version >= 257,
    sessionGroupsAreSet: version >= 257,
    sessionOfManagerWakes: version >= 254,
    sessionIsOfOwnUser: version >= 257,
    dynamicUserIsRefusedForUsers: version >= 256,
    networkNamespaceNeedsNetAdmin: version >= 254,
    passesOverMissingProgram: version < 255,
    ownRootCannotBeMounted: version < 255,
    ownRootClosesMaps: version >= 258,
    logNamespaceIsRefusedLate: version >= 258,
    ownHomeIsOptional: version < 254,
    groupAloneIsDelegatedTo: version >= 254,
    rootShowsRelease: version >= 255,
    rootIsOpenedFirst: version >= 258,
    ipcNamespaceIsAlwaysOpened: version >= 253,
    oneUserNamespace: version >= 258,
    privatePidsAreForMain: version >= 258,
    emptyAmbientClearsInheritable: version < 255,
    noNewPrivilegesMeansNosuid: version >= 249,
    networkNamespaceImpliesMounts: version >= 254,
    ambientOfManagerIsLost: version === 255 || version === 256,
  };
}
