package dev.tidemark.worker.field;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The clock of a worker, which is wrong, and can be set while the worker runs:
 * libfaketime, loaded into the JVM before all else, adds to the system's time what a file
 * says. The clock that only counts is right.
 */
final class WrongClock implements AutoCloseable {

	/** Where Debian, others, and who builds it have it; the one for several threads. */
	private static final List<Path> LIBRARIES = List.of(
			Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
			Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"),
			Path.of("/usr/lib64/faketime/libfaketimeMT.so.1"), Path.of("/usr/lib/faketime/libfaketimeMT.so.1"),
			Path.of("/usr/local/lib/faketime/libfaketimeMT.so.1"));

	private final Path file;

	private WrongClock(Path file) {
		this.file = file;
	}

	/** Tells whether there is a libfaketime. */
	static boolean isPossible() {
		return LIBRARIES.stream().anyMatch(Files::exists);
	}

	/** Makes a clock that is right so far. */
	static WrongClock right() {
		try {
			WrongClock clock = new WrongClock(Files.createTempFile("tidemark-clock-", ""));
			clock.set(Duration.ZERO);
			return clock;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Sets the clock. Whoever goes by it notices within a second.
	 * @param ahead by how much it is ahead of the right time; behind, if it is negative
	 */
	WrongClock set(Duration ahead) {
		try {
			Path next = Files.writeString(this.file.resolveSibling(this.file.getFileName() + ".next"),
					"%+d%n".formatted(ahead.toSeconds()));
			Files.move(next, this.file, StandardCopyOption.ATOMIC_MOVE);
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** What the environment of a process has that goes by this clock. */
	Map<String, String> environment() {
		Path library = LIBRARIES.stream().filter(Files::exists).findFirst().orElseThrow();
		return Map.of("LD_PRELOAD", library.toString(), "FAKETIME_TIMESTAMP_FILE", this.file.toString(),
				"FAKETIME_CACHE_DURATION", "1", "FAKETIME_DONT_FAKE_MONOTONIC", "1",
				// Otherwise a JVM waits a hundred times longer than it wants to.
				"FAKETIME_FORCE_MONOTONIC_FIX", "0",
				// The times of files are left as they are, by which a JVM knows its jars.
				"NO_FAKE_STAT", "1");
	}

	@Override
	public void close() {
		try {
			Files.delete(this.file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
