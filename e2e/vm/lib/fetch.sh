# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Fills the cache from the Debian archive that this machine's apt already uses. Nothing is installed: packages are
# verified and downloaded by apt under a private configuration and unpacked with dpkg -x.
#
#   tools/KEY/root     QEMU, virtiofsd, kmod, busybox… with all their libraries, down to libc; tools/RECIPE -> KEY
#   kernels-N/VERSION/ vmlinuz, vmlinux, lib/modules/RELEASE (uncompressed, with depmod's indexes);
#                      kernels-N/SERIES -> VERSION

# The tools come with their own libc and loader, so what they need does not depend on what this machine has.
readonly TOOLS_SUITE=trixie
readonly TOOLS_PACKAGES='qemu-system-x86 virtiofsd kmod busybox-static zstd lz4'
# Count up when what is made of the packages changes: older ones are then left alone and made anew.
readonly KERNELS=$VM_CACHE/kernels-1
# shellcheck disable=SC2034 # used by vm
readonly KERNEL_SERIES=(6.1 6.12 7.3)
declare -rA KERNEL_SUITE=([6.1]=bookworm [6.12]=trixie [7.3]=trixie-backports)

# shellcheck disable=SC2016 # apt-get expands $(REPO_URI)
archive_uri() {
    local uri
    uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' |
        sed -n '1p')
    # Before the machine's first `apt-get update` the lists' origin is unknown: go by the usual name then.
    [[ -n $uri ]] || uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
        sed -n '\,/debian/*$,{p;q}')
    [[ -n $uri ]] || die "apt on this machine knows no Debian archive"
    printf '%s\n' "$uri"
}

# private_apt SUITE COMMAND...: apt-get or apt-cache seeing SUITE only, and no installed package at all.
private_apt() {
    local dir=$VM_CACHE/apt/$1 tool=$2
    shift 2
    "$tool" -q -o "Dir::Etc::SourceList=$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
        -o "Dir::State::Lists=$dir/lists" -o "Dir::State::status=$dir/status" \
        -o "Dir::Cache::Archives=$dir/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
        -o APT::Architecture=amd64 -o APT::Architectures::=amd64 -o APT::Sandbox::User=root \
        -o APT::Install-Recommends=false -o Acquire::Retries=3 -o Acquire::http::Timeout=60 "$@"
}

# Callers hold the suite's lock from here until they are done with its archives/.
update_lists() {
    local suite=$1 dir=$VM_CACHE/apt/$1 uri
    uri=$(archive_uri) || exit
    mkdir -p "$dir/lists" "$dir/archives/partial"
    : >"$dir/status"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$uri" "$suite" \
        >"$dir/sources.list"
    note "fetching the package lists of $suite"
    private_apt "$suite" apt-get update -qq >&2 || die "apt-get update for $suite failed"
}

# unpack FOLDER DEB...: into FOLDER, saying what it is.
unpack() (
    set -e -o pipefail
    cd "$1"
    shift
    for deb; do
        printf 'fetched %s\n' "$(basename "$deb" .deb | sed 's/%3a/:/')"
        dpkg-deb --fsys-tarfile "$deb" | tar -x --exclude=./usr/share/doc --exclude=./usr/share/man \
            --exclude=./usr/share/locale --exclude=./usr/share/bug --exclude=./usr/share/lintian
    done
)

tools_recipe() { printf '%s %s' "$TOOLS_SUITE" "$TOOLS_PACKAGES" | sha256sum | cut -c 1-16; }

# tools_dir: prints the folder of the tools; they must have been prepared.
tools_dir() { readlink -f "$VM_CACHE/tools/$(tools_recipe)"; }

# tool_command TOOLS NAME [ARGV0]: sets TOOL_COMMAND to what runs a program of the tools with their own loader and
# libraries. ARGV0 matters to kmod, which is depmod or modprobe by it.
tool_command() {
    local root=$1/root name=$2 argv0=${3:-$2} path
    for path in usr/bin usr/libexec usr/sbin; do
        [[ -x $root/$path/$name ]] && break
    done
    TOOL_COMMAND=("$root/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" --argv0 "$argv0"
        --library-path "$root/usr/lib/x86_64-linux-gnu" "$root/$path/$name")
}

fill_tools() {
    local recipe names key work
    recipe=$(tools_recipe)
    [[ ${1:-} == refresh || ! -e $VM_CACHE/tools/$recipe ]] || return 0
    update_lists "$TOOLS_SUITE"
    # shellcheck disable=SC2086 # a list of names
    names=$(private_apt "$TOOLS_SUITE" apt-get install -y --print-uris $TOOLS_PACKAGES |
        sed -n "s/^'[^']*' \([^ ]*\.deb\) .*/\1/p" | sort)
    [[ -n $names ]] || die "apt found no way to get: $TOOLS_PACKAGES"
    key=$(printf '%s\n' "$names" | sha256sum | cut -c 1-16)
    mkdir -p "$VM_CACHE/tools"
    if [[ ! -d $VM_CACHE/tools/$key ]]; then
        rm -rf "$VM_CACHE/tools/.work."* "$VM_CACHE/apt/$TOOLS_SUITE/archives/"*.deb
        # shellcheck disable=SC2086
        private_apt "$TOOLS_SUITE" apt-get install -y -qq --download-only $TOOLS_PACKAGES >&2 ||
            die "downloading the tools failed"
        work=$(mktemp -d "$VM_CACHE/tools/.work.XXXXXX")
        mkdir "$work/root"
        unpack "$work/root" "$VM_CACHE/apt/$TOOLS_SUITE/archives/"*.deb || die "unpacking the tools failed"
        printf '%s\n' "$names" >"$work/packages"
        chmod 755 "$work"
        mv -T "$work" "$VM_CACHE/tools/$key"
    fi
    rm -f "$VM_CACHE/apt/$TOOLS_SUITE/archives/"*.deb
    point "$VM_CACHE/tools/$recipe" "$key"
}

# kernel_packages SUITE: what the metapackage of the cloud kernel leads to, one name a line. From 7.x on the kernel is
# split into linux-binary-* and linux-modules-*.
kernel_packages() {
    local suite=$1 name seen=' ' queue=(linux-image-cloud-amd64)
    while ((${#queue[@]})); do
        name=${queue[0]}
        queue=("${queue[@]:1}")
        [[ $seen != *" $name "* ]] || continue
        seen+="$name "
        [[ $name == linux-image-cloud-amd64 ]] || printf '%s\n' "$name"
        mapfile -t -O "${#queue[@]}" queue < <(private_apt "$suite" apt-cache show --no-all-versions "$name" |
            sed -n -E 's/^(Pre-)?Depends: //p' | tr ',|' '\n' | sed -E 's/^ *//; s/[ (:].*//' |
            grep -E '^linux-(image|binary|modules)-[0-9].*-cloud-amd64$')
    done
}

# extract_vmlinux FOLDER: FOLDER/vmlinux out of FOLDER/vmlinuz. QEMU starts it directly (PVH), without the emulated
# kernel's decompressor, which saves more than a second a boot; and bpftool reads its BTF. Without it vmlinuz boots.
extract_vmlinux() {
    local image=$1/vmlinuz setup offset length
    # struct setup_header of the x86 boot protocol: setup_sects, payload_offset, payload_length.
    setup=$(od -An -tu1 -j 497 -N 1 "$image")
    offset=$(od -An -tu4 -j 584 -N 4 "$image")
    length=$(od -An -tu4 -j 588 -N 4 "$image")
    # The payload ends in its uncompressed size, which is no part of the stream.
    tail -c "+$(((setup + 1) * 512 + offset + 1))" "$image" | head -c "$((length - 4))" >"$1/payload"
    case $(od -An -tx1 -N 4 "$1/payload") in
    *28\ b5\ 2f\ fd) tool_command "$(tools_dir)" zstd ;;
    *02\ 21\ 4c\ 18) tool_command "$(tools_dir)" lz4 ;;
    *) TOOL_COMMAND=(false) ;;
    esac
    if ! "${TOOL_COMMAND[@]}" -d -q -c "$1/payload" >"$1/vmlinux"; then
        rm -f "$1/vmlinux"
        note "cannot extract vmlinux from $image; booting will take longer"
    fi
    rm -f "$1/payload"
}

kernel_dir() { readlink -f "$KERNELS/$1"; }

fill_kernel() {
    local series=$1 suite=${KERNEL_SUITE[$1]} packages work release version bb found
    [[ ${2:-} == refresh || ! -e $KERNELS/$series ]] || return 0
    update_lists "$suite"
    mapfile -t packages < <(kernel_packages "$suite")
    ((${#packages[@]})) || die "no cloud kernel in $suite"
    version=$(private_apt "$suite" apt-cache show --no-all-versions "${packages[0]}" | sed -n 's/^Version: //p')
    [[ $version == "$series".* ]] || note "warning: $suite has moved on from $series to $version; using that"
    mkdir -p "$KERNELS"
    if [[ ! -d $KERNELS/$version ]]; then
        rm -rf "$KERNELS/.work-$suite."*
        work=$(mktemp -d "$KERNELS/.work-$suite.XXXXXX")
        mkdir "$work/debs" "$work/root"
        (cd "$work/debs" && private_apt "$suite" apt-get download -qq "${packages[@]}" >&2) ||
            die "downloading the kernel $version failed"
        unpack "$work/root" "$work/debs/"*.deb || die "unpacking the kernel $version failed"
        found=$(find "$work/root" -maxdepth 6 -path '*/lib/modules/*' -name kernel)
        [[ -d $found ]] || die "the kernel $version has no modules where expected"
        release=$(basename "$(dirname "$found")")
        mkdir -p "$work/lib/modules"
        find "$work/root" -name 'vmlinuz*' -type f -exec mv {} "$work/vmlinuz" \;
        [[ -e $work/vmlinuz ]] || die "the kernel $version has no vmlinuz"
        extract_vmlinux "$work"
        find "$work/root" -name 'config-*' -type f -exec mv {} "$work/config" \;
        mv "$(dirname "$found")" "$work/lib/modules/$release"
        rm -rf "$work/root" "$work/debs"
        # Any modprobe, busybox's too, loads uncompressed modules.
        bb=$(tools_dir)/root/usr/bin/busybox
        find "$work/lib/modules" -name '*.ko.xz' -print0 | xargs -0 -r -n 64 "$bb" unxz ||
            die "decompressing the modules of $version failed"
        tool_command "$(tools_dir)" kmod depmod
        "${TOOL_COMMAND[@]}" -b "$work" "$release" 2>/dev/null || die "depmod for $release failed"
        printf '%s\n' "$release" >"$work/release"
        printf '%s\n' "${packages[@]/%/=$version}" >"$work/packages"
        chmod 755 "$work"
        mv -T "$work" "$KERNELS/$version"
    fi
    point "$KERNELS/$series" "$version"
}

# prepare [--refresh] SERIES...: makes sure that the tools and the kernels are in the cache. Everything else only reads.
prepare() {
    local refresh='' series
    if [[ ${1:-} == --refresh ]]; then
        refresh=refresh
        shift
    fi
    [[ -z $refresh && -e $VM_CACHE/tools/$(tools_recipe) ]] || locked "suite-$TOOLS_SUITE" fill_tools $refresh || exit
    for series; do
        [[ -z $refresh && -e $KERNELS/$series ]] ||
            locked "suite-${KERNEL_SUITE[$series]}" fill_kernel "$series" $refresh || exit
        [[ -e $(initramfs_path "$series") ]] || locked "initramfs-$series" build_initramfs "$series" || exit
    done
}
