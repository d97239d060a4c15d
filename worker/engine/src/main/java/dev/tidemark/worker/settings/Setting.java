package dev.tidemark.worker.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.convert.ConversionException;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;

/**
 * A setting that Tidemark documents, and what it may be.
 *
 * @param property the property that the worker reads
 * @param part who reads it
 * @param advice what it may be, to go on after "it may be"
 * @param good whether a value is that
 * @param emptyIsUnset whether an empty value is none, as of anything but text
 */
record Setting(String property, Part part, String advice, Predicate<String> good, boolean emptyIsUnset) {

	private static final Duration FOREVER = Duration.ofDays(36500);

	/** What Kafka has as a number of milliseconds in 31 bits. */
	private static final Duration LONGEST_POLL = Duration.ofDays(24);

	/** What PostgreSQL has as a number of milliseconds in 31 bits. */
	private static final Duration LONGEST_QUEUE = Duration.ofDays(24);

	/** One, or several with their ports but the last one's. */
	private static final Pattern HOST = Pattern.compile("([^\\s,/?#@]+,)*(\\[[0-9a-fA-F:.%]+]|[^\\s,/?#@:]+)");

	private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

	private static final List<String> LOST_RECORDS = List.of("stop", "pass-over");

	private static final List<String> LOG_FORMATS = List.of("ecs", "gelf", "logstash");

	/**
	 * All settings with rules of Tidemark's own, as {@code CONFIGURATION.md} has them.
	 */
	static final List<Setting> ALL = withTopics(List.of(
			text("DB_HOST", Part.DATABASE, "the name or the address of the database's host, and DB_PORT its port",
					HOST.asMatchPredicate()),
			number("DB_PORT", Part.DATABASE, 1, 65535).neverEmpty(),
			text("DB_NAME", Part.DATABASE, "the database's name", (value) -> !value.isBlank()),
			text("spring.datasource.username", Part.DATABASE, "the name of a role", (value) -> !value.isBlank()),
			duration("tidemark.migration.lock-timeout", Part.MIGRATION, Duration.ZERO, FOREVER),
			duration("tidemark.migration.queue-for", Part.MIGRATION, Duration.ofMillis(1), LONGEST_QUEUE),
			duration("tidemark.migration.retry-for", Part.MIGRATION, Duration.ZERO, FOREVER),
			number("tidemark.migration.batch-rows", Part.MIGRATION, 1, 1_000_000),
			duration("tidemark.migration.batch-pause", Part.MIGRATION, Duration.ZERO, FOREVER),
			text("tidemark.migration.scratch-url", Part.MIGRATION,
					"the address of an empty database, jdbc:postgresql://HOST:PORT/DATABASE",
					(value) -> value.isEmpty() || Driver.parseURL(value, null) != null),
			text("spring.kafka.bootstrap-servers", Part.KAFKA, "HOST:PORT, or several with commas between them",
					Setting::areServers),
			text("spring.kafka.consumer.group-id", Part.KAFKA, "the name of a consumer group",
					(value) -> !value.isBlank()),
			topic("tidemark.topics.command-rejections"), flag("tidemark.topics.create", Part.KAFKA),
			number("tidemark.topics.partitions", Part.KAFKA, 1, 1_000_000),
			number("tidemark.topics.replicas", Part.KAFKA, 1, Short.MAX_VALUE),
			number("tidemark.concurrency", Part.WORKER, 1, 10_000),
			duration("tidemark.defer-for", Part.WORKER, Duration.ofMillis(1), FOREVER),
			duration("tidemark.defer-sweep", Part.WORKER, Duration.ofMillis(1), FOREVER),
			duration("tidemark.command-log-retention", Part.WORKER, Duration.ofSeconds(1), FOREVER),
			duration("tidemark.purge.every", Part.WORKER, Duration.ofMillis(1), FOREVER),
			number("tidemark.purge.pages", Part.WORKER, 1, Integer.MAX_VALUE),
			duration("tidemark.purge.pause", Part.WORKER, Duration.ofMillis(1), FOREVER),
			number("tidemark.guard.max-run", Part.WORKER, 1, Integer.MAX_VALUE), ratio("tidemark.guard.max-ratio"),
			number("tidemark.guard.window", Part.WORKER, 1, Integer.MAX_VALUE),
			duration("tidemark.poll-within", Part.WORKER, Duration.ofSeconds(1), LONGEST_POLL),
			text("tidemark.lost-records", Part.WORKER, choice(LOST_RECORDS),
					(value) -> LOST_RECORDS.contains(value.toLowerCase(Locale.ROOT))),
			duration("tidemark.stop-within", Part.WORKER, Duration.ZERO, FOREVER), flag("tidemark.traces", Part.WORKER),
			duration("tidemark.retry.from", Part.WORKER, Duration.ofMillis(1), FOREVER),
			duration("tidemark.retry.up-to", Part.WORKER, Duration.ofMillis(1), FOREVER),
			flag("tidemark.console.enabled", Part.WORKER),
			text("tidemark.console.password", Part.WORKER, "any text", (_) -> true),
			number("server.port", Part.WORKER, 0, 65535).neverEmpty(),
			text("logging.structured.format.console", Part.WORKER, choice(LOG_FORMATS) + ", or left out",
					(value) -> value.isEmpty() || LOG_FORMATS.contains(value.toLowerCase(Locale.ROOT))
							|| ClassUtils.isPresent(value, null))));

	/** Says that a value is not what the setting may be, or returns null if it is. */
	@Nullable String objection(WrittenSetting written) {
		if (written.value().isEmpty() && this.emptyIsUnset) {
			return null;
		}
		return this.good.test(written.value()) ? null : written.objection("it may be " + this.advice);
	}

	/** Tells whether the database's address is made of it. */
	boolean isOfAddress() {
		return this.property.startsWith("DB_");
	}

	/** Names the variable that {@code CONFIGURATION.md} has for a property. */
	static String variable(String property) {
		return switch (property) {
			case "server.port" -> "MANAGEMENT_PORT";
			case "spring.kafka.bootstrap-servers" -> "KAFKA_BOOTSTRAP_SERVERS";
			case "spring.kafka.consumer.group-id" -> "TIDEMARK_GROUP_ID";
			case "spring.datasource.username" -> "DB_USER";
			case "tidemark.console.enabled" -> "TIDEMARK_CONSOLE";
			default -> property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
		};
	}

	/**
	 * Converts a value as the worker does.
	 * @param value the value
	 * @param type what it is to be
	 * @return what it is then, or null if it is not that
	 */
	static <T> @Nullable T convert(String value, Class<T> type) {
		try {
			return ApplicationConversionService.getSharedInstance().convert(value, type);
		}
		catch (ConversionException ex) {
			// Which is what is asked here.
			return null;
		}
	}

	static String choice(List<String> values) {
		return String.join(", ", values.subList(0, values.size() - 1)) + " or " + values.getLast();
	}

	private static Setting text(String property, Part part, String advice, Predicate<String> good) {
		return new Setting(property, part, advice, good, false);
	}

	/** Each type of aggregate has topics of its own. */
	private static List<Setting> withTopics(List<Setting> others) {
		List<Setting> all = new ArrayList<>(others);
		for (AggregateType type : Catalogue.installed().aggregates()) {
			List.of("commands", "read-model", "commands-dlt").forEach((use) -> all.add(topic(topicOf(type, use))));
		}
		return List.copyOf(all);
	}

	/**
	 * Names the property that says which topic a type of aggregate uses for something.
	 */
	static String topicOf(AggregateType type, String use) {
		return "tidemark.topics.%s-%s".formatted(type.wireName(), use);
	}

	private static Setting topic(String property) {
		return text(property, Part.KAFKA,
				"the name of a topic: up to 249 of the letters a to z and A to Z, digits, '.', '_' and '-'",
				TOPIC.asMatchPredicate());
	}

	private static Setting flag(String property, Part part) {
		return new Setting(property, part, "true or false", (value) -> convert(value, Boolean.class) != null, true);
	}

	private static Setting number(String property, Part part, int from, int to) {
		String advice = (to == Integer.MAX_VALUE) ? "a whole number of at least " + from
				: "a whole number from %d to %d".formatted(from, to);
		return new Setting(property, part, advice, (value) -> {
			Integer number = convert(value, Integer.class);
			return number != null && number >= from && number <= to;
		}, true);
	}

	private static Setting ratio(String property) {
		return new Setting(property, Part.WORKER, "a number from 0 to 1, such as 0.5", (value) -> {
			Double number = convert(value, Double.class);
			return number != null && number >= 0 && number <= 1;
		}, true);
	}

	private static Setting duration(String property, Part part, Duration from, Duration to) {
		String least = from.isZero() ? "none that is negative" : "no less than " + text(from);
		return new Setting(property, part,
				"a duration, such as 500ms, 30s, 5m, 6h or 14d: %s, no more than %s".formatted(least, text(to)),
				(value) -> {
					Duration duration = convert(value, Duration.class);
					return duration != null && duration.compareTo(from) >= 0 && duration.compareTo(to) <= 0;
				}, true);
	}

	private static String text(Duration duration) {
		if (duration.toMillis() < 1000) {
			return duration.toMillis() + "ms";
		}
		return (duration.toDays() > 0) ? duration.toDays() + "d" : duration.toSeconds() + "s";
	}

	/** Of something that is read by itself, not by way of a property. */
	private Setting neverEmpty() {
		return new Setting(this.property, this.part, this.advice, this.good, false);
	}

	private static boolean areServers(String value) {
		List<String> servers = Arrays.stream(value.split(","))
			.map(String::strip)
			.filter((server) -> !server.isEmpty())
			.toList();
		return !servers.isEmpty() && servers.stream().allMatch(Setting::isServer);
	}

	private static boolean isServer(String value) {
		int colon = value.lastIndexOf(':');
		Integer port = convert(value.substring(colon + 1), Integer.class);
		return StringUtils.hasText(Utils.getHost(value)) && port != null && port >= 1 && port <= 65535;
	}

	/**
	 * Who reads a setting.
	 */
	enum Part {

		/** Whoever needs the database. */
		DATABASE,

		/** Whoever needs the broker. */
		KAFKA,

		/** Whoever changes the schema. */
		MIGRATION,

		/** The worker alone. */
		WORKER

	}

}
