#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
# Second stage of the guest and its PID 1: the remaining mounts, then the command, whose output and status go to the
# host through a virtio port.
bb=/run/portcullis-vm/busybox
for arg in $($bb cat /proc/cmdline); do
    case $arg in
    portcullis.run=*) run=${arg#*=} ;;
    esac
done

try() { "$@" || echo "run: failed: $*"; }
$bb mkdir -p /dev/pts /dev/shm /dev/mqueue
try $bb mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
try $bb mount -t tmpfs -o mode=1777 shm /dev/shm
try $bb mount -t securityfs securityfs /sys/kernel/security
try $bb mount -t bpf -o mode=700 bpf /sys/fs/bpf
try $bb mount -t cgroup2 cgroup2 /sys/fs/cgroup
try $bb mount -t tracefs tracefs /sys/kernel/tracing
try $bb mount -t debugfs debugfs /sys/kernel/debug
$bb mkdir -p /run/lock
$bb ln -sfn /proc/self/fd /dev/fd
$bb ln -sfn /proc/self/fd/0 /dev/stdin
$bb ln -sfn /proc/self/fd/1 /dev/stdout
$bb ln -sfn /proc/self/fd/2 /dev/stderr
echo portcullis-vm >/proc/sys/kernel/hostname
try $bb ip link set lo up

# The host wrote this for this run: it sets the variables below and defines the function shares.
token='' modules='' tty='' rows='' columns=''
# shellcheck source=/dev/null
. "$run/guest.env"

# The hard limit that systemd gives; the kernel's own is 4096.
ulimit -Hn 1048576

release=$($bb uname -r)
$bb mkdir -p "/lib/modules/$release"
try $bb mount --bind "$modules" "/lib/modules/$release"
# The kernel loads modules by itself through /sbin/modprobe, which a machine without kmod lacks.
[ -e /sbin/modprobe ] || $bb ln -s $bb /sbin/modprobe

share() { # TAG PATH
    $bb mkdir -p "$2"
    try $bb mount -t virtiofs "$1" "$2"
}
shares

until [ -c /dev/vport0p1 ]; do $bb usleep 10000; done
exec 9>/dev/vport0p1
# NUL bytes and a random token set these marks apart from the command's output.
mark() { printf '\0\0%s %s\n' "$token" "$*" >&9; }
mark "started $($bb cut -d ' ' -f 1 /proc/uptime)"

if [ -n "$tty" ]; then
    # Kept open, because the last close forgets the size.
    exec 8<>/dev/hvc0
    $bb stty sane rows "$rows" cols "$columns" <&8
    $bb setsid -c /bin/bash "$run/command" <&8 >&8 2>&1 8>&- 9>&- &
    wait $!
    status=$?
else
    # Not the port itself: it can be opened only once, so that /dev/stdout would not work.
    $bb mkfifo /run/portcullis-vm/output
    $bb cat /run/portcullis-vm/output >&9 &
    cat=$!
    $bb setsid /bin/bash "$run/command" </dev/null >/run/portcullis-vm/output 2>&1 9>&- &
    wait $!
    status=$?
    # A daemon that the command left behind may hold the pipe open: what it says later is nobody's output.
    ($bb sleep 2; kill $cat) 2>/dev/null 9>&- &
    wait $cat
fi
$bb sync
mark "exit $status"
# The host ends this VM as soon as it has read the mark. Powering off here would lose what is still on its way there.
while :; do $bb sleep 1000; done
