#!/bin/sh
# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
# Second stage of the node and its PID 1: the remaining mounts, the network, and the daemons, which are started again
# when they end, as systemd would.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
here=/run/node
say() {
    read -r uptime _ </proc/uptime
    echo "node: $uptime s: $*" >/dev/console
}
try() { "$@" || say "failed: $*"; }

# NODE, RUNTIME, TEST_IMAGES: what lib/node.sh wrote for this start.
# shellcheck source=/dev/null
. $here/environment

mount --make-rshared /
mkdir -p /dev/pts /dev/shm /dev/mqueue
try mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
try mount -t tmpfs -o mode=1777 shm /dev/shm
try mount -t mqueue mqueue /dev/mqueue
try mount -t tmpfs -o mode=1777 tmp /tmp
try mount -t securityfs securityfs /sys/kernel/security
try mount -t bpf -o mode=700 bpf /sys/fs/bpf
try mount -t cgroup2 cgroup2 /sys/fs/cgroup
try mount -t tracefs tracefs /sys/kernel/tracing
try mount -t debugfs debugfs /sys/kernel/debug
ln -sfn /proc/self/fd /dev/fd
ln -sfn /proc/self/fd/0 /dev/stdin
ln -sfn /proc/self/fd/1 /dev/stdout
ln -sfn /proc/self/fd/2 /dev/stderr
mkdir -p /run/lock
ulimit -Hn 1048576
ulimit -n 65536

echo "$NODE" >/proc/sys/kernel/hostname
echo "127.0.0.1 localhost $NODE" >/etc/hosts
[ -s /etc/machine-id ] || tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
for module in virtio_net virtio_rng overlay veth nf_tables nft_compat nf_conntrack; do
    modprobe "$module" || say "cannot load $module"
done
try ip link set lo up
interface=$(basename "$(readlink -f /sys/class/net/e* | head -n 1)")
try ip link set "$interface" up
try ip addr add 10.0.2.15/24 dev "$interface"
# The host's loopback is all that there is outside, as 10.0.2.2. The default route only lets connections to Services'
# addresses start, which then go elsewhere.
try ip route add default via 10.0.2.2
echo 1 >/proc/sys/net/ipv4/ip_forward
# Once for all pods: done by their network's plugin for each, it is much of the time that a pod takes to start.
try iptables -t nat -A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE
echo 1024 >/proc/sys/fs/inotify/max_user_instances

# daemon NAME COMMAND...: in a cgroup like that of a systemd service, away from the pods'.
daemon() {
    name=$1
    shift
    mkdir -p "/sys/fs/cgroup/system.slice/$name.service"
    (
        echo 0 >"/sys/fs/cgroup/system.slice/$name.service/cgroup.procs"
        while :; do
            "$@" >>"/var/log/$name.log" 2>&1
            say "$name ended with status $?; starting it again"
            sleep 2
        done
    ) </dev/null &
}

daemon node-command socat -t 86400 TCP-LISTEN:2222,reuseaddr,fork EXEC:"/bin/bash $here/serve-command.sh"
# Only for who has a certificate of this cluster.
daemon connect-proxy socat -t 86400 \
    OPENSSL-LISTEN:2223,reuseaddr,fork,verify=1,cafile=$here/ca.crt,cert=$here/connect-proxy.crt,key=$here/connect-proxy.key \
    EXEC:"/bin/bash $here/connect-proxy.sh"
say "$(uname -r), LSMs $(cat /sys/kernel/security/lsm)"

cp $here/10-pods.conflist /etc/cni/net.d/
cp $here/containerd.toml /etc/containerd/config.toml
daemon containerd containerd
tries=0
until ctr version >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 150 ] || break
    sleep 0.2
done
say "containerd answers"
# They are still there after a restart with the same disk.
for image in "$here"/images/*.tar; do
    mark=/var/lib/node-image-$(sha256sum <"$image" | cut -c 1-16)
    [ -e "$mark" ] || { try ctr -n k8s.io images import --digests=false "$image" >/dev/null && : >"$mark"; }
done
say "images imported"

daemon kubelet kubelet --config=$here/kubelet.yaml --kubeconfig=$here/kubelet.kubeconfig --hostname-override="$NODE" \
    --node-ip=10.0.2.15 --container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock \
    --pod-infra-container-image=portcullis.test/pause:local --v=2
daemon kube-proxy kube-proxy --config=$here/kube-proxy.yaml --hostname-override="$NODE" --v=2
say "up"
# Reaps what nobody else waits for.
while :; do
    sleep 1000 &
    wait $!
done
