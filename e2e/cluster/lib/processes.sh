# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The processes of a cluster on this machine: each leaves RUN/NAME.pid and RUN/logs/NAME.log.

# started_at PID: when, in clock ticks; a later process with the same id has another one.
started_at() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return
    # The name of the program, in parentheses, may hold spaces.
    read -r -a stat <<<"${stat##*) }"
    printf '%s\n' "${stat[19]}"
}

# launch NAME COMMAND...
launch() {
    local name=$1
    shift
    setsid "$@" </dev/null >>"$RUN/logs/$name.log" 2>&1 9>&- &
    printf '%s %s\n' $! "$(started_at $!)" >"$RUN/$name.pid"
    disown
}

# alive NAME [RUN]
alive() {
    local pid since
    read -r pid since 2>/dev/null <"${2:-$RUN}/$1.pid" || return
    [[ $(started_at "$pid") == "$since" ]]
}

# stop NAME: asks it to end, and ends it if it has not after 10 s.
stop() {
    local pid tries=0
    if alive "$1"; then
        read -r pid _ <"$RUN/$1.pid"
        kill "$pid" 2>/dev/null
        while alive "$1"; do
            ((++tries != 100)) || kill -KILL "$pid" 2>/dev/null
            ((tries < 200)) || die "$1 (process $pid) does not end"
            sleep 0.1
        done
    fi
    rm -f "$RUN/$1.pid"
}
