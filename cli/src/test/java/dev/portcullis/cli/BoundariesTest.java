// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.portcullis.enforcer.ffi.LibBpf;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.net.Socket;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use whom, across all modules. */
class BoundariesTest {
    private static final JavaClasses ALL =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.portcullis");

    private static final DescribedPredicate<JavaClass> NATIVE_CALLS =
            assignableTo(Linker.class)
                    .or(assignableTo(SymbolLookup.class))
                    .or(assignableTo(MethodHandle.class))
                    .or(assignableTo(MethodHandles.class));

    /** Guards the others: rules over classes that were not found hold all too easily. */
    @Test
    void everyModuleWasRead() {
        assertThat(ALL.contain(LibBpf.class)).isTrue();
        assertThat(ALL.stream().map(JavaClass::getPackageName))
                .contains(
                        "dev.portcullis.api.v1alpha1",
                        "dev.portcullis.event.v1alpha1",
                        "dev.portcullis.policy.parse",
                        "dev.portcullis.enforcer.kernel",
                        "dev.portcullis.cli");
        assertThat(
                        ALL.get(LibBpf.class).getDirectDependenciesFromSelf().stream()
                                .filter(dependency ->
                                        NATIVE_CALLS.test(dependency.getTargetClass())))
                .isNotEmpty();
    }

    @Test
    void onlyTheBindingsKnowMethodHandlesAndNativeSymbols() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.portcullis.enforcer.ffi..")
                .should()
                .dependOnClassesThat(NATIVE_CALLS)
                .check(ALL);
    }

    @Test
    void theAgentKnowsNoCluster() {
        noClasses()
                .that()
                .resideInAPackage("dev.portcullis.enforcer..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8..", "io.kubernetes..")
                .check(ALL);
    }

    @Test
    void theAgentParsesAndCompilesNoPolicy() {
        noClasses()
                .that()
                .resideInAPackage("dev.portcullis.enforcer..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.portcullis.policy.parse..",
                        "dev.portcullis.policy.compile..",
                        "org.snakeyaml..",
                        "org.yaml..")
                .check(ALL);
    }

    @Test
    void policiesAreReadWithoutTouchingTheMachine() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.portcullis.policy..",
                        "dev.portcullis.api..",
                        "dev.portcullis.event..",
                        "dev.portcullis.node..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.lang.foreign..", "java.net.http..")
                                .or(assignableTo(Socket.class))
                                .or(assignableTo(Files.class)))
                .check(ALL);
    }

    @Test
    void thePublicTypesStandAlone() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.portcullis.api..", "dev.portcullis.event..", "dev.portcullis.node..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("dev.portcullis..")
                                .and(
                                        not(
                                                resideInAnyPackage(
                                                        "dev.portcullis.api..",
                                                        "dev.portcullis.event..",
                                                        "dev.portcullis.node.."))))
                .check(ALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"policy", "enforcer", "cli"})
    void noPackagesOfAModuleNeedEachOther(String module) {
        JavaClasses classes = ALL.that(resideInAnyPackage("dev.portcullis." + module + ".."));
        assertThat(classes).isNotEmpty();
        slices().matching("dev.portcullis.(**)").should().beFreeOfCycles().check(classes);
    }
}
