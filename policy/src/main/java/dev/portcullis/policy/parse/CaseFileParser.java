// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.cases.CaseFile;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Parses files of cases, as strictly as policies. */
public final class CaseFileParser {
    private CaseFileParser() {}

    /**
     * Parses one file.
     *
     * @param fileName how problems shall call it
     * @param yaml UTF-8, at most 1 MiB, one document
     * @throws InvalidPolicyException with all that is wrong
     */
    public static CaseFile parse(String fileName, byte[] yaml) throws InvalidPolicyException {
        Problems problems = new Problems(fileName);
        List<Node> documents =
                new YamlText(fileName, problems)
                        .documents(yaml).stream()
                                .filter(document -> !document.getTag().equals(Tag.NULL))
                                .toList();
        Optional<CaseFile> file = Optional.empty();
        if (documents.size() == 1) {
            file = new CaseFileReader(new Values(problems)).read(documents.getFirst());
        } else {
            problems.add(
                    1, 1, "", documents.size() + " documents; write one, with policies and tests");
        }
        problems.throwIfAny();
        return file.orElseThrow();
    }
}
