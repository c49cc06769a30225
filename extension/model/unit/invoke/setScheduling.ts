import { CAP_SYS_ADMIN, CAP_SYS_NICE } from '../../capability.ts';
import { isPriorityOfPolicy, isRealTime } from '../processorScheduling.ts';
import { valueOf } from '../unit.ts';
import { may, refuse, type Child, type Ending } from './child.ts';

/**
 * sched_setscheduler(2) and ioprio_set(2): real-time classes need a capability, which a user manager has not. Its
 * RLIMIT_RTPRIO, with which the first would do, is zero unless an administrator has raised it.
 */
export function setScheduling(child: Child): Ending | null {
  const { settings } = child.sandbox;
  const scheduling = valueOf(settings, 'CPUSchedulingPolicy');
  const asked = scheduling?.asked === true ? scheduling : null;
  if (asked !== null && !isPriorityOfPolicy(asked)) {
    return refuse(child, '214/SETSCHEDULER', 'priority-of-another-class', 'CPUSchedulingPolicy');
  }
  if (asked !== null && isRealTime(asked.policy) && !may(child, CAP_SYS_NICE)) {
    return refuse(child, '214/SETSCHEDULER', 'real-time-not-permitted', 'CPUSchedulingPolicy');
  }
  const input = valueOf(settings, 'IOSchedulingClass');
  const mayBeRealTime = may(child, CAP_SYS_ADMIN) || may(child, CAP_SYS_NICE);
  if ((input === 'realtime' || input === '1') && !mayBeRealTime) {
    return refuse(child, '211/IOPRIO', 'real-time-not-permitted', 'IOSchedulingClass');
  }
  return null;
}
