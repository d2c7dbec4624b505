# SPDX-License-Identifier: Apache-2.0
# stream.pl TOKEN RESULT BOOT-SECONDS TOTAL-SECONDS: passes the guest's port (stdin) on to stdout without the marks of
# guest/run.sh, and leaves in the file RESULT how it ended: `exit N`, `died`, `timeout`, after a line `started` if the
# command was started at all. Perl because it is on every Debian (essential) and handles bytes.
use strict;
use warnings;
use Time::HiRes qw(time alarm);

my ($token, $file, $boot, $total) = @ARGV;
open(my $result, '>', $file) or die "$file: $!\n";
$result->autoflush(1);
my $begin = time;

sub finish { print $result "$_[0]\n"; exit 0 }

# An alarm also interrupts a write to a reader that has stopped reading.
$SIG{ALRM} = sub { finish('timeout') };
alarm($boot < $total ? $boot : $total);

sub emit {
    my ($bytes) = @_;
    while (length $bytes) {
        my $n = syswrite(STDOUT, $bytes);
        if (!defined $n) { next if $!{EINTR}; finish("unread $!"); }
        substr($bytes, 0, $n, '');
    }
}
$SIG{PIPE} = 'IGNORE';

my $pending = '';
my $prefix = "\0\0$token ";
while (1) {
    my $n = sysread(STDIN, $pending, 65536, length $pending);
    next if !defined $n && $!{EINTR};
    if (!$n) { emit($pending); finish('died'); }
    my $at;
    while (($at = index($pending, $prefix)) >= 0) {
        my $end = index($pending, "\n", $at);
        last if $end < 0;
        my $mark = substr($pending, $at + length $prefix, $end - $at - length $prefix);
        emit(substr($pending, 0, $at));
        substr($pending, 0, $end + 1, '');
        finish($mark) if $mark !~ /^started (.*)/;
        printf $result "started %.2f %s\n", time - $begin, $1;
        my $left = $total - (time - $begin);
        alarm($left > 0.01 ? $left : 0.01);
    }
    # Keep an unfinished mark, or what may be the beginning of one, until more has come.
    if ($at < 0) {
        $at = length $pending;
        for my $k (reverse 1 .. length($prefix) - 1) {
            next if $k > length $pending || substr($pending, -$k) ne substr($prefix, 0, $k);
            $at -= $k;
            last;
        }
    }
    emit(substr($pending, 0, $at, ''));
}
