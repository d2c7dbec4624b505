#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Takes an image from the disk that lib/load.sh has laid it out on. Reads lines, of places in MiB and sizes in bytes:
#   layer CHAIN PARENT|- PLACE SIZE
#   image CONFIG CHAIN PLACE SIZE
set -euo pipefail
disk=/dev/vdd
# The newer system call takes 255 bytes of an option; a few layers' folders are longer.
export LIBMOUNT_FORCE_MOUNT2=always
ctr() { command ctr -n k8s.io "$@"; }
# The host writes there behind this kernel's back.
blockdev --flushbufs "$disk"
read_disk() { dd if="$disk" bs=1M skip="$1" count="$2" iflag=count_bytes status=none; }

unpack() { # CHAIN PARENT PLACE SIZE
    local key=load-$$ mount=/run/load.$$
    ctr snapshots rm "$key" 2>/dev/null || true
    # shellcheck disable=SC2086 # nothing if there is no parent
    ctr snapshots prepare "$key" ${2#-} >/dev/null
    mkdir -p "$mount"
    eval "$(ctr snapshots mounts "$mount" "$key")"
    # All of the pipe is read, or dd would fail. Other archivers' headers are no reason for a warning each.
    read_disk "$3" "$4" | {
        tar -x -C "$mount" --warning=no-unknown-keyword --numeric-owner --same-owner --same-permissions && cat >/dev/null
    }
    umount "$mount"
    rmdir "$mount"
    ctr snapshots commit "$1" "$key"
}

while read -r what a b c d; do
    case $what in
    layer)
        if ctr snapshots info "$a" >/dev/null 2>&1; then
            echo "layer $a is there"
        else
            unpack "$a" "$b" "$c" "$d"
            echo "layer $a: $d bytes"
        fi
        ;;
    image)
        read_disk "$c" "$d" >/run/load.tar
        ctr images import --no-unpack --digests=false /run/load.tar
        rm /run/load.tar
        # As containerd does when it unpacks, so that the layers live as long as the image.
        ctr content label "sha256:$a" "containerd.io/gc.ref.snapshot.overlayfs=$b" >/dev/null
        ;;
    esac
done
