# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# etcd, API server, controller manager and scheduler, as processes of this machine, on loopback only.

readonly CONTROL_PLANE='etcd kube-apiserver kube-controller-manager kube-scheduler'

kubectl() { "$KUBERNETES/bin/kubectl" --kubeconfig "$RUN/kubeconfig" --request-timeout=20s "$@"; }

control_plane_up() {
    local name
    for name in $CONTROL_PLANE; do
        alive "$name" || return
    done
}

start_etcd_and_api_server() {
    launch etcd "$KUBERNETES/bin/etcd" --data-dir "$RUN/etcd" --unsafe-no-fsync --logger=zap \
        --listen-client-urls "https://127.0.0.1:$PORT_ETCD" --advertise-client-urls "https://127.0.0.1:$PORT_ETCD" \
        --listen-peer-urls "https://127.0.0.1:$PORT_ETCD_PEER" \
        --initial-advertise-peer-urls "https://127.0.0.1:$PORT_ETCD_PEER" \
        --initial-cluster "default=https://127.0.0.1:$PORT_ETCD_PEER" \
        --cert-file "$PKI/etcd.crt" --key-file "$PKI/etcd.key" --client-cert-auth --trusted-ca-file "$PKI/ca.crt" \
        --peer-cert-file "$PKI/etcd.crt" --peer-key-file "$PKI/etcd.key" --peer-client-cert-auth \
        --peer-trusted-ca-file "$PKI/ca.crt"
    # Whatever the API server wants of the node, it reaches through the proxy there (guest/connect-proxy.sh).
    cat >"$RUN/egress.yaml" <<EOT
apiVersion: apiserver.k8s.io/v1beta1
kind: EgressSelectorConfiguration
egressSelections:
- name: cluster
  connection:
    proxyProtocol: HTTPConnect
    transport:
      tcp:
        url: "https://127.0.0.1:$PORT_PROXY"
        tlsConfig:
          caBundle: "$PKI/ca.crt"
          clientCert: "$PKI/apiserver-kubelet.crt"
          clientKey: "$PKI/apiserver-kubelet.key"
EOT
    launch kube-apiserver "$KUBERNETES/bin/kube-apiserver" --v=1 --profiling=false \
        --bind-address=127.0.0.1 --secure-port="$PORT_API" --insecure-port=0 --advertise-address=10.0.2.2 \
        --egress-selector-config-file="$RUN/egress.yaml" --service-cluster-ip-range=10.96.0.0/16 \
        --etcd-servers="https://127.0.0.1:$PORT_ETCD" --etcd-cafile="$PKI/ca.crt" \
        --etcd-certfile="$PKI/apiserver-etcd.crt" --etcd-keyfile="$PKI/apiserver-etcd.key" \
        --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true \
        --client-ca-file="$PKI/ca.crt" \
        --tls-cert-file="$PKI/kube-apiserver.crt" --tls-private-key-file="$PKI/kube-apiserver.key" \
        --kubelet-client-certificate="$PKI/apiserver-kubelet.crt" --kubelet-client-key="$PKI/apiserver-kubelet.key" \
        --kubelet-certificate-authority="$PKI/ca.crt" --kubelet-preferred-address-types=InternalIP \
        --service-account-issuer=https://kubernetes.default.svc.cluster.local \
        --api-audiences=https://kubernetes.default.svc.cluster.local \
        --service-account-key-file="$PKI/service-accounts.pub" \
        --service-account-signing-key-file="$PKI/service-accounts.key" \
        --requestheader-client-ca-file="$PKI/front-proxy-ca.crt" --requestheader-allowed-names=front-proxy \
        --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
        --requestheader-extra-headers-prefix=X-Remote-Extra- \
        --proxy-client-cert-file="$PKI/front-proxy.crt" --proxy-client-key-file="$PKI/front-proxy.key"
}

api_server_ready() {
    # There is no use in waiting for one that has ended.
    alive etcd && alive kube-apiserver || exit
    [[ $(kubectl get --raw /readyz) == ok ]]
}

start_control_plane() {
    local common=(--bind-address=127.0.0.1 --port=0 --leader-elect=false)
    start_etcd_and_api_server
    (wait_for 120 "API server ready" api_server_ready) || die "the API server did not become ready; see \`cluster logs\`"
    launch kube-controller-manager "$KUBERNETES/bin/kube-controller-manager" "${common[@]}" \
        --secure-port="$PORT_CONTROLLER_MANAGER" --kubeconfig="$PKI/kube-controller-manager.kubeconfig" \
        --authentication-kubeconfig="$PKI/kube-controller-manager.kubeconfig" \
        --authorization-kubeconfig="$PKI/kube-controller-manager.kubeconfig" \
        --use-service-account-credentials --service-account-private-key-file="$PKI/service-accounts.key" \
        --root-ca-file="$PKI/ca.crt" --cluster-signing-cert-file="$PKI/ca.crt" \
        --cluster-signing-key-file="$PKI/ca.key" --cluster-cidr=10.244.0.0/16 --allocate-node-cidrs=false
    launch kube-scheduler "$KUBERNETES/bin/kube-scheduler" "${common[@]}" \
        --secure-port="$PORT_SCHEDULER" --kubeconfig="$PKI/kube-scheduler.kubeconfig" \
        --authentication-kubeconfig="$PKI/kube-scheduler.kubeconfig" \
        --authorization-kubeconfig="$PKI/kube-scheduler.kubeconfig"
}
