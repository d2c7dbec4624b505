// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

import dev.portcullis.policy.pattern.Glob.Component;
import dev.portcullis.policy.pattern.Glob.Path;
import dev.portcullis.policy.pattern.Glob.Single;
import dev.portcullis.policy.pattern.Glob.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * The other names of a path in images of the usual layouts. In some images /bin is a link to
 * usr/bin, in others it is a folder of its own; the kernel tells the path behind the link, so a
 * pattern for one has to hold for the other.
 */
public final class PathAliases {
    private static final List<String> USR =
            List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");

    private PathAliases() {}

    /**
     * The pattern itself and, where its first components are spelled out, those that it stands for
     * as well.
     */
    public static List<Glob> of(Glob glob) {
        List<Glob> all = new ArrayList<>();
        all.add(glob);
        if (glob instanceof Path path) {
            for (String folder : USR) {
                replace(path, List.of(folder), List.of("usr", folder), all);
                replace(path, List.of("usr", folder), List.of(folder), all);
            }
            replace(path, List.of("var", "run"), List.of("run"), all);
            replace(path, List.of("run"), List.of("var", "run"), all);
        }
        return all;
    }

    private static void replace(Path path, List<String> from, List<String> to, List<Glob> all) {
        if (path.components().size() < from.size()) {
            return;
        }
        for (int i = 0; i < from.size(); i++) {
            if (!(path.components().get(i) instanceof Single single)
                    || !Spelling.of(single.parts()).canBe(from.get(i))) {
                return;
            }
        }
        List<Component> components = new ArrayList<>();
        for (String name : to) {
            components.add(new Single(List.of(new Text(name))));
        }
        components.addAll(path.components().subList(from.size(), path.components().size()));
        all.add(new Path(components, path.directory()));
    }
}
