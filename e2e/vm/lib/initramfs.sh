# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The initramfs of a kernel: busybox, guest/*.sh and the modules it takes to mount the host's root.

# overlay is the only module of these on 6.12 and later; whatever is built in is left out.
readonly BOOT_MODULES='virtio_pci virtio_console virtiofs overlay'

# initramfs_path SERIES: where it is, or is to be. The name changes with everything that goes into it.
initramfs_path() {
    local key
    key=$({
        printf '%s\n' "$BOOT_MODULES" "$(tools_dir)"
        cat "$VM_HOME/guest/"*.sh "$VM_HOME/lib/initramfs.sh"
    } | sha256sum | cut -c 1-16)
    printf '%s/initramfs-%s.cpio\n' "$(kernel_dir "$1")" "$key"
}

build_initramfs() {
    local out kernel release tools work module file
    out=$(initramfs_path "$1")
    [[ ! -e $out ]] || return 0
    kernel=$(kernel_dir "$1") tools=$(tools_dir)
    release=$(<"$kernel/release")
    rm -rf "$kernel/.initramfs."*
    find "$kernel" -maxdepth 1 -name 'initramfs-*' -mtime +1 -delete
    work=$(mktemp -d "$kernel/.initramfs.XXXXXX")
    mkdir -p "$work/tree"/{bin,dev,proc,sys,lower,rw,root,modules}
    cp "$tools/root/usr/bin/busybox" "$work/tree/bin/"
    cp "$VM_HOME/guest/init.sh" "$work/tree/init"
    cp "$VM_HOME/guest/run.sh" "$work/tree/run.sh"
    chmod 755 "$work/tree/init"
    tool_command "$tools" kmod modprobe
    for module in $BOOT_MODULES; do
        # Prints `insmod PATH` in the order needed, `builtin NAME`, or fails for what is built in without a record.
        while read -r _ file; do
            [[ -e $file ]] || continue
            cp "$file" "$work/tree/modules/"
            grep -qsxF "${file##*/}" "$work/tree/modules/order" ||
                printf '%s\n' "${file##*/}" >>"$work/tree/modules/order"
        done < <("${TOOL_COMMAND[@]}" -d "$kernel" -S "$release" --show-depends "$module" 2>/dev/null | grep '^insmod')
    done
    (cd "$work/tree" && find . | "$tools/root/usr/bin/busybox" cpio -o -H newc 2>/dev/null) >"$work/cpio" ||
        die "packing the initramfs failed"
    mv "$work/cpio" "$out"
    rm -rf "$work"
}
