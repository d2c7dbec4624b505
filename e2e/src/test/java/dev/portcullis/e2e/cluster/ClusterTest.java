// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/**
 * Marks a class whose tests need a cluster with Portcullis on it; run by {@code cluster-tests}.
 * Those that have the tag {@code smoke} too make up its short form.
 */
@Tag("cluster")
@Timeout(value = 25, unit = TimeUnit.MINUTES)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface ClusterTest {}
