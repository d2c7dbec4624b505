# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What every part of the harness shares: the cache's place, messages, locks.

# Only the folder vm/ of the cache is ours; other parts of the project keep theirs beside it.
VM_CACHE=${PORTCULLIS_CACHE:-${HOME:-/root}/.cache/portcullis}/vm

# Status of every failure of the harness itself, so that it is never taken for the command's.
readonly HARNESS_FAILURE=125

note() { printf 'vm: %s\n' "$*" >&2; }

die() {
    note "$*"
    exit "$HARNESS_FAILURE"
}

# locked NAME COMMAND...: runs COMMAND while holding the lock NAME of the cache. Whoever waited for the lock must look
# again whether the other one did the work already.
locked() {
    local name=$1
    shift
    mkdir -p "$VM_CACHE/locks"
    (
        flock -w 900 9 || die "another run holds $VM_CACHE/locks/$name for more than 15 minutes"
        "$@" 9>&-
    ) 9>"$VM_CACHE/locks/$name"
}

# point LINK TARGET: makes the symbolic link LINK point to TARGET in one step.
point() {
    ln -s "$2" "$1.$$"
    mv -T "$1.$$" "$1"
}
