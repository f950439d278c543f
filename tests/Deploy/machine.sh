#!/bin/sh
# A machine on top of this one: its own systemd, processes, network, users and files. What is installed here is installed there; what is written there stays there.
# machine.sh FOLDER NAME; it lasts as long as the process that starts it. machine.sh inside FOLDER NAME is its own first half.
set -eu

# Each hierarchy of control groups: "name=systemd", "memory", and the unified one as "".
hierarchies() { cut -d: -f2 /proc/self/cgroup; }
place() { # hierarchy, root of /sys
  if [ -n "$1" ]; then echo "$2/fs/cgroup/${1#name=}"
  elif [ -e /sys/fs/cgroup/cgroup.controllers ]; then echo "$2/fs/cgroup"
  else echo "$2/fs/cgroup/unified"
  fi
}

if [ "$1" != inside ]; then
  for hierarchy in $(hierarchies | sed 's/^$/-/'); do
    [ "$hierarchy" != - ] || hierarchy=
    group=$(place "$hierarchy" /sys)/$(basename "$1")-$2
    mkdir -p "$group"
    if [ "$hierarchy" = cpuset ]; then
      for file in cpuset.cpus cpuset.mems; do cat "$group/../$file" >"$group/$file"; done
    fi
    echo $$ >"$group/cgroup.procs"
  done
  exec unshare --mount --pid --fork --kill-child --net --uts --ipc --cgroup "$0" inside "$@"
fi

folder=$2/$3
name=$3
root=$folder/root
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/files,workdir=$folder/work" "$root"
# An engine cannot keep its layers on such a root.
mount --bind "$folder/docker" "$root/var/lib/docker"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
for hierarchy in $(hierarchies | sed 's/^$/-/'); do
  [ "$hierarchy" != - ] || hierarchy=
  at=$(place "$hierarchy" "$root/sys")
  mkdir -p "$at"
  if [ -n "$hierarchy" ]; then mount -t cgroup -o "$hierarchy" cgroup "$at"; else mount -t cgroup2 cgroup2 "$at"; fi
done
for at in run dev; do mount -t tmpfs -o mode=755 tmpfs "$root/$at"; done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done

cd "$root"
if [ ! -e etc/bare-machine ]; then
  # Nothing is there yet of what the guides put there, and no service of this machine starts.
  rm -rf opt/dashboard etc/dashboard var/lib/dashboard* etc/nova etc/glance usr/local/lib/python3*/dist-packages/novadocker*
  rm -rf etc/systemd/system/*.wants var/log/journal
  for link in etc/rc[2-5].d/S*; do mv "$link" "${link%/S*}/K01${link#*/S??}"; done
  # What would reach for the hardware and the kernel, which are not its own.
  for unit in systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-udev-trigger.service systemd-modules-load.service \
    systemd-sysctl.service systemd-binfmt.service systemd-logind.service systemd-remount-fs.service console-getty.service getty.target; do
    ln -sf /dev/null "etc/systemd/system/$unit"
  done
  # A start would empty /tmp, where this repository may be.
  mkdir -p etc/tmpfiles.d
  ln -sf /dev/null etc/tmpfiles.d/tmp.conf
  tr -d - </proc/sys/kernel/random/uuid >etc/machine-id
  echo "$name" >etc/hostname
  : >etc/bare-machine
fi
hostname "$name"
ip link set lo up

mkdir run/outer
pivot_root . run/outer
umount -l /run/outer
exec env -i container=other PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --log-target=console
