# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Brings an image into the node. Emulated, containerd would take minutes to decompress and digest what this machine does
# in a second: so the layers are laid out here, on a disk that the node shares, and guest/load-image.sh only unpacks
# those that it does not have yet.

# A sparse file, and so the most that an image can hold.
readonly INBOX_MEGABYTES=4096

# chain_of PARENT DIFF: the name that containerd gives the snapshot of a layer on top of others.
chain_of() {
    if [[ -z $1 ]]; then
        printf '%s\n' "$2"
    else
        printf 'sha256:%s\n' "$(printf '%s %s' "$1" "$2" | sha256sum | cut -c 1-64)"
    fi
}

# to_inbox FILE: puts it behind what is there; prints where it begins, in MiB, and how many bytes it is. Written in
# place, for QEMU holds the file open.
to_inbox() {
    local size
    size=$(stat -c %s "$1")
    ((NEXT + size / 1048576 + 1 <= INBOX_MEGABYTES)) || die "the image is larger than $INBOX_MEGABYTES MiB"
    dd if="$1" of="$RUN/inbox" bs=1M seek="$NEXT" conv=notrunc status=none || die "writing to $RUN/inbox failed"
    PLACE="$NEXT $size"
    NEXT=$((NEXT + size / 1048576 + 1))
}

load_image() (
    image=$1 NEXT=0 chain='' orders=()
    alive node || die "there is no node: bring it up with \`cluster up\`"
    exec 9>"$RUN/inbox.lock"
    flock -w 900 9 || die "another image is still being loaded"
    work=$(mktemp -d "$RUN/load.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    mkdir "$work/image"
    tar -x --warning=no-unknown-keyword -f "$image" -C "$work/image" || die "$image is not a tar archive"
    # Lines `name REFERENCE`, `config FILE`, `layer FILE`.
    perl "$CLUSTER_HOME/lib/image-parts.pl" "$work/image" >"$work/parts" ||
        die "$image is neither an archive of \`docker save\`, as Jib makes it, nor an OCI archive of one image"
    mapfile -t diffs < <(grep -o '"diff_ids" *: *\[[^]]*\]' "$(sed -n 's/^config //p' "$work/parts")" |
        grep -o 'sha256:[0-9a-f]*')
    mapfile -t layers < <(sed -n 's/^layer //p' "$work/parts")
    ((${#diffs[@]} && ${#diffs[@]} == ${#layers[@]})) || die "$image: its configuration does not fit its layers"
    for i in "${!layers[@]}"; do
        layer=$work/layer
        case $(od -An -t x1 -N 2 "${layers[i]}") in
        ' 1f 8b') gzip -d -c <"${layers[i]}" >"$layer" || die "$image: a layer is damaged" ;;
        *) mv "${layers[i]}" "$layer" ;;
        esac
        [[ sha256:$(sha256sum <"$layer" | cut -c 1-64) == "${diffs[i]}" ]] ||
            die "$image: a layer is damaged, or compressed otherwise than by gzip"
        ! tar -t --warning=no-unknown-keyword -f "$layer" | grep -q '\(^\|/\)\.wh\.' ||
            die "$image: a layer deletes files of another, which this way of loading cannot; build it without"
        parent=$chain
        chain=$(chain_of "$parent" "${diffs[i]}")
        to_inbox "$layer"
        orders+=("layer $chain ${parent:--} $PLACE")
    done
    # The image without its layers: they are only ever looked for as snapshots.
    "$CLUSTER_HOME/images/make-image" --config "$(sed -n 's/^config //p' "$work/parts")" \
        "$(sed -n 's/^name //p' "$work/parts")" "$work/image.tar" "${diffs[@]}" || die "packing the image failed"
    to_inbox "$work/image.tar"
    orders+=("image $(sha256sum <"$(sed -n 's/^config //p' "$work/parts")" | cut -c 1-64) $chain $PLACE")
    node_command --timeout 600 "bash /run/node/load-image.sh <<'END'
$(printf '%s\n' "${orders[@]}")
END"
)
