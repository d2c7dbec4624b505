# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The ports of a cluster, seven in a row, all on loopback.

readonly FIRST_PORT=36440 PORT_BLOCKS=20

set_ports() { # FIRST
    PORT_API=$1
    PORT_ETCD=$((PORT_API + 1)) PORT_ETCD_PEER=$((PORT_API + 2))
    PORT_CONTROLLER_MANAGER=$((PORT_API + 3)) PORT_SCHEDULER=$((PORT_API + 4))
    # Into the node: commands, and what the API server wants of it.
    PORT_NODE=$((PORT_API + 5)) PORT_PROXY=$((PORT_API + 6))
}

# is_reserved FIRST: whether another cluster, up or on its way, has these.
is_reserved() {
    local other
    for other in "$CLUSTER_CACHE/run/"*/; do
        other=${other%/}
        [[ $other != "$RUN" && -e $other/port && $(<"$other/port") == "$1" ]] || continue
        if alive kube-apiserver "$other" || ! flock -n "$other.lock" true; then
            return 0
        fi
    done
    return 1
}

is_taken() { # FIRST
    local port
    for ((port = $1; port < $1 + 7; port++)); do
        ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || return 0
    done
    return 1
}

# choose_ports: the first that nobody uses, noted in $RUN/port.
choose_ports() {
    local block first
    exec 8>"$CLUSTER_CACHE/run/ports.lock"
    flock -w 60 8 || die "another \`cluster up\` has been choosing ports for a minute"
    for ((block = 0; block < PORT_BLOCKS; block++)); do
        first=$((FIRST_PORT + 10 * block))
        if ! is_reserved "$first" && ! is_taken "$first"; then
            set_ports "$first"
            printf '%s\n' "$first" >"$RUN/port"
            exec 8>&-
            return
        fi
    done
    die "no seven ports in a row are free from $FIRST_PORT on"
}

[[ ! -e $RUN/port ]] || set_ports "$(<"$RUN/port")"
