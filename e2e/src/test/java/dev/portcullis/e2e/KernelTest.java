// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** Marks a class whose tests need a kernel that takes LSM programs; run by {@code kernel-tests}. */
@Tag("kernel")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface KernelTest {}
