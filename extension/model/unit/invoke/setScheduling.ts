import { CAP_SYS_ADMIN, CAP_SYS_NICE } from '../../capability.ts';
import { valueOf } from '../unit.ts';
import { may, refuse, type Child, type Ending } from './child.ts';

/**
 * sched_setscheduler(2) and ioprio_set(2): real-time classes need a capability, which a user manager has not. Its
 * RLIMIT_RTPRIO, with which the first would do, is zero unless an administrator has raised it.
 */
export function setScheduling(child: Child): Ending | null {
  const { settings } = child.sandbox;
  const policy = valueOf(settings, 'CPUSchedulingPolicy');
  if (policy !== null && realTime.has(policy) && !may(child, CAP_SYS_NICE)) {
    return refuse(child, '214/SETSCHEDULER', 'real-time-not-permitted', 'CPUSchedulingPolicy');
  }
  const input = valueOf(settings, 'IOSchedulingClass');
  const mayBeRealTime = may(child, CAP_SYS_ADMIN) || may(child, CAP_SYS_NICE);
  if ((input === 'realtime' || input === '1') && !mayBeRealTime) {
    return refuse(child, '211/IOPRIO', 'real-time-not-permitted', 'IOSchedulingClass');
  }
  return null;
}

/** SCHED_FIFO and SCHED_RR, which systemd takes by their numbers as well. */
const realTime: ReadonlySet<string> = new Set(['fifo', 'rr', '1', '2']);
