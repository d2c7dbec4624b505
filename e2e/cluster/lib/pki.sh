# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The keys and certificates of one cluster, made anew at every `up` and deleted at `down`.

readonly PKI=$RUN/pki

# authority NAME
authority() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$PKI/$1.key"
    openssl req -x509 -new -key "$PKI/$1.key" -subj "/CN=$1" -days 30 -out "$PKI/$1.crt" \
        -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature
}

# certificate NAME SUBJECT AUTHORITY USAGES [SUBJECT-ALTERNATIVE-NAMES]
certificate() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$PKI/$1.key"
    {
        echo 'keyUsage=critical,digitalSignature,keyEncipherment'
        echo "extendedKeyUsage=$4"
        [[ -z ${5:-} ]] || echo "subjectAltName=$5"
    } >"$PKI/$1.extensions"
    openssl req -new -key "$PKI/$1.key" -subj "$2" |
        openssl x509 -req -CA "$PKI/$3.crt" -CAkey "$PKI/$3.key" -CAcreateserial -days 30 \
            -extfile "$PKI/$1.extensions" -out "$PKI/$1.crt"
    rm "$PKI/$1.extensions"
}

# kubeconfig_for NAME SERVER: with the certificate of that name, as PKI/NAME.kubeconfig.
kubeconfig_for() {
    cat >"$PKI/$1.kubeconfig" <<EOT
apiVersion: v1
kind: Config
clusters:
- name: portcullis
  cluster: {server: "$2", certificate-authority-data: $(base64 -w 0 "$PKI/ca.crt")}
users:
- name: $1
  user: {client-certificate-data: $(base64 -w 0 "$PKI/$1.crt"), client-key-data: $(base64 -w 0 "$PKI/$1.key")}
contexts:
- name: portcullis
  context: {cluster: portcullis, user: $1}
current-context: portcullis
EOT
}

make_pki() (
    set -e
    umask 077
    mkdir -p "$PKI"
    {
        authority ca
        authority front-proxy-ca
        certificate kube-apiserver /CN=kube-apiserver ca serverAuth \
            "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:localhost,IP:127.0.0.1,IP:10.0.2.2,IP:10.96.0.1"
        certificate etcd /CN=etcd ca serverAuth,clientAuth IP:127.0.0.1
        certificate apiserver-etcd /CN=apiserver-etcd ca clientAuth
        certificate apiserver-kubelet /O=system:masters/CN=apiserver-kubelet ca clientAuth
        certificate front-proxy /CN=front-proxy front-proxy-ca clientAuth
        certificate admin /O=system:masters/CN=admin ca clientAuth
        certificate kube-controller-manager /CN=system:kube-controller-manager ca clientAuth
        certificate kube-scheduler /CN=system:kube-scheduler ca clientAuth
        certificate kube-proxy /CN=system:kube-proxy ca clientAuth
        certificate kubelet "/O=system:nodes/CN=system:node:$NODE" ca clientAuth
        certificate connect-proxy /CN=connect-proxy ca serverAuth IP:127.0.0.1
        certificate kubelet-serving "/O=system:nodes/CN=system:node:$NODE" ca serverAuth "DNS:$NODE,IP:10.0.2.15"
        openssl genrsa -out "$PKI/service-accounts.key" 2048
        openssl rsa -in "$PKI/service-accounts.key" -pubout -out "$PKI/service-accounts.pub"
    } 2>"$PKI/openssl.log"
    kubeconfig_for admin "https://127.0.0.1:$PORT_API"
    kubeconfig_for kube-controller-manager "https://127.0.0.1:$PORT_API"
    kubeconfig_for kube-scheduler "https://127.0.0.1:$PORT_API"
    # The node sees the host's loopback as that address.
    kubeconfig_for kubelet "https://10.0.2.2:$PORT_API"
    kubeconfig_for kube-proxy "https://10.0.2.2:$PORT_API"
    od -An -N 16 -t x1 /dev/urandom | tr -d ' \n' >"$PKI/token"
)
