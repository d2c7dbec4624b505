# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The node: a VM on the QEMU and the kernels of e2e/vm, with its own disk.

readonly NODE=node1
readonly NODE_CPUS=${PORTCULLIS_CLUSTER_CPUS:-2} NODE_MEMORY=3072

# The seed of a start: what guest/node.sh finds under /run/node.
write_seed() {
    local seed=$RUN/seed file default=runc
    rm -rf "$seed"
    mkdir -p "$seed/images"
    [[ $RUNTIME != crun ]] || default=crun
    printf 'NODE=%q\n' "$NODE" >"$seed/environment"
    for file in node.sh serve-command.sh connect-proxy.sh load-image.sh; do
        cp "$CLUSTER_HOME/guest/$file" "$seed/"
    done
    for file in ca.crt token {kubelet,kube-proxy}.kubeconfig {kubelet-serving,connect-proxy}.{crt,key}; do
        cp "$PKI/$file" "$seed/"
    done
    cp "$RUN/images/"*.tar "$seed/images/"
    cat >"$seed/kubelet.yaml" <<EOT
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: /run/node/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: /run/node/kubelet-serving.crt
tlsPrivateKeyFile: /run/node/kubelet-serving.key
staticPodPath: /etc/kubernetes/manifests
cgroupDriver: cgroupfs
failSwapOn: false
resolvConf: /etc/resolv.conf
nodeStatusUpdateFrequency: 5s
# Five requests a second, the default, are what a wave of pods would wait for.
kubeAPIQPS: 50
kubeAPIBurst: 100
eventRecordQPS: 50
eventBurst: 100
# The images have no registry to come back from.
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 50Mi, nodefs.available: 1%, imagefs.available: 1%}
EOT
    cat >"$seed/kube-proxy.yaml" <<EOT
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clientConnection: {kubeconfig: /run/node/kube-proxy.kubeconfig}
clusterCIDR: 10.244.0.0/16
conntrack: {maxPerCore: 0}
EOT
    cat >"$seed/containerd.toml" <<EOT
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "portcullis.test/pause:local"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "$default"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.crun]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.crun.options]
      BinaryName = "/usr/bin/crun"
EOT
    cat >"$seed/10-pods.conflist" <<EOT
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {"type": "ptp", "ipam": {"type": "host-local", "subnet": "10.244.1.0/24", "routes": [{"dst": "0.0.0.0/0"}]}}]}
EOT
    # QEMU wants whole sectors, and tar fills up to 10 KiB.
    tar -C "$seed" -cf "$RUN/seed.tar" . || die "packing what the node starts with failed"
    rm -rf "$seed"
}

launch_node() {
    local kernel image
    kernel=$(kernel_dir "$KERNEL")
    image=$kernel/vmlinux
    [[ -e $image ]] || image=$kernel/vmlinuz
    TOOLS=$(tools_dir)
    rm -f "$RUN/logs/console.log"
    tool_command "$TOOLS" qemu-system-x86_64
    # panic=-1 and -no-reboot: a crash ends QEMU.
    launch node env TMPDIR="$RUN" "${TOOL_COMMAND[@]}" \
        -machine q35 -cpu max -accel tcg,thread=multi -smp "$NODE_CPUS" -m "$NODE_MEMORY" \
        -L "$TOOLS/root/usr/share/qemu" -L "$TOOLS/root/usr/share/seabios" \
        -nodefaults -no-user-config -display none -no-reboot \
        -kernel "$image" -initrd "$(node_initramfs "$KERNEL")" \
        -append "console=ttyS0 quiet panic=-1 tsc=reliable ${PORTCULLIS_CLUSTER_APPEND:-}" \
        -serial "file:$RUN/logs/console.log" \
        -drive "file=$RUN/root.ext4,format=raw,if=virtio,cache=unsafe,discard=unmap" \
        -drive "file=$(node_modules "$KERNEL"),format=raw,if=virtio,readonly=on" \
        -drive "file=$RUN/seed.tar,format=raw,if=virtio,readonly=on" \
        -drive "file=$RUN/inbox,format=raw,if=virtio,readonly=on" \
        -netdev "user,id=net,ipv6=off,hostfwd=tcp:127.0.0.1:$PORT_NODE-:2222,hostfwd=tcp:127.0.0.1:$PORT_PROXY-:2223" \
        -device virtio-net-pci,netdev=net,romfile= -device virtio-rng-pci
}

start_node() {
    cp --sparse=always "$(node_dir "$(flavour_of "$RUNTIME")")/root.ext4" "$RUN/root.ext4" ||
        die "copying the node's disk failed"
    truncate -s "${INBOX_MEGABYTES}M" "$RUN/inbox"
    launch_node
}

# node_command [--timeout SECONDS] [--stdin] COMMAND...: as root on the node; status and output are the command's.
node_command() {
    local seconds=300 stdin=0
    while (($#)); do
        case $1 in
        --timeout) seconds=$2 && shift 2 ;;
        --stdin) stdin=1 && shift ;;
        --) shift && break ;;
        *) break ;;
        esac
    done
    alive node || die "there is no node: bring it up with \`cluster up\`"
    perl "$CLUSTER_HOME/lib/node-command.pl" "$PORT_NODE" "$PKI/token" "$seconds" "$stdin" \
        "$(base64 -w 0 <<<"$*")"
}

# Ready since this boot: the API server goes on calling a node ready for a while after it is gone.
node_ready() {
    alive node || exit
    [[ -n ${BOOT_ID:-} ]] || BOOT_ID=$(node_command --timeout 10 cat /proc/sys/kernel/random/boot_id)
    [[ $(kubectl get node "$NODE" -o \
        'jsonpath={.status.nodeInfo.bootID} {.status.conditions[?(@.type=="Ready")].status}') == "$BOOT_ID True" ]]
}

node_booted() {
    alive node || exit
    grep -qs '^node: ' "$RUN/logs/console.log"
}

# wait_for_node: with one retry if the node's init was never reached, which is the emulator's doing: it takes 6 s, or 20
# on a busy machine, but once in some twenty boots it hung.
wait_for_node() {
    local attempt
    BOOT_ID=''
    for attempt in 1 2; do
        if (wait_for 90 "the node's init reached" node_booted); then
            (wait_for 240 "node ready" node_ready) && return
            break
        fi
        tail -n 20 "$RUN/logs/console.log" "$RUN/logs/node.log" >&2
        ((attempt == 1)) || break
        note "trying to boot the node once more"
        stop node
        launch_node
    done
    die "the node did not become ready; see \`cluster logs\`"
}
