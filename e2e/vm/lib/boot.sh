# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Boots a VM on this machine's own root file system and runs a command in it.

# A boot takes 4 to 8 s; one that takes this long hangs.
readonly BOOT_SECONDS=${PORTCULLIS_VM_BOOT_SECONDS:-90}

# Options of `vm run`, set by it.
KERNEL=6.12 APPEND='' MEMORY=2048 CPUS=2 TIMEOUT=300 ICOUNT='' QUIET='' SHARES=()

RUN='' QEMU='' DAEMONS=() QEMU_ARGS=() TTY_STATE=''

cleanup() {
    local pid
    trap '' INT TERM HUP
    for pid in $QEMU "${DAEMONS[@]}"; do
        kill -KILL "$pid" 2>/dev/null
    done
    for pid in $QEMU "${DAEMONS[@]}"; do
        wait "$pid" 2>/dev/null
    done
    QEMU='' DAEMONS=()
    [[ -z $TTY_STATE ]] || stty "$TTY_STATE" <&3
    # The root is mounted on $RUN/root, in the mount namespace of virtiofsd alone; if it ever were mounted in ours,
    # rmdir would fail and nothing be deleted.
    if [[ -n $RUN ]] && rmdir "$RUN/root"; then
        rm -rf "$RUN"
    fi
    RUN=''
}

# share TAG DIR [read-only]: starts virtiofsd for DIR and adds its device to QEMU_ARGS.
share() {
    local pid tries=0 options=(--socket-path "$RUN/$1.sock" --shared-dir "$2" --sandbox chroot
        --no-announce-submounts --log-level error
        # Not a descriptor for every file that the guest has ever seen: there are limits.
        --inode-file-handles=prefer --modcaps=+dac_read_search)
    tool_command "$TOOLS" virtiofsd
    case ${3:-} in
    # Nothing may reach the host's files but through read-only mounts, which only this process sees. Pseudo file
    # systems are left out: the guest has its own. Everything else keeps its place.
    read-only)
        # shellcheck disable=SC2016 # expanded by the inner shell
        setpriv --pdeathsig KILL unshare --mount --propagation private bash -c '
            set -eu
            root=$1
            shift
            findmnt -rn -o TARGET,FSTYPE | while read -r target type; do
                target=$(printf %b "$target")
                case $target/ in /proc/* | /sys/* | /dev/* | /run/* | "$root"/*) continue ;; esac
                case $type in proc | sysfs | devtmpfs | devpts | cgroup* | autofs | fuse.*) continue ;; esac
                mount --bind "$target" "$root${target%/}" || continue # hidden under another mount
                mount -o remount,bind,ro "$root${target%/}"
            done
            exec "$@"' - "$2" "${TOOL_COMMAND[@]}" "${options[@]}" --readonly --cache always \
            >>"$RUN/virtiofsd.log" 2>&1 3<&- 7>&- &
        ;;
    *)
        setpriv --pdeathsig KILL "${TOOL_COMMAND[@]}" "${options[@]}" --cache auto \
            >>"$RUN/virtiofsd.log" 2>&1 3<&- 7>&- &
        ;;
    esac
    pid=$!
    DAEMONS+=("$pid")
    until [[ -S $RUN/$1.sock ]]; do
        if ! kill -0 "$pid" 2>/dev/null || ((++tries > 500)); then
            cat "$RUN/virtiofsd.log" >&2
            die "cannot share $2 with the guest"
        fi
        sleep 0.02
    done
    QEMU_ARGS+=(-chardev "socket,id=$1,path=$RUN/$1.sock" -device "vhost-user-fs-pci,chardev=$1,tag=$1")
}

# What the guest reads of this run: guest.env for its init, command to be run.
write_command() {
    local name size i
    {
        printf 'token=%q modules=%q tty=%q\n' "$TOKEN" "$KERNEL_DIR/lib/modules/$(<"$KERNEL_DIR/release")" "$TTY_STATE"
        if [[ -n $TTY_STATE ]]; then
            size=$(stty size <&3)
            [[ $size != 0\ * && $size != *\ 0 ]] || size='24 80'
            printf 'rows=%d columns=%d\n' "${size% *}" "${size#* }"
        fi
        printf 'shares() {\n    :\n'
        for i in "${!SHARES[@]}"; do
            printf '    share rw%d %q\n' "$i" "${SHARES[i]}"
        done
        printf '}\n'
    } >"$RUN/guest.env"
    {
        for name in PATH HOME JAVA_HOME TERM LANG LC_ALL "${!PORTCULLIS_@}"; do
            [[ -z ${!name+set} ]] || printf 'export %s=%q\n' "$name" "${!name}"
        done
        printf 'cd %q || exit\nexec' "$PWD"
        printf ' %q' "$@"
        printf '\n'
    } >"$RUN/command"
}

# boot COMMAND...: one attempt. The result is in $RUN/result.
boot() {
    local i stream image=$KERNEL_DIR/vmlinux accel=(-accel 'tcg,thread=multi' -smp "$CPUS")
    # Guest time then is the number of instructions: 1 ns each, the same on a busy machine.
    [[ -z $ICOUNT ]] || accel=(-accel 'tcg,thread=single' -icount 'shift=0,sleep=off' -smp 1)
    [[ -e $image ]] || image=$KERNEL_DIR/vmlinuz
    mkdir "$RUN/root"
    mkfifo "$RUN/port"
    # A string instruction is emulated element by element, and counts as often: the kernel is not to choose those of bytes
    # for what it otherwise does by words.
    # shellcheck disable=SC2054 # the commas are QEMU's
    QEMU_ARGS=(-machine q35,memory-backend=ram -cpu max,-erms,-fsrm "${accel[@]}" -m "$MEMORY"
        -object "memory-backend-memfd,id=ram,size=${MEMORY}M,share=on"
        -L "$TOOLS/root/usr/share/qemu" -L "$TOOLS/root/usr/share/seabios"
        -nodefaults -no-user-config -display none -no-reboot
        -kernel "$image" -initrd "$(initramfs_path "$KERNEL")"
        -append "console=ttyS0 quiet panic=-1 tsc=reliable portcullis.run=$RUN $APPEND"
        -serial "file:$RUN/console" -device virtio-serial-pci
        -chardev file,id=port,path=/dev/fd/7 -device virtserialport,chardev=port,nr=1)
    [[ -z $TTY_STATE ]] || QEMU_ARGS+=(-chardev 'stdio,id=tty,signal=off' -device 'virtconsole,chardev=tty,nr=0')
    write_command "$@"

    perl "$VM_HOME/lib/stream.pl" "$TOKEN" "$RUN/result" "$BOOT_SECONDS" "$((END - SECONDS))" <"$RUN/port" 3<&- &
    stream=$!
    DAEMONS+=("$stream")
    exec 7>"$RUN/port"
    share root "$RUN/root" read-only
    for i in "${!SHARES[@]}"; do
        share "rw$i" "${SHARES[i]}"
    done
    tool_command "$TOOLS" qemu-system-x86_64
    setpriv --pdeathsig KILL "${TOOL_COMMAND[@]}" "${QEMU_ARGS[@]}" <&3 2>"$RUN/qemu.log" &
    QEMU=$!
    exec 7>&-
    wait "$stream"
}

# run COMMAND...: boots, with one retry if the guest's init was never reached, and exits with the command's status.
run() {
    local attempt result where
    ((EUID == 0)) || die "needs root, for virtiofsd and its mount namespace"
    TOOLS=$(tools_dir) KERNEL_DIR=$(kernel_dir "$KERNEL")
    END=$((SECONDS + TIMEOUT))
    if [[ -t 0 && -t 1 ]]; then
        exec 3<&0
        TTY_STATE=$(stty -g <&3)
    else
        exec 3</dev/null
    fi
    # The guest reads its orders from there: it must be a place that the guest sees.
    where=${TMPDIR:-/tmp}
    case $where/ in /run/* | /dev/* | /proc/* | /sys/*) where=/tmp ;; esac
    trap cleanup EXIT
    for attempt in 1 2; do
        trap 'exit 130' INT
        trap 'exit 143' TERM
        trap 'exit 129' HUP
        RUN=$(mktemp -d "$where/portcullis-vm.XXXXXX")
        TOKEN=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
        boot "$@"
        result=$(tail -n 1 "$RUN/result" 2>/dev/null)
        if [[ $result == exit\ * ]]; then
            [[ -n $QUIET ]] || note "$(sed -n 's/^started \([^ ]*\) .*/command started after \1 s/p' "$RUN/result")"
            exit "${result#exit }"
        fi
        note "kernel $(<"$KERNEL_DIR/release"): ${result:-the harness failed} after $SECONDS s" \
            "$(grep -m 1 -o 'Kernel panic.*' "$RUN/console")"
        note "end of the console:"
        tail -n 40 "$RUN/console" >&2
        cat "$RUN/qemu.log" "$RUN/virtiofsd.log" >&2
        if grep -q ^started "$RUN/result" || ((attempt == 2 || SECONDS >= END)); then
            exit "$HARNESS_FAILURE"
        fi
        note "the guest's init was never reached: trying once more"
        cleanup
    done
}
