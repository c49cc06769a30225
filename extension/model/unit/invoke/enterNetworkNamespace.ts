import { CAP_NET_ADMIN, CAP_SYS_ADMIN } from '../../capability.ts';
import { pathText } from '../sandbox.ts';
import { valueOf } from '../unit.ts';
import { referenceTo } from '../unitReason.ts';
import { hasEnteredUserNamespace, may, refuse, type Child, type Ending } from './child.ts';

/** `setup_shareable_ns()`: where it is not permitted, the unit runs in the manager’s. */
export function enterNetworkNamespace(child: Child): Ending | null {
  const { namespacesTaken, sandbox, sandboxed, system, reasons } = child;
  if (!sandbox.networkNamespace) return null;
  const { settings, ownsNetworkNamespace } = sandbox;
  const { rules } = system;
  const path = valueOf(settings, 'NetworkNamespacePath');
  const joined = valueOf(settings, 'UserNamespacePath');
  const directive = path === null ? 'PrivateNetwork' : 'NetworkNamespacePath';
  const capable = may(child, rules.networkNamespaceNeedsNetAdmin ? CAP_NET_ADMIN : CAP_SYS_ADMIN);
  if (path !== null && rules.networkNamespaceNeedsNetAdmin && !capable) {
    return refuse(child, '225/NETWORK', 'network-namespace-missing', directive);
  }
  const owner = child.credentials.userNamespace;
  // Whose namespace lies at a path is not seen: those of ip-netns(8) are root's.
  const joins =
    path !== null &&
    owner.id === system.networkNamespace.owner.id &&
    !(sandboxed && ownsNetworkNamespace);
  // Outside the sandbox it may keep the manager’s user namespace, and has its rights over the others’.
  const barred = namespacesTaken && (sandboxed || hasEnteredUserNamespace(child));
  const setting = referenceTo(settings, directive);
  if (capable && !barred && (path === null || joins)) {
    child.network = { id: (path === null ? null : pathText(path)) ?? 'unit', owner };
    child.privateNetwork = true;
    // A user namespace that is joined is the same for every command.
    child.ownsNamespaces ||= ownsNetworkNamespace && (joined === null || !sandboxed);
    const outcome = path === null ? 'private' : 'joined';
    reasons.push({ rule: 'unit-network-namespace', outcome, setting });
  } else {
    reasons.push({ rule: 'unit-network-namespace', outcome: 'host', setting });
  }
  return null;
}
