# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The programs of Kubernetes and etcd. Debian has kubectl and etcd as packages, but no other program of Kubernetes: those
# are built from its source package, with a Go compiler from its packages that is unpacked for the time of the build.
#
#   kubernetes-N/bin   kube-apiserver, kube-controller-manager, kube-scheduler, kubelet, kube-proxy, kubectl, etcd
#   kubernetes-N/version

# The last suite whose source package holds the whole of Kubernetes and not only kubectl.
readonly KUBERNETES_SUITE=bookworm
readonly KUBERNETES_PROGRAMS='kubelet kube-apiserver kube-controller-manager kube-scheduler kube-proxy'
readonly KUBERNETES_BUILD_PACKAGES='golang-1.19-go golang-1.19-src golang-github-modern-go-reflect2-dev'
readonly KUBERNETES_RUN_PACKAGES='kubernetes-client etcd-server'
# Count up when what is made changes: older ones are then left alone and made anew.
readonly KUBERNETES=$CLUSTER_CACHE/kubernetes-1

# fetch_packages SUITE FOLDER PACKAGE...: unpacks these packages, without what they depend on, into FOLDER.
fetch_packages() {
    local suite=$1 folder=$2 debs
    shift 2
    debs=$(mktemp -d "$CLUSTER_CACHE/.debs.XXXXXX")
    (cd "$debs" && cached private_apt "$suite" apt-get download -qq "$@" >&2) || die "downloading $* failed"
    mkdir -p "$folder"
    unpack "$folder" "$debs"/*.deb || die "unpacking $* failed"
    rm -rf "$debs"
}

# fetch_source SUITE NAME FOLDER: the upstream part of a source package, as FOLDER; prints its version.
fetch_source() {
    local suite=$1 name=$2 folder=$3 work uri
    uri=$(archive_uri) || exit
    printf 'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$uri" "$suite" \
        >>"$CLUSTER_CACHE/apt/$suite/sources.list"
    cached private_apt "$suite" apt-get update -qq >&2 || die "apt-get update for $suite failed"
    work=$(mktemp -d "$CLUSTER_CACHE/.source.XXXXXX")
    (cd "$work" && cached private_apt "$suite" apt-get source --download-only -qq "$name" >&2) ||
        die "downloading the source of $name failed"
    mkdir -p "$folder"
    tar -C "$folder" --strip-components=1 -xf "$work/$name"_*.orig.tar.* || die "unpacking the source of $name failed"
    sed -n 's/^Version: //p' "$work/$name"_*.dsc
    rm -rf "$work"
}

# go_build OUT PACKAGE: in the source's folder.
go_build() {
    local out=$1 started=$SECONDS
    # No cloud providers and no Docker: less to compile, and nothing here needs them.
    if ! nice -n 5 go build -tags 'providerless dockerless' -trimpath -ldflags "$GO_LDFLAGS" -o "$out" "$2" \
        >"$CLUSTER_CACHE/build.log" 2>&1; then
        tail -n 20 "$CLUSTER_CACHE/build.log" >&2
        die "building ${out##*/} failed; all it said is in $CLUSTER_CACHE/build.log"
    fi
    note "built ${out##*/} in $((SECONDS - started)) s"
}

# The one generated file that the source package lacks, made as upstream's Makefile.generated_files does.
generate_openapi() {
    local folders
    go_build "$1/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
    # vendor/k8s.io/* are symbolic links, which grep -r follows only when named.
    mapfile -t folders < <(grep -rlE --include='*.go' '^// *\+k8s:openapi-gen=' pkg cmd plugin vendor/k8s.io/*/ |
        grep -vE '^vendor/k8s.io/(code-generator|sample-apiserver)/' | xargs -r -n 1 dirname |
        LC_ALL=C sort -u | sed 's,//*,/,g; s,^,k8s.io/kubernetes/,')
    ((${#folders[@]})) || die "the source of Kubernetes is not as expected: it asks for no OpenAPI"
    "$1/openapi-gen" -i "$(IFS=, && printf '%s' "${folders[*]}")" -p k8s.io/kubernetes/pkg/generated/openapi \
        -O zz_generated.openapi -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -r "$1/violations" \
        >"$CLUSTER_CACHE/build.log" 2>&1 ||
        die "generating the OpenAPI code failed; all it said is in $CLUSTER_CACHE/build.log"
}

compile_kubernetes() (
    # compile_kubernetes WORK VERSION: a subshell, for the sake of its environment.
    work=$1
    export GOROOT=$work/tools/usr/lib/go-1.19 GOPATH=$work/gopath GOCACHE=${PORTCULLIS_GO_CACHE:-$work/gocache}
    # Without modules: the vendored ones do not match what newer Go demands of vendor/modules.txt.
    export GO111MODULE=off GOFLAGS='' GOPROXY=off CGO_ENABLED=0 PATH=$GOROOT/bin:$PATH
    GO_LDFLAGS='-s -w'
    for package in vendor/k8s.io/component-base/version vendor/k8s.io/client-go/pkg/version; do
        for value in gitMajor=1 gitMinor=20 gitVersion=v1.20.2 gitTreeState=clean \
            gitCommit=faecb196815e248d3ecfb03c680a4507229c2a56 buildDate=2021-01-13T13:20:00Z; do
            GO_LDFLAGS+=" -X k8s.io/kubernetes/$package.$value"
        done
    done
    cd "$GOPATH/src/k8s.io/kubernetes" || exit
    # The vendored reflect2 reaches into the runtime as it was before Go 1.18; Debian's is newer.
    rm -rf vendor/github.com/modern-go/reflect2
    cp -a "$work/tools/usr/share/gocode/src/github.com/modern-go/reflect2" vendor/github.com/modern-go/reflect2
    generate_openapi "$work"
    for program in $KUBERNETES_PROGRAMS; do
        go_build "$work/out/bin/$program" "./cmd/$program"
    done
)

fill_kubernetes() {
    local work version
    [[ ! -d $KUBERNETES ]] || return 0
    rm -rf "$CLUSTER_CACHE"/.{kubernetes,debs,source}.*
    work=$(mktemp -d "$CLUSTER_CACHE/.kubernetes.XXXXXX")
    note "building Kubernetes; this takes about 10 minutes and happens once"
    cached update_lists "$KUBERNETES_SUITE"
    # shellcheck disable=SC2086 # lists of names
    {
        fetch_packages "$KUBERNETES_SUITE" "$work/tools" $KUBERNETES_BUILD_PACKAGES
        fetch_packages "$KUBERNETES_SUITE" "$work/packages" $KUBERNETES_RUN_PACKAGES
    } >&2
    version=$(fetch_source "$KUBERNETES_SUITE" kubernetes "$work/gopath/src/k8s.io/kubernetes") || exit
    mkdir -p "$work/out/bin"
    compile_kubernetes "$work" || exit
    cp "$work/packages/usr/bin"/{kubectl,etcd} "$work/out/bin/"
    printf '%s\n' "$version" >"$work/out/version"
    mv -T "$work/out" "$KUBERNETES"
    # Go writes its caches read-only.
    chmod -R u+w "$work"
    rm -rf "$work" "$CLUSTER_CACHE/build.log" "$CLUSTER_CACHE/apt"
}
