# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The node's root file system, from Debian's packages: unpacked, none of their scripts run. It holds no kernel, no
# configuration and no key: those come with every start.
#
#   nodes-N/KEY/root.ext4    for a flavour: `stable` is a node as Debian 12 makes it, `newest` has the newest container
#   nodes-N/KEY/packages     runtimes that the kubelet of this Kubernetes can talk to
#   nodes-N/RECIPE -> KEY    RECIPE: digest of what is asked for; KEY: of the versions that were found

# Count up when what is made of the packages changes.
readonly NODES=$CLUSTER_CACHE/nodes-1
readonly NODE_PACKAGES='base-files base-passwd libc-bin bash coreutils grep sed gawk findutils gzip tar util-linux mount kmod
    procps iproute2 iptables conntrack socat hostname bpftool containernetworking-plugins containerd runc crun'
# The newest flavour's user space must be new enough for the libraries that its runc and crun want.
declare -rA NODE_SUITE=([stable]=bookworm [newest]=trixie)
# Where to look for runc and crun, which do without much else. Not containerd: from 2.0 on it no longer speaks the
# version of the CRI that this kubelet does.
readonly NEWEST_SUITES=(trixie forky sid experimental)
readonly NEWEST_PACKAGES='runc crun'
# What those want beyond what trixie has.
readonly NEWEST_LIBRARIES='libblake3-0 libjson-c5'
readonly NODE_SIZE=6G

flavour_of() { if [[ $1 == newest ]]; then echo newest; else echo stable; fi; }

node_recipe() {
    digest "$1" "${NODE_SUITE[$1]}" "$NODE_PACKAGES" "$NODE_SIZE" "${KUBERNETES##*/}" \
        "$([[ $1 != newest ]] || echo "${NEWEST_SUITES[*]} $NEWEST_PACKAGES $NEWEST_LIBRARIES")"
}

# node_dir FLAVOUR: prints the folder of its image, which must have been prepared.
node_dir() { readlink -f "$NODES/$(node_recipe "$1")"; }

# newest_of PACKAGE: prints SUITE VERSION of the newest one.
newest_of() {
    local suite version best='' where=''
    for suite in "${NEWEST_SUITES[@]}"; do
        version=$(cached private_apt "$suite" apt-cache show --no-all-versions "$1" 2>/dev/null |
            sed -n 's/^Version: //p')
        if [[ -n $version ]] && { [[ -z $best ]] || dpkg --compare-versions "$version" gt "$best"; }; then
            best=$version where=$suite
        fi
    done
    [[ -z $best ]] || printf '%s %s\n' "$where" "$best"
}

# unpack_root FOLDER DEB...: keeps /bin, /lib and so on the symbolic links that they are, whatever a package has there.
unpack_root() {
    local folder=$1 deb
    shift
    for deb; do
        printf '%s\n' "$(basename "$deb" .deb | sed 's/%3a/:/')" >>"$folder.packages"
        dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$folder" --keep-directory-symlink --exclude=./usr/share/doc \
            --exclude=./usr/share/man --exclude=./usr/share/info --exclude=./usr/share/locale \
            --exclude=./usr/share/bug --exclude=./usr/share/lintian || return
    done
}

# What the scripts of the packages would have done, as far as a node needs it.
finish_root() {
    local root=$1 tool
    cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
    cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
    for tool in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
        ln -sfn xtables-nft-multi "$root/usr/sbin/$tool"
    done
    ln -sfn bash "$root/usr/bin/sh"
    ln -sfn gawk "$root/usr/bin/awk"
    mkdir -p "$root"/{dev,proc,sys,run,tmp,root,var/lib/kubelet,var/log,etc/cni/net.d,etc/containerd,etc/kubernetes/manifests}
    rm -rf "$root/usr/share/"{perl,perl5,zsh,bash-completion,gdb,i18n} "$root/var/cache/"* "$root/etc/resolv.conf"
    : >"$root/etc/resolv.conf"
    chroot "$root" /sbin/ldconfig || die "ldconfig in the node's root failed"
    # Not by running them: crun wants a /proc even for --version.
    for tool in /usr/bin/containerd /usr/sbin/runc /usr/bin/crun; do
        chroot "$root" /lib64/ld-linux-x86-64.so.2 --list "$tool" >/dev/null ||
            die "a library that $tool needs is missing in lib/node-image.sh"
    done
}

fill_node() {
    local flavour=$1 suite=${NODE_SUITE[$1]} recipe work package found names key newest=()
    recipe=$(node_recipe "$flavour")
    [[ ! -e $NODES/$recipe ]] || return 0
    mkdir -p "$NODES"
    rm -rf "$NODES/.work-$flavour."*
    work=$(mktemp -d "$NODES/.work-$flavour.XXXXXX")
    cached update_lists "$suite"
    # shellcheck disable=SC2086 # lists of names
    cached private_apt "$suite" apt-get install -y -qq --download-only $NODE_PACKAGES >&2 ||
        die "downloading the packages of the node failed"
    mkdir -p "$work/root/usr/"{bin,sbin,lib,lib64} "$work/newest"
    for package in bin sbin lib lib64; do
        ln -s "usr/$package" "$work/root/$package"
    done
    if [[ $flavour == newest ]]; then
        for suite in "${NEWEST_SUITES[@]}"; do
            [[ $suite == "${NODE_SUITE[newest]}" ]] || cached update_lists "$suite"
        done
        for package in $NEWEST_PACKAGES $NEWEST_LIBRARIES; do
            found=$(newest_of "$package")
            [[ -n $found ]] || continue
            (cd "$work/newest" && cached private_apt "${found% *}" apt-get download -qq "$package" >&2) ||
                die "downloading $package failed"
        done
        newest=("$work/newest/"*.deb)
    fi
    # The newest ones last: they replace what is there.
    unpack_root "$work/root" "$CLUSTER_CACHE/apt/${NODE_SUITE[$flavour]}/archives/"*.deb "${newest[@]}" ||
        die "unpacking the packages of the node failed"
    rm -rf "$CLUSTER_CACHE/apt" "$work/newest"
    finish_root "$work/root"
    install -D -t "$work/root/usr/local/bin" "$KUBERNETES/bin/kubelet" "$KUBERNETES/bin/kube-proxy"
    truncate -s "$NODE_SIZE" "$work/root.ext4"
    mke2fs -q -t ext4 -m 0 -E lazy_itable_init=1,nodiscard -d "$work/root" "$work/root.ext4" ||
        die "making the node's file system failed"
    names=$(<"$work/root.packages")
    mv "$work/root.packages" "$work/packages"
    rm -rf "$work/root"
    key=$(digest "$recipe" "$names")
    chmod 755 "$work"
    [[ -d $NODES/$key ]] || mv -T "$work" "$NODES/$key"
    rm -rf "$work"
    point "$NODES/$recipe" "$key"
}
