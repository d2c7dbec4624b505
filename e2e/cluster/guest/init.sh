#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
# First stage of the node, in the initramfs: mounts the disks that lib/node.sh gives it, in that order, and goes there.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
while read -r module; do
    insmod "/modules/$module" || echo "init: cannot load $module"
done </modules/order

fail() {
    echo "init: $*"
    poweroff -f
}
tries=0
until [ -b /dev/vda ] && [ -b /dev/vdb ] && [ -b /dev/vdc ]; do
    tries=$((tries + 1))
    [ $tries -lt 1000 ] || fail "the disks do not appear"
    usleep 10000
done
mount -t ext4 -o noatime /dev/vda /root || fail "cannot mount the root"
release=$(uname -r)
mkdir -p "/root/lib/modules/$release"
mount -t ext4 -o ro /dev/vdb "/root/lib/modules/$release" || fail "cannot mount the modules"
mount -t tmpfs -o mode=755 run /root/run
mkdir -m 700 /root/run/node
tar -x -f /dev/vdc -C /root/run/node || fail "cannot unpack what this start is to use"
cp /bin/busybox /root/run/node/busybox
for dir in proc sys dev; do
    mount --move "/$dir" "/root/$dir"
done
exec switch_root /root /bin/sh /run/node/node.sh
