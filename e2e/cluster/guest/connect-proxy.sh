#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One connection of an HTTP CONNECT proxy. Through it the API server on the host reaches what only the node does: the
# kubelet, pods and Services' addresses, for logs, exec, webhooks and aggregated APIs.
IFS=$' \r' read -r method address _ || exit
while IFS=$'\r' read -r header && [[ -n $header ]]; do :; done
if [[ $method != CONNECT ]]; then
    printf 'HTTP/1.1 405 Method Not Allowed\r\n\r\n'
    exit
fi
if ! exec 3<>"/dev/tcp/${address%:*}/${address##*:}"; then
    printf 'HTTP/1.1 502 Bad Gateway\r\n\r\n'
    exit
fi
printf 'HTTP/1.1 200 OK\r\n\r\n'
exec socat -t 86400 STDIO FD:3
