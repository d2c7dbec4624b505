#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
# First stage of the guest, in the initramfs: mounts the host's root, read-only, under a tmpfs overlay and goes there.
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
mount -t virtiofs -o ro root /lower || fail "cannot mount the host's root"
mount -t tmpfs -o mode=755,size=80% rw /rw
mkdir /rw/upper /rw/work
mount -t overlay -o lowerdir=/lower,upperdir=/rw/upper,workdir=/rw/work root /root || fail "cannot mount the overlay"

# The host's /run holds sockets and state of daemons that do not run here.
mkdir -p /root/run
mount -t tmpfs -o mode=755 run /root/run
mkdir /root/run/portcullis-vm
cp /bin/busybox /run.sh /root/run/portcullis-vm/
for dir in proc sys dev; do
    mount --move "/$dir" "/root/$dir"
done
exec switch_root /root /run/portcullis-vm/busybox sh /run/portcullis-vm/run.sh
