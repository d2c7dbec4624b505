// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks a test, or all of a class, that counts in a suite's {@link ClosingLine}. */
@ExtendWith(ClosingLine.class)
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@interface Suite {
    /** Ways around a policy, each of which has to fail. */
    String BYPASS = "bypass";

    /** What the policy language means to the kernel. */
    String CONFORMANCE = "conformance";

    /** What the kernel loads, and when it calls that. */
    String LOADS = "loads";

    /** Its name in the line. */
    String value();
}
