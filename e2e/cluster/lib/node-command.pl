# SPDX-License-Identifier: Apache-2.0
# Runs a command on the node and exits with its status: PORT TOKENFILE SECONDS STDIN(0|1) COMMAND, in base64.
# The other end is guest/serve-command.sh. Status 125 is a failure of the harness, 124 that the time was up.
use strict;
use warnings;
use IO::Socket::INET;
use IO::Select;

my ($port, $token_file, $seconds, $with_stdin, $encoded) = @ARGV;
sub fail { print STDERR "cluster: $_[0]\n"; exit 125 }

open my $file, '<', $token_file or fail "there is no cluster of this checkout: bring it up with `cluster up`";
chomp(my $token = <$file>);
my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 10)
    or fail "cannot reach the node: $!";
$SIG{PIPE} = 'IGNORE';
my $out = "$token $seconds $encoded\n";
my $stdin_open = $with_stdin;
my $end = time + $seconds + 20;
my $in = '';
my $mark = "\0\0$token exit ";
$| = 1;
$socket->blocking(0);
my $closed = 0;
while (1) {
    if (!$stdin_open && $out eq '' && !$closed) { $socket->shutdown(1); $closed = 1 }
    my ($r, $w) = ('', '');
    vec($r, fileno $socket, 1) = 1;
    vec($r, fileno STDIN, 1) = 1 if $stdin_open && length $out < 1 << 20;
    vec($w, fileno $socket, 1) = 1 if length $out;
    my $left = $end - time;
    fail "no answer from the node within $seconds s" if $left <= 0;
    select $r, $w, undef, $left < 5 ? $left : 5;
    if (length $out && vec $w, fileno $socket, 1) {
        my $n = syswrite $socket, $out, 1 << 18;
        substr $out, 0, $n, '' if $n;
        # The command ended without reading all of its input: its output tells.
        if (!defined $n && !$!{EAGAIN}) { $out = ''; $stdin_open = 0 }
    }
    if ($stdin_open && vec $r, fileno STDIN, 1) {
        my $n = sysread STDIN, my $data, 1 << 18;
        if ($n) { $out .= $data } else { $stdin_open = 0 }
    }
    if (vec $r, fileno $socket, 1) {
        my $n = sysread $socket, $in, 1 << 18, length $in;
        next if !defined $n && $!{EAGAIN};
        if ($in =~ /\Q$mark\E(\d+)\n/) {
            print substr $in, 0, $-[0];
            exit $1;
        }
        # What may be the beginning of the mark waits for the rest of it.
        my $tail = length $in > 64 ? length($in) - 64 : 0;
        my $keep = index $in, "\0", $tail;
        print substr $in, 0, $keep < 0 ? length $in : $keep, '';
        if (!$n) { print $in; fail "the node closed the connection before the command's end" }
    }
}
