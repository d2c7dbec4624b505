// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.enforcer.kernel.EnforcerException;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Calls back when files in a folder change, once for changes that come close together. */
final class PolicyWatch implements AutoCloseable {
    /**
     * Editors write a file in several steps; changes closer together than this count as one, in
     * milliseconds.
     */
    private static final int QUIET = 100;

    private static final System.Logger LOG = System.getLogger(PolicyWatch.class.getName());

    private final WatchService service;
    private final Thread thread;

    private PolicyWatch(WatchService service, Predicate<Path> concerns, Runnable changed) {
        this.service = service;
        thread =
                Thread.ofPlatform()
                        .name("policy-watch")
                        .daemon(true)
                        .unstarted(() -> watch(service, concerns, changed));
    }

    /**
     * Watches from now on.
     *
     * @param concerns tells by its name whether a file is one to look at
     * @param changed runs on the watch's own thread; should it throw, that is logged and the watch
     *     goes on
     */
    static PolicyWatch start(Path folder, Predicate<Path> concerns, Runnable changed) {
        WatchService service = null;
        try {
            service = folder.getFileSystem().newWatchService();
            folder.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
        } catch (IOException e) {
            close(service);
            throw new BadInputException(
                    "cannot watch " + folder + ": " + EnforcerException.reason(e));
        }
        PolicyWatch watch = new PolicyWatch(service, concerns, changed);
        watch.thread.start();
        return watch;
    }

    private static void watch(WatchService service, Predicate<Path> concerns, Runnable changed) {
        try {
            while (true) {
                WatchKey key = service.take();
                boolean concerned = false;
                do {
                    for (WatchEvent<?> event : key.pollEvents()) {
                        // No name: there were more changes than the kernel remembers.
                        concerned |= !(event.context() instanceof Path name) || concerns.test(name);
                    }
                    key.reset();
                    key = service.poll(QUIET, TimeUnit.MILLISECONDS);
                } while (key != null);
                if (concerned) {
                    run(changed);
                }
            }
        } catch (ClosedWatchServiceException e) {
            // closed: nothing more to watch
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(Runnable changed) {
        try {
            changed.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a change could not be followed", e);
        }
    }

    private static void close(@Nullable WatchService service) {
        try {
            if (service != null) {
                service.close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "a watch could not be ended", e);
        }
    }

    /** Ends the watch; what it has called back has returned by then. */
    @Override
    public void close() {
        close(service);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
