package dev.tidemark.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the system says that processes have used.
 */
final class Usage {

	/** The unit of {@code /proc/PID/stat}: hundredths of a second on every Linux. */
	private static final long MICROS_PER_TICK = 10_000;

	private static final int PARENT = 1;

	private static final int UTIME = 11;

	private static final int CUTIME = 13;

	private Usage() {
	}

	/** Returns a process's CPU time, user and system, in microseconds; 0 if it ended. */
	static long micros(long pid) {
		return sum(pid, UTIME, 2);
	}

	/** Returns the same, with the time of all children that have ended. */
	static long microsWithEnded(long pid) {
		return sum(pid, UTIME, 2) + sum(pid, CUTIME, 2);
	}

	private static long sum(long pid, int from, int count) {
		String[] fields = stat(pid);
		long ticks = 0;
		for (int i = from; i < from + count && i < fields.length; i++) {
			ticks += Long.parseLong(fields[i]);
		}
		return ticks * MICROS_PER_TICK;
	}

	static long parent(long pid) {
		return Long.parseLong(stat(pid)[PARENT]);
	}

	/** The fields behind the process's name, which may have blanks. */
	private static String[] stat(long pid) {
		String stat = read(pid, "stat");
		return stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
	}

	/** Returns a process's largest resident size so far, in megabytes. */
	static double peakMegabytes(long pid) {
		return read(pid, "status").lines()
			.filter((line) -> line.startsWith("VmHWM:"))
			.mapToDouble((line) -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
			.findFirst()
			.orElse(0);
	}

	static String commandLine(long pid) {
		return read(pid, "cmdline").replace('\0', ' ');
	}

	private static String read(long pid, String file) {
		Path path = Path.of("/proc", Long.toString(pid), file);
		try {
			return Files.readString(path, StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			if (!Files.exists(path)) {
				return "";
			}
			throw new UncheckedIOException(ex);
		}
	}

}
