// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may use whom in the operator. */
class BoundariesTest {
    private static final JavaClasses ALL =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.portcullis.operator");

    @Test
    void everyPackageWasRead() {
        assertThat(ALL.stream().map(JavaClass::getPackageName))
                .contains(
                        "dev.portcullis.operator",
                        "dev.portcullis.operator.select",
                        "dev.portcullis.operator.kube");
    }

    @Test
    void theOperatorTouchesNoMachine() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.lang.foreign..", "dev.portcullis.enforcer..", "java.nio.file..")
                .check(ALL);
    }

    @Test
    void onlyThoseWhoTalkToTheClusterKnowItsClient() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.portcullis.operator",
                        "dev.portcullis.operator.watch..",
                        "dev.portcullis.operator.kube..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8..")
                .check(ALL);
    }

    @Test
    void decidingNeedsNoStream() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.portcullis.operator.view..",
                        "dev.portcullis.operator.select..",
                        "dev.portcullis.operator.compile..",
                        "dev.portcullis.operator.plan..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "dev.portcullis.operator.serve..")
                .check(ALL);
    }

    @Test
    void noPackagesNeedEachOther() {
        slices().matching("dev.portcullis.(**)").should().beFreeOfCycles().check(ALL);
    }
}
