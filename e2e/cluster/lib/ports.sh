# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The ports of a cluster, all on loopback. There is one cluster at a time on a machine, unless its number is changed.

# Of a cluster that is up, those it was started with.
PORT_API=$(cat "$RUN/port" 2>/dev/null) || PORT_API=${PORTCULLIS_CLUSTER_PORT:-36440}
readonly PORT_API
readonly PORT_ETCD=$((PORT_API + 1)) PORT_ETCD_PEER=$((PORT_API + 2))
readonly PORT_CONTROLLER_MANAGER=$((PORT_API + 3)) PORT_SCHEDULER=$((PORT_API + 4))
# Into the node: commands, and what the API server wants of it.
readonly PORT_NODE=$((PORT_API + 5)) PORT_PROXY=$((PORT_API + 6))

refuse_if_ports_taken() {
    local port other
    for port in $PORT_API $PORT_ETCD $PORT_ETCD_PEER $PORT_CONTROLLER_MANAGER $PORT_SCHEDULER $PORT_NODE $PORT_PROXY; do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || continue
        for other in "$CLUSTER_CACHE/run/"*/; do
            [[ $other != "$RUN/" ]] && alive kube-apiserver "$other" || continue
            die "the cluster of another checkout is up, and there is one at a time on a machine; take it down:" \
                "$(<"$other/checkout")/cluster down"
        done
        die "port $port of this machine is in use by something else; choose seven free ones in a row:" \
            "PORTCULLIS_CLUSTER_PORT=FIRST"
    done
}
