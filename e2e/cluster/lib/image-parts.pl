# SPDX-License-Identifier: Apache-2.0
# Says where in an unpacked image archive (FOLDER) what is, in lines: name REFERENCE, config FILE, layer FILE.
use strict;
use warnings;

my $folder = shift;

sub fail { print STDERR "cluster: $_[0]\n"; exit 1 }

# Enough of JSON for that: perl-base has no module for it.
sub value {
    my $text = shift;
    $$text =~ /\G\s+/gc;
    if ($$text =~ /\G\{\s*/gc) {
        my %object;
        until ($$text =~ /\G\s*\}/gc) {
            my $name = value($text);
            $$text =~ /\G\s*:/gc or fail 'not JSON';
            $object{$name} = value($text);
            $$text =~ /\G\s*,/gc;
        }
        return \%object;
    }
    if ($$text =~ /\G\[\s*/gc) {
        my @array;
        until ($$text =~ /\G\s*\]/gc) {
            push @array, value($text);
            $$text =~ /\G\s*,/gc;
        }
        return \@array;
    }
    return $1 if $$text =~ /\G"((?:[^"\\]|\\.)*)"/gc || $$text =~ /\G([-+.\w]+)/gc;
    fail 'not JSON';
}

sub json {
    open my $file, '<', "$folder/$_[0]" or fail "it has no $_[0]";
    local $/;
    my $text = <$file>;
    return value(\$text);
}

sub blob { 'blobs/' . ($_[0]{digest} =~ tr,:,/,r) }

my ($name, $config, @layers);
if (-e "$folder/manifest.json") {
    my $manifest = json('manifest.json');
    fail 'it holds ' . @$manifest . ' images' if @$manifest != 1;
    $name = $manifest->[0]{RepoTags}[0];
    $config = $manifest->[0]{Config};
    @layers = @{$manifest->[0]{Layers}};
}
else {
    my $index = json('index.json');
    fail 'it holds ' . @{$index->{manifests}} . ' images' if @{$index->{manifests}} != 1;
    my $about = $index->{manifests}[0]{annotations} || {};
    $name = $about->{'io.containerd.image.name'} || $about->{'org.opencontainers.image.ref.name'};
    my $manifest = json(blob($index->{manifests}[0]));
    $config = blob($manifest->{config});
    @layers = map { blob($_) } @{$manifest->{layers}};
}
fail 'it has no name' unless $name;
for ($config, @layers) {
    fail "it says that its parts are elsewhere: $_" if m,^/|\.\.,;
}
print "name $name\nconfig $folder/$config\n", map { "layer $folder/$_\n" } @layers;
