#!/bin/bash
# boot.sh TREE EMPTY: starts the systemd of the root tree TREE as PID 1 of namespaces of its own and
# says `ready PID` when it has started. It ends, with all that it started, when standard input does.
# Run as root in a mount namespace of its own; EMPTY is a folder to mount on.
#
# There is no user namespace: credentials inside are real. The tree stays as it is: what is written
# lies in a tmpfs above it.
set -euo pipefail
tree=$1 empty=$2

mount -t tmpfs -o mode=755 capwright-lab "$empty"
mkdir "$empty"/{cgroup,upper,work,root}
mount -t cgroup2 cgroup2 "$empty/cgroup"

# A cgroup of its own: the inner systemd makes it the root of its hierarchy.
above=$empty/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
cgroup=$above/capwright-lab-$$
remove_cgroup() {
  [[ ! -d $1 ]] || find "$1" -depth -type d -exec rmdir {} +
}
for left in "$above"/capwright-lab-*; do
  # Its guard was killed; the kernel ended the rest of it then.
  [[ -d /proc/${left##*-} ]] || remove_cgroup "$left" || true
done
mkdir "$cgroup"

systemd=
end() {
  trap - EXIT
  if [[ -n $systemd ]]; then
    kill -KILL "$systemd" 2>/dev/null || true
    wait "$systemd" 2>/dev/null || true
  fi
  # Those that died with their PID 1 leave it a moment later.
  for _ in {1..100}; do
    remove_cgroup "$cgroup" 2>/dev/null && exit 0
    sleep 0.05
  done
  echo "$cgroup cannot be removed" >&2
  exit 1
}
trap end EXIT
trap 'exit 143' HUP INT TERM

# shellcheck disable=SC2016 # The inner shells expand these.
setpriv --pdeathsig KILL -- bash -euc '
  echo $$ >"$1/cgroup.procs"
  shift
  exec unshare --mount --pid --fork --kill-child --uts --ipc --net --cgroup --propagation private \
    -- bash "$@"
' cgroup "$cgroup" -euc '
  tree=$1 empty=$2 root=$2/root
  mount -t overlay -o "lowerdir=$tree,upperdir=$empty/upper,workdir=$empty/work" overlay "$root"
  mount -t proc proc "$root/proc"
  mount -t sysfs sysfs "$root/sys"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  mount -t tmpfs -o mode=755 tmpfs "$root/run"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mount -t tmpfs -o mode=755 tmpfs "$root/dev"
  mkdir -p "$root"/dev/{net,pts,shm,mqueue} "$root/run/lock"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  for node in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0 net/tun:10:200; do
    IFS=: read -r name major minor <<<"$node"
    mknod -m 666 "$root/dev/$name" c "$major" "$minor"
  done

  # People of the lab, and a user manager that runs without a session.
  printf "%s:x:%s:%s::/home/%s:/bin/bash\n" alice 1000 1000 alice bob 1001 1001 bob >>"$root/etc/passwd"
  printf "%s\n" alice:x:1000: bob:x:1001: tunners:x:1002:alice strangers:x:1003: >>"$root/etc/group"
  printf "%s:*:19000:0:99999:7:::\n" alice bob >>"$root/etc/shadow"
  install --directory --owner=1000 --group=1000 "$root/home/alice"
  install --directory --owner=1001 --group=1001 "$root/home/bob"
  mkdir -p "$root/var/lib/systemd/linger"
  touch "$root/var/lib/systemd/linger/alice"

  # Housekeeping of a machine that lives longer.
  idle="apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer
    e2scrub_reap.service fstrim.timer getty.target systemd-pcrphase.service"
  # What would reach the kernel that all share.
  outward="systemd-modules-load.service modprobe@.service systemd-sysctl.service systemd-binfmt.service
    proc-sys-fs-binfmt_misc.automount proc-sys-fs-binfmt_misc.mount"
  for unit in $idle $outward; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done

  mkdir "$root/.before"
  cd "$root"
  pivot_root . .before
  umount -l /.before
  rmdir /.before
  exec env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --show-status=no --unit=multi-user.target
' boot "$tree" "$empty" >&2 </dev/null &
systemd=$!

inside() { nsenter --all --target "$init" --root --wd env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
# Until it serves requests there is nothing that would tell of it.
while true; do
  kill -0 "$systemd"
  read -r init _ <"/proc/$systemd/task/$systemd/children" || true # no newline at its end
  [[ -n $init && -S /proc/$init/root/run/systemd/private ]] && break
  sleep 0.02
done
inside systemctl is-system-running --wait >/dev/null 2>&1 || true
inside systemctl start user@1000.service
echo "ready $init"
read -r _ || true
