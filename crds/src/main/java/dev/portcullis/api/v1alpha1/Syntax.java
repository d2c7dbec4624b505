// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

/**
 * What the resources' schemas say of the text in their fields. The API server refuses what is
 * plainly wrong; whether a pattern, network or port makes sense is for the policy module to say, so
 * that an expression here may accept more than the parser does, and never less.
 */
final class Syntax {
    static final String ACTION =
            "Allow: goes through, whatever the default says. Audit: is reported if it goes through."
                    + " Block: is refused. Kill: is refused, and the process is killed.";

    static final String PATHS =
            "Globs, any of which may match: * within a component, ** for any number of components, ?"
                    + " for one character, [a-z] for one of a class, {a,b} for one of several;"
                    + " /dir/ is the folder and its direct children, /dir/** everything below. They"
                    + " are compared with the real path, behind symbolic links, from the root of the"
                    + " container's file system. What has no path is memfd:NAME or anon:NAME.";

    static final String EXCEPT =
            "Globs of paths that the rule does not hold for, as in paths. What a rule leaves out is"
                    + " left to the other rules and the default.";

    static final String FROM =
            "Globs of the subjects that the rule holds for: the executables that do it, by the path"
                    + " that was executed. Without from it holds for every subject.";

    static final String EXCEPT_FROM =
            "Globs of subjects that the rule does not hold for: executables, by the path that was"
                    + " executed.";

    static final String UNLESS_OWNER =
            "Whether the rule does not hold for files that belong to the user that the task acts"
                    + " as on files; what is about to be made does.";

    /** The most rules of a section, and paths, networks or ports of a rule. */
    static final int MAX_ITEMS = 16384;

    /** The most values of a closed set that a rule can name: there are fewer. */
    static final int MAX_NAMES = 64;

    /** So many protocols there are. Without a small bound API servers take CEL for too costly. */
    static final int MAX_PROTOCOLS = 8;

    /** A path or a name. */
    static final String PATH = "^(/|memfd:|anon:)";

    static final int MAX_PATH = 4096;

    /** An address of either family and a prefix length. */
    static final String CIDR = "^[0-9a-fA-F:.]+/[0-9]{1,3}$";

    static final int MAX_CIDR = 64;

    static final String DNS_LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

    static final String LABEL_KEY =
            "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";

    static final String LABEL_VALUE = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";

    static final int MAX_LABEL = 63;

    private Syntax() {}
}
