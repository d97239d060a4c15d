package dev.tidemark.benchmark;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * How senders choose the keys of tasks and the ids of commands. Both are the same at
 * every run, SQL can make those of {@link Prefill}, and a command's number can be told
 * from its id.
 */
enum Keys {

	/** Like UUIDs of version 4: the next one may be anywhere in an index. */
	RANDOM {
		@Override
		UUID task(long number) {
			try {
				byte[] hash = MessageDigest.getInstance("MD5")
					.digest(("task-" + number).getBytes(StandardCharsets.UTF_8));
				long most = 0;
				long least = 0;
				for (int i = 0; i < 8; i++) {
					most = (most << 8) | (hash[i] & 0xff);
					least = (least << 8) | (hash[i + 8] & 0xff);
				}
				return new UUID(most, least);
			}
			catch (NoSuchAlgorithmException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		UUID command(long number) {
			return new UUID(new SplittableRandom(number).nextLong(), number);
		}

		@Override
		String taskSql(String number) {
			return "md5('task-' || %s)::uuid".formatted(number);
		}

		@Override
		String prefilledCommandSql(String number) {
			return "md5('command-' || %s)::uuid".formatted(number);
		}
	},

	/**
	 * Like UUIDs of version 7, one a millisecond: the next one is behind all others.
	 */
	BY_TIME {
		@Override
		UUID task(long number) {
			return timed(number);
		}

		@Override
		UUID command(long number) {
			return timed(number);
		}

		@Override
		String taskSql(String number) {
			return timedSql(number, 0);
		}

		@Override
		String prefilledCommandSql(String number) {
			return timedSql(number, BEFORE);
		}
	};

	/** A number takes 48 bits. */
	private static final long NUMBER = (1L << 48) - 1;

	/** Of the key with the number 0. */
	private static final long MILLIS = Workload.EPOCH.toEpochMilli();

	/** How much older than its number commands are that were there beforehand: a year. */
	private static final long BEFORE = 365L * 24 * 60 * 60 * 1000;

	/** Returns a task's key. */
	abstract UUID task(long number);

	/** Returns a command's id. */
	abstract UUID command(long number);

	/** Returns an SQL expression for {@link #task}. */
	abstract String taskSql(String number);

	/** Returns an SQL expression for the id of a command that was there beforehand. */
	abstract String prefilledCommandSql(String number);

	/** Tells the number of the command with an id. */
	static long number(UUID command) {
		return command.getLeastSignificantBits() & NUMBER;
	}

	private static UUID timed(long number) {
		return new UUID((MILLIS + number) << 16 | 0x7000, 0x8000L << 48 | number);
	}

	private static String timedSql(String number, long before) {
		return "(lpad(to_hex(%d + %s), 12, '0') || '70008000' || lpad(to_hex(%s), 12, '0'))::uuid"
			.formatted(MILLIS - before, number, number);
	}

}
