package dev.tidemark.worker.field;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A disk that can be full, in the place of a directory whose server has been stopped:
 * what was there is on it. It is a file system in memory, which only root may mount.
 */
final class SmallDisk implements AutoCloseable {

	private static final byte[] CHUNK = new byte[64 * 1024];

	private final Path directory;

	private final Path filler;

	private SmallDisk(Path directory) {
		this.directory = directory;
		this.filler = directory.resolve("filler");
	}

	/** Tells whether there can be one here. */
	static boolean isPossible() {
		try {
			Path directory = Files.createTempDirectory("tidemark-disk-");
			boolean mounted = succeeds(mount(directory, 1)) && succeeds("umount", directory.toString());
			Files.delete(directory);
			return mounted;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Puts a disk into a directory's place.
	 * @param directory what a server keeps its data in
	 * @param megabytes how large it is
	 */
	static SmallDisk inPlaceOf(Path directory, int megabytes) {
		try {
			Path aside = directory.resolveSibling(directory.getFileName() + ".aside");
			Files.move(directory, aside);
			Files.createDirectory(directory);
			run(mount(directory, megabytes));
			run("cp", "-a", "--sparse=always", aside + "/.", directory.toString());
			run("rm", "-r", aside.toString());
			return new SmallDisk(directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String[] mount(Path directory, int megabytes) {
		return new String[] { "mount", "-t", "tmpfs", "-o", "mode=0700,size=%dm".formatted(megabytes), "tidemark-disk",
				directory.toString() };
	}

	/** Fills it to the last byte. */
	void fill() {
		try (OutputStream output = Files.newOutputStream(this.filler)) {
			while (true) {
				output.write(CHUNK);
			}
		}
		catch (IOException ex) {
			// It is full.
		}
	}

	/** Makes room again. */
	void free() {
		try {
			Files.delete(this.filler);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Takes the disk away, with all that is on it. */
	@Override
	public void close() {
		run("umount", "--lazy", this.directory.toString());
	}

	private static void run(String... command) {
		if (!succeeds(command)) {
			throw new IllegalStateException(Arrays.toString(command) + " has failed");
		}
	}

	private static boolean succeeds(String... command) {
		try {
			return new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
