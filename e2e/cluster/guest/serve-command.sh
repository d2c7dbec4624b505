#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs one command for the host (lib/node-command.pl): a line with the token of this cluster, the seconds that the
# command may take and the command in base64; what follows is its standard input. Output and errors go back, then a mark
# with the exit status, which NUL bytes and the token set apart from the output.
here=/run/node
IFS=' ' read -r token seconds command || exit
[[ $token == "$(<$here/token)" ]] || exit
cd /root || exit
# Not in the cgroup of this service, but where a login would be.
mkdir -p /sys/fs/cgroup/user.slice
echo 0 >/sys/fs/cgroup/user.slice/cgroup.procs
timeout --kill-after=5 "$seconds" bash -c "$(base64 -d <<<"$command")" 2>&1
status=$?
printf '\0\0%s exit %d\n' "$token" "$status"
