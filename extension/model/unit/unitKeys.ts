import type { UnitType } from './unitName.ts';

/** `removed`: systemd passes over it and says so at level info at most. */
export type KeyStatus = 'known' | 'removed' | 'unknown';

/**
 * Whether a release knows a key of a section. In a section it is spelled as here:
 * case counts. `X-` keys are for others.
 */
export function keyStatus(section: string, key: string, version: number): KeyStatus {
  const found = sections.get(section)?.get(key);
  if (found === undefined) return key.startsWith('X-') ? 'known' : 'unknown';
  if (found.removedSince !== undefined && version >= found.removedSince) return 'removed';
  return found.absentIn !== undefined && version <= found.absentIn ? 'unknown' : 'known';
}

/** `foreign`: an `X-` section, which is for others. */
export function sectionStatus(name: string, type: UnitType): 'known' | 'foreign' | 'unknown' {
  if (name === 'Unit' || name === 'Install' || name === ownSection(type)) return 'known';
  return name.startsWith('X-') ? 'foreign' : 'unknown';
}

/** The section of a type's own settings, such as `Service`. */
export function ownSection(type: UnitType): string {
  return `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

/** What is known of a key beyond its name; taken from the tables of 252, 257 and 262. */
interface KeyFacts {
  /** The newest of these releases that does not know it yet. */
  readonly absentIn?: number;
  /** Where it is still read but has no effect. */
  readonly removedSince?: number;
}

type Key = readonly [name: string, facts: KeyFacts];

function keys(names: string, facts: KeyFacts = {}): readonly Key[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => [name, facts]);
}

const execKeys = [
  ...keys(`
    AmbientCapabilities AppArmorProfile BindPaths BindReadOnlyPaths CPUAffinity
    CPUSchedulingPolicy CPUSchedulingPriority CPUSchedulingResetOnFork CacheDirectory
    CacheDirectoryMode CapabilityBoundingSet ConfigurationDirectory
    ConfigurationDirectoryMode CoredumpFilter DynamicUser Environment EnvironmentFile
    ExecPaths ExecSearchPath ExtensionDirectories ExtensionImages Group IOSchedulingClass
    IOSchedulingPriority IPCNamespacePath IgnoreSIGPIPE InaccessibleDirectories
    InaccessiblePaths KeyringMode LimitAS LimitCORE LimitCPU LimitDATA LimitFSIZE
    LimitLOCKS LimitMEMLOCK LimitMSGQUEUE LimitNICE LimitNOFILE LimitNPROC LimitRSS
    LimitRTPRIO LimitRTTIME LimitSIGPENDING LimitSTACK LoadCredential
    LoadCredentialEncrypted LockPersonality LogExtraFields LogLevelMax LogNamespace
    LogRateLimitBurst LogRateLimitIntervalSec LogsDirectory LogsDirectoryMode
    MemoryDenyWriteExecute MountAPIVFS MountFlags MountImages NUMAMask NUMAPolicy
    NetworkNamespacePath Nice NoExecPaths NoNewPrivileges OOMScoreAdjust PAMName
    PassEnvironment Personality PrivateDevices PrivateIPC PrivateMounts PrivateNetwork
    PrivateTmp PrivateUsers ProcSubset ProtectClock ProtectControlGroups ProtectHome
    ProtectHostname ProtectKernelLogs ProtectKernelModules ProtectKernelTunables
    ProtectProc ProtectSystem ReadOnlyDirectories ReadOnlyPaths ReadWriteDirectories
    ReadWritePaths RemoveIPC RestrictAddressFamilies RestrictFileSystems
    RestrictNamespaces RestrictRealtime RestrictSUIDSGID RootDirectory RootHash
    RootHashSignature RootImage RootImageOptions RootVerity RuntimeDirectory
    RuntimeDirectoryMode RuntimeDirectoryPreserve SELinuxContext SecureBits SetCredential
    SetCredentialEncrypted SmackProcessLabel StandardError StandardInput StandardInputData
    StandardInputText StandardOutput StateDirectory StateDirectoryMode SupplementaryGroups
    SyslogFacility SyslogIdentifier SyslogLevel SyslogLevelPrefix SystemCallArchitectures
    SystemCallErrorNumber SystemCallFilter SystemCallLog TTYColumns TTYPath TTYReset
    TTYRows TTYVHangup TTYVTDisallocate TemporaryFileSystem TimeoutCleanSec TimerSlackNSec
    UMask UnsetEnvironment User UtmpIdentifier UtmpMode WorkingDirectory
  `),
  ...keys(
    `
    BindLogSockets ExtensionImagePolicy ImportCredential LogFilterPatterns MemoryKSM
    MountImagePolicy PrivatePIDs RootEphemeral RootImagePolicy SetLoginEnvironment
  `,
    { absentIn: 252 },
  ),
  ...keys(
    `
    BPFDelegateAttachments BPFDelegateCommands BPFDelegateMaps BPFDelegatePrograms
    CacheDirectoryAccounting CacheDirectoryQuota DelegateNamespaces
    LogsDirectoryAccounting LogsDirectoryQuota MemoryTHP PrivateBPF RootMStack
    StateDirectoryAccounting StateDirectoryQuota UserNamespacePath
  `,
    { absentIn: 257 },
  ),
  ...keys(
    `
    Capabilities
  `,
    { removedSince: 230 },
  ),
];

const resourceKeys = [
  ...keys(`
    AllowedCPUs AllowedMemoryNodes BPFProgram CPUQuota CPUQuotaPeriodSec CPUWeight
    Delegate DeviceAllow DevicePolicy DisableControllers IOAccounting
    IODeviceLatencyTargetSec IODeviceWeight IOReadBandwidthMax IOReadIOPSMax IOWeight
    IOWriteBandwidthMax IOWriteIOPSMax IPAccounting IPAddressAllow IPAddressDeny
    IPEgressFilterPath IPIngressFilterPath ManagedOOMMemoryPressure
    ManagedOOMMemoryPressureLimit ManagedOOMPreference ManagedOOMSwap MemoryAccounting
    MemoryHigh MemoryLow MemoryMax MemoryMin MemorySwapMax RestrictNetworkInterfaces Slice
    SocketBindAllow SocketBindDeny StartupAllowedCPUs StartupAllowedMemoryNodes
    StartupCPUWeight StartupIOWeight TasksAccounting TasksMax
  `),
  ...keys(
    `
    CoredumpReceive DelegateSubgroup ManagedOOMMemoryPressureDurationSec
    MemoryPressureThresholdSec MemoryPressureWatch MemoryZSwapMax MemoryZSwapWriteback
    NFTSet StartupMemoryHigh StartupMemoryLow StartupMemoryMax StartupMemorySwapMax
    StartupMemoryZSwapMax
  `,
    { absentIn: 252 },
  ),
  ...keys(
    `
    BindNetworkInterface CPUPressureThresholdSec CPUPressureWatch CPUSetPartition
    IOPressureThresholdSec IOPressureWatch OOMRules
  `,
    { absentIn: 257 },
  ),
  ...keys(
    `
    BlockIOAccounting BlockIODeviceWeight BlockIOReadBandwidth BlockIOWeight
    BlockIOWriteBandwidth CPUAccounting CPUShares DefaultMemoryLow DefaultMemoryMin
    MemoryLimit StartupBlockIOWeight StartupCPUShares
  `,
    { removedSince: 258 },
  ),
  ...keys(
    `
    DefaultStartupMemoryLow
  `,
    { absentIn: 252, removedSince: 258 },
  ),
  ...keys(
    `
    NetClass
  `,
    { removedSince: 230 },
  ),
];

const killKeys = [
  ...keys(`
    FinalKillSignal KillMode KillSignal RestartKillSignal SendSIGHUP SendSIGKILL
    WatchdogSignal
  `),
];

const unitKeys = [
  ...keys(`
    After AllowIsolate AssertACPower AssertArchitecture AssertCPUFeature AssertCPUPressure
    AssertCPUs AssertCapability AssertControlGroupController AssertCredential
    AssertDirectoryNotEmpty AssertEnvironment AssertFileIsExecutable AssertFileNotEmpty
    AssertFirstBoot AssertGroup AssertHost AssertIOPressure AssertKernelCommandLine
    AssertKernelVersion AssertMemory AssertMemoryPressure AssertNeedsUpdate
    AssertOSRelease AssertPathExists AssertPathExistsGlob AssertPathIsDirectory
    AssertPathIsEncrypted AssertPathIsMountPoint AssertPathIsReadWrite
    AssertPathIsSymbolicLink AssertSecurity AssertUser AssertVirtualization Before BindTo
    BindsTo CollectMode ConditionACPower ConditionArchitecture ConditionCPUFeature
    ConditionCPUPressure ConditionCPUs ConditionCapability ConditionControlGroupController
    ConditionCredential ConditionDirectoryNotEmpty ConditionEnvironment
    ConditionFileIsExecutable ConditionFileNotEmpty ConditionFirmware ConditionFirstBoot
    ConditionGroup ConditionHost ConditionIOPressure ConditionKernelCommandLine
    ConditionKernelVersion ConditionMemory ConditionMemoryPressure ConditionNeedsUpdate
    ConditionOSRelease ConditionPathExists ConditionPathExistsGlob
    ConditionPathIsDirectory ConditionPathIsEncrypted ConditionPathIsMountPoint
    ConditionPathIsReadWrite ConditionPathIsSymbolicLink ConditionSecurity ConditionUser
    ConditionVirtualization Conflicts DefaultDependencies Description Documentation
    FailureAction FailureActionExitStatus IgnoreOnIsolate JobRunningTimeoutSec
    JobTimeoutAction JobTimeoutRebootArgument JobTimeoutSec JoinsNamespaceOf OnFailure
    OnFailureIsolate OnFailureJobMode OnSuccess OnSuccessJobMode PartOf
    PropagateReloadFrom PropagateReloadTo PropagatesReloadTo PropagatesStopTo
    RebootArgument RefuseManualStart RefuseManualStop ReloadPropagatedFrom Requires
    RequiresMountsFor RequiresOverridable Requisite RequisiteOverridable SourcePath
    StartLimitAction StartLimitBurst StartLimitInterval StartLimitIntervalSec
    StopPropagatedFrom StopWhenUnneeded SuccessAction SuccessActionExitStatus Upholds
    Wants
  `),
  ...keys(
    `
    SurviveFinalKillSignal WantsMountsFor
  `,
    { absentIn: 252 },
  ),
  ...keys(
    `
    AssertFraction AssertKernelModuleLoaded AssertMachineTag AssertPathIsSocket
    AssertVersion ConditionFraction ConditionKernelModuleLoaded ConditionMachineTag
    ConditionPathIsSocket ConditionVersion
  `,
    { absentIn: 257 },
  ),
  ...keys(
    `
    IgnoreOnSnapshot
  `,
    { removedSince: 230 },
  ),
];

const installKeys = [
  ...keys(`
    Alias Also DefaultInstance RequiredBy WantedBy
  `),
  ...keys(
    `
    UpheldBy
  `,
    { absentIn: 252 },
  ),
];

const serviceKeys = [
  ...keys(`
    BusName ExecCondition ExecReload ExecStart ExecStartPost ExecStartPre ExecStop
    ExecStopPost ExitType FailureAction FileDescriptorStoreMax GuessMainPID NonBlocking
    NotifyAccess OOMPolicy PIDFile PermissionsStartOnly RebootArgument RemainAfterExit
    Restart RestartForceExitStatus RestartPreventExitStatus RestartSec
    RootDirectoryStartOnly RuntimeMaxSec RuntimeRandomizedExtraSec Sockets
    StartLimitAction StartLimitBurst StartLimitInterval SuccessExitStatus TimeoutAbortSec
    TimeoutSec TimeoutStartFailureMode TimeoutStartSec TimeoutStopFailureMode
    TimeoutStopSec Type USBFunctionDescriptors USBFunctionStrings WatchdogSec
  `),
  ...keys(
    `
    FileDescriptorStorePreserve OpenFile ReloadSignal RestartMaxDelaySec RestartMode
    RestartSteps
  `,
    { absentIn: 252 },
  ),
  ...keys(
    `
    ExecReloadPost LUOSession RefreshOnReload RestartRandomizedDelaySec
  `,
    { absentIn: 257 },
  ),
  ...keys(
    `
    BusPolicy SysVStartPriority
  `,
    { removedSince: 230 },
  ),
];

const socketKeys = [
  ...keys(`
    Accept Backlog BindIPv6Only BindToDevice Broadcast DeferAcceptSec DirectoryMode
    ExecStartPost ExecStartPre ExecStopPost ExecStopPre FileDescriptorName FlushPending
    FreeBind IPTOS IPTTL KeepAlive KeepAliveIntervalSec KeepAliveProbes KeepAliveTimeSec
    ListenDatagram ListenFIFO ListenMessageQueue ListenNetlink ListenSequentialPacket
    ListenSpecial ListenStream ListenUSBFunction Mark MaxConnections
    MaxConnectionsPerSource MessageQueueMaxMessages MessageQueueMessageSize NoDelay
    PassCredentials PassPacketInfo PassSecurity PipeSize Priority ReceiveBuffer
    RemoveOnStop ReusePort SELinuxContextFromNet SendBuffer Service SmackLabel
    SmackLabelIPIn SmackLabelIPOut SocketGroup SocketMode SocketProtocol SocketUser
    Symlinks TCPCongestion TimeoutSec Timestamping Transparent TriggerLimitBurst
    TriggerLimitIntervalSec Writable
  `),
  ...keys(
    `
    PassFileDescriptorsToExec PollLimitBurst PollLimitIntervalSec
  `,
    { absentIn: 252 },
  ),
  ...keys(
    `
    AcceptFileDescriptors DeferTrigger DeferTriggerMaxSec PassPIDFD XAttrAccept
    XAttrEntryPoint XAttrListen
  `,
    { absentIn: 257 },
  ),
];

const mountKeys = [
  ...keys(`
    DirectoryMode ForceUnmount LazyUnmount Options ReadWriteOnly SloppyOptions TimeoutSec
    Type What Where
  `),
];

const swapKeys = [
  ...keys(`
    Options Priority TimeoutSec What
  `),
];

const automountKeys = [
  ...keys(`
    DirectoryMode ExtraOptions TimeoutIdleSec Where
  `),
];

const timerKeys = [
  ...keys(`
    AccuracySec FixedRandomDelay OnActiveSec OnBootSec OnCalendar OnClockChange
    OnStartupSec OnTimezoneChange OnUnitActiveSec OnUnitInactiveSec Persistent
    RandomizedDelaySec RemainAfterElapse Unit WakeSystem
  `),
  ...keys(
    `
    DeferReactivation
  `,
    { absentIn: 252 },
  ),
  ...keys(
    `
    RandomizedOffsetSec
  `,
    { absentIn: 257 },
  ),
];

const pathKeys = [
  ...keys(`
    DirectoryMode DirectoryNotEmpty MakeDirectory PathChanged PathExists PathExistsGlob
    PathModified TriggerLimitBurst TriggerLimitIntervalSec Unit
  `),
];

const sliceKeys = [
  ...keys(
    `
    ActivatingConcurrencyMax ConcurrencyHardMax ConcurrencySoftMax
  `,
    { absentIn: 257 },
  ),
];

const scopeKeys = [
  ...keys(`
    OOMPolicy RuntimeMaxSec RuntimeRandomizedExtraSec TimeoutStopSec
  `),
];

const sections: ReadonlyMap<string, ReadonlyMap<string, KeyFacts>> = new Map([
  ['Unit', new Map(unitKeys)],
  ['Install', new Map(installKeys)],
  ['Service', new Map([...serviceKeys, ...execKeys, ...resourceKeys, ...killKeys])],
  ['Socket', new Map([...socketKeys, ...execKeys, ...resourceKeys, ...killKeys])],
  ['Mount', new Map([...mountKeys, ...execKeys, ...resourceKeys, ...killKeys])],
  ['Swap', new Map([...swapKeys, ...execKeys, ...resourceKeys, ...killKeys])],
  ['Automount', new Map(automountKeys)],
  ['Timer', new Map(timerKeys)],
  ['Path', new Map(pathKeys)],
  ['Slice', new Map([...sliceKeys, ...resourceKeys])],
  ['Scope', new Map([...scopeKeys, ...resourceKeys, ...killKeys])],
]);
