# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What a node needs of a kernel beside the kernel: an initramfs that finds the disks, and a disk with the modules.
# Both lie under kernels-N/VERSION; kernel and modules themselves are those of e2e/vm.

readonly NODE_KERNELS=$CLUSTER_CACHE/kernels-1
# Whatever is built in is left out.
readonly NODE_BOOT_MODULES='virtio_pci virtio_blk ext4'

node_initramfs() {
    printf '%s/%s/initramfs-%s.cpio\n' "$NODE_KERNELS" "$(basename "$(kernel_dir "$1")")" \
        "$(digest "$NODE_BOOT_MODULES" "$(tools_dir)" "$(sha256sum <"$CLUSTER_HOME/guest/init.sh")")"
}

node_modules() { printf '%s/%s/modules.ext4\n' "$NODE_KERNELS" "$(basename "$(kernel_dir "$1")")"; }

fill_node_kernel() {
    local kernel release tools out work module file
    kernel=$(kernel_dir "$1") tools=$(tools_dir)
    release=$(<"$kernel/release")
    out=$NODE_KERNELS/$(basename "$kernel")
    mkdir -p "$out"
    rm -rf "$out/.work."*
    work=$(mktemp -d "$out/.work.XXXXXX")
    if [[ ! -e $out/modules.ext4 ]]; then
        # mke2fs makes it no larger than given, and nothing is ever added.
        truncate -s "$(($(du -s --block-size=1M "$kernel/lib/modules/$release" | cut -f 1) + 32))M" "$work/modules.ext4"
        mke2fs -q -t ext4 -O ^has_journal -m 0 -d "$kernel/lib/modules/$release" "$work/modules.ext4" ||
            die "making the disk of the modules of $release failed"
        mv "$work/modules.ext4" "$out/"
    fi
    if [[ ! -e $(node_initramfs "$1") ]]; then
        mkdir -p "$work/tree"/{bin,dev,proc,sys,root,modules}
        cp "$tools/root/usr/bin/busybox" "$work/tree/bin/"
        cp "$CLUSTER_HOME/guest/init.sh" "$work/tree/init"
        chmod 755 "$work/tree/init"
        : >"$work/tree/modules/order"
        tool_command "$tools" kmod modprobe
        for module in $NODE_BOOT_MODULES; do
            while read -r _ file; do
                [[ -e $file ]] || continue
                cp "$file" "$work/tree/modules/"
                grep -qxF "${file##*/}" "$work/tree/modules/order" ||
                    printf '%s\n' "${file##*/}" >>"$work/tree/modules/order"
            done < <("${TOOL_COMMAND[@]}" -d "$kernel" -S "$release" --show-depends "$module" 2>/dev/null |
                grep '^insmod')
        done
        (cd "$work/tree" && find . | "$tools/root/usr/bin/busybox" cpio -o -H newc 2>/dev/null) >"$work/cpio" ||
            die "packing the initramfs failed"
        mv "$work/cpio" "$(node_initramfs "$1")"
    fi
    rm -rf "$work"
}
