# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What every part of the cluster harness shares: places, messages, waiting. Loads what e2e/vm offers: its cache of QEMU
# and kernels, and its way to fetch Debian packages without installing them.

# shellcheck disable=SC2034 # used by e2e/vm/lib/*.sh
VM_HOME=$(readlink -f "$CLUSTER_HOME/../vm")
# shellcheck source=../../vm/lib/common.sh
. "$VM_HOME/lib/common.sh"
# shellcheck source=../../vm/lib/fetch.sh
. "$VM_HOME/lib/fetch.sh"
# shellcheck source=../../vm/lib/initramfs.sh
. "$VM_HOME/lib/initramfs.sh"

CLUSTER_CACHE=${PORTCULLIS_CACHE:-${HOME:-/root}/.cache/portcullis}/cluster

# One for each checkout and name: what `up` left for the other verbs. It holds keys, so only its owner may look in.
RUN=$CLUSTER_CACHE/run/$(printf '%s' "$CLUSTER_HOME${PORTCULLIS_CLUSTER:+ $PORTCULLIS_CLUSTER}" | sha256sum | cut -c 1-12)

# Replaces that of e2e/vm, which says `vm:`.
note() { printf 'cluster: %s\n' "$*" >&2; }

# cached COMMAND...: runs COMMAND, a function of e2e/vm, on the cache of the cluster instead of that of the VMs. Not for
# what needs the tools: they are there only.
cached() {
    local VM_CACHE=$CLUSTER_CACHE
    "$@"
}

# exclusively COMMAND...: while nobody else fills the cluster's cache.
exclusively() {
    (
        flock -w 3600 9 || die "another run has been filling $CLUSTER_CACHE for more than an hour"
        "$@" 9>&-
    ) 9>"$CLUSTER_CACHE/lock"
}

# wait_for SECONDS WHAT COMMAND...: until COMMAND succeeds; false, with a message, if it does not in time.
wait_for() {
    local end=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        if ((SECONDS >= end)); then
            note "$what: still not so when time was up"
            return 1
        fi
        sleep 0.5
    done
}

# digest STRING...: a short one, for names in the cache.
digest() { printf '%s\n' "$@" | sha256sum | cut -c 1-16; }
