package dev.tidemark.worker.proof;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.post.PostCommand.CreatePost;
import dev.tidemark.contracts.post.PostCommand.UpdatePost;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;

import static dev.tidemark.contracts.DeadLetterReason.KEY_MISMATCH;
import static dev.tidemark.contracts.DeadLetterReason.MALFORMED_DATA;
import static dev.tidemark.contracts.DeadLetterReason.NOT_A_CLOUD_EVENT;
import static dev.tidemark.contracts.DeadLetterReason.UNKNOWN_TYPE;

/**
 * A way to make a poison of a well-formed command.
 *
 * @param kind what it makes wrong
 * @param reason the reason that the dead letter must give
 * @param victims the commands that it can spoil
 * @param envelope spoils the envelope
 * @param value makes the record's value of the envelope
 */
record Spoiler(String kind, DeadLetterReason reason, Class<? extends Command> victims, Consumer<Envelope> envelope,
		Function<Envelope, byte @Nullable []> value) {

	/** Every way to be wrong about which the contract leaves no doubt. */
	static final List<Spoiler> ALL = List.of(
			// no event
			envelope("no attributes at all", NOT_A_CLOUD_EVENT, Command.class, Spoiler::removeAttributes),
			envelope("no id", NOT_A_CLOUD_EVENT, Command.class, (it) -> it.attributes.remove("id")),
			envelope("no source", NOT_A_CLOUD_EVENT, Command.class, (it) -> it.attributes.remove("source")),
			envelope("no type", NOT_A_CLOUD_EVENT, Command.class, (it) -> it.attributes.remove("type")),
			envelope("no specversion", NOT_A_CLOUD_EVENT, Command.class, (it) -> it.attributes.remove("specversion")),
			envelope("specversion 0.3", NOT_A_CLOUD_EVENT, Command.class,
					(it) -> it.attributes.put("specversion", "0.3")),
			envelope("id is no UUID", NOT_A_CLOUD_EVENT, Command.class, (it) -> it.attributes.put("id", "1-1-1-1-1")),
			envelope("an id of zeros", NOT_A_CLOUD_EVENT, Command.class,
					(it) -> it.attributes.put("id", "00000000-0000-0000-0000-000000000000")),
			envelope("an id of ones", NOT_A_CLOUD_EVENT, Command.class,
					(it) -> it.attributes.put("id", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF")),
			envelope("source is no URI", NOT_A_CLOUD_EVENT, Command.class,
					(it) -> it.attributes.put("source", "not a uri")),
			envelope("time is no time", NOT_A_CLOUD_EVENT, Command.class,
					(it) -> it.attributes.put("time", "2026-13-01T00:00:00Z")),
			envelope("a time after 9999 in UTC", NOT_A_CLOUD_EVENT, Command.class,
					(it) -> it.attributes.put("time", "9999-12-31T23:59:59-01:00")),
			envelope("a time before 0000 in UTC", NOT_A_CLOUD_EVENT, Command.class,
					(it) -> it.attributes.put("time", "0000-01-01T00:00:00+00:01")),
			envelope("a time in a leap second", NOT_A_CLOUD_EVENT, Command.class,
					(it) -> it.attributes.put("time", "2016-12-31T23:59:60Z")),
			envelope("a source too long", NOT_A_CLOUD_EVENT, Command.class,
					(it) -> it.attributes.put("source", "/" + "s".repeat(Envelopes.MAX_ATTRIBUTE))),
			envelope("a plain traceparent too long", NOT_A_CLOUD_EVENT, Command.class,
					(it) -> it.headers.add(Envelope.header("traceparent", "t".repeat(Envelopes.MAX_ATTRIBUTE + 1)))),
			envelope("a correlationid too long", NOT_A_CLOUD_EVENT, Command.class,
					(it) -> it.attributes.put("correlationid", "c".repeat(Envelopes.MAX_ATTRIBUTE + 1))),
			envelope("too many headers", NOT_A_CLOUD_EVENT, Command.class,
					(it) -> it.headers.addAll(OddHeaders.many(OddHeaders.MAX_COUNT + 1))),
			envelope("headers too large", NOT_A_CLOUD_EVENT, Command.class,
					(it) -> it.headers.add(Envelope.header("x-bulky", "b".repeat(OddHeaders.MAX_BYTES + 1)))),
			envelope("expectedversion is no number", NOT_A_CLOUD_EVENT, UpdateTask.class,
					(it) -> it.attributes.put("expectedversion", "two")),
			value("structured, and no JSON", NOT_A_CLOUD_EVENT, Command.class, (it) -> it.structured = true,
					(it) -> truncated(it.value())),
			// another type
			envelope("type of nobody", UNKNOWN_TYPE, Command.class,
					(it) -> it.attributes.put("type", "dev.tidemark.task.create.v2")),
			envelope("type of the other topic", UNKNOWN_TYPE, CreateTask.class,
					(it) -> it.attributes.put("type", "dev.tidemark.user.delete.v1")),
			envelope("type of a topic alike", UNKNOWN_TYPE, CreatePost.class,
					(it) -> it.attributes.put("type", "dev.tidemark.task.create.v1")),
			// other data
			value("tombstone", MALFORMED_DATA, Command.class, (it) -> it.structured = false, (_) -> null),
			value("no bytes", MALFORMED_DATA, Command.class, (it) -> it.structured = false, (_) -> new byte[0]),
			value("truncated JSON", MALFORMED_DATA, Command.class, (it) -> it.structured = false,
					(it) -> truncated(it.value())),
			value("more than one JSON", MALFORMED_DATA, Command.class, (it) -> it.structured = false,
					(it) -> text(it).concat("{}").getBytes(StandardCharsets.UTF_8)),
			value("no UTF-8", MALFORMED_DATA, CreateTask.class, (it) -> it.structured = false,
					(it) -> (text(it) + "ÿ").replace("\"title\":\"", "\"title\":\"ÿ")
						.getBytes(StandardCharsets.ISO_8859_1)),
			value("byte order mark", MALFORMED_DATA, Command.class, (it) -> it.structured = false,
					(it) -> ("\uFEFF" + text(it)).getBytes(StandardCharsets.UTF_8)),
			value("an array", MALFORMED_DATA, Command.class, (it) -> it.structured = false,
					(it) -> ("[" + text(it) + "]").getBytes(StandardCharsets.UTF_8)),
			value("a member twice", MALFORMED_DATA, CreateTask.class, (it) -> it.structured = false,
					(it) -> text(it).replaceFirst("\\{", "{\"title\":\"first\",").getBytes(StandardCharsets.UTF_8)),
			value("a lone surrogate", MALFORMED_DATA, CreateTask.class, (it) -> it.structured = false,
					(it) -> text(it).replaceFirst("\"title\":\"", "\"title\":\"\\\\ud83d")
						.getBytes(StandardCharsets.UTF_8)),
			value("one byte too many", MALFORMED_DATA, Command.class, (it) -> it.structured = false,
					(it) -> it.padded(Envelope.MAX_VALUE + 1)),
			value("structured, and one byte too many", MALFORMED_DATA, Command.class, (it) -> it.structured = true,
					(it) -> it.padded(Envelope.MAX_VALUE + 1)),
			value("more than a dead letter may have", MALFORMED_DATA, Command.class, (it) -> it.structured = false,
					(it) -> it.padded(2 * Envelope.MAX_VALUE + 100_000)),
			envelope("a misspelt member", MALFORMED_DATA, Command.class, (it) -> it.data.put("tilte", "x")),
			envelope("no title", MALFORMED_DATA, CreateTask.class, (it) -> it.data.remove("title")),
			envelope("a title of null", MALFORMED_DATA, CreateTask.class, (it) -> it.data.putNull("title")),
			envelope("a number for a title", MALFORMED_DATA, CreateTask.class, (it) -> it.data.put("title", 42)),
			envelope("an empty title", MALFORMED_DATA, CreateTask.class, (it) -> it.data.put("title", "")),
			envelope("a title too long", MALFORMED_DATA, CreateTask.class,
					(it) -> it.data.put("title", "🌊".repeat(1_025))),
			envelope("U+0000", MALFORMED_DATA, CreateTask.class, (it) -> it.data.put("title", "a\0b")),
			envelope("a description too long", MALFORMED_DATA, CreateTask.class,
					(it) -> it.data.put("description", "d".repeat(65_537))),
			envelope("an object for a description", MALFORMED_DATA, CreateTask.class,
					(it) -> it.data.putObject("description")),
			envelope("a status of nobody", MALFORMED_DATA, CreateTask.class, (it) -> it.data.put("status", "DONE")),
			envelope("a control character in a name", MALFORMED_DATA, CreateTask.class,
					(it) -> it.data.put("username", "a\nb")),
			envelope("an id in upper case", MALFORMED_DATA, CreateTask.class,
					(it) -> it.data.put("taskId", "ABCDEFAB-CDEF-4BCD-8FAB-CDEFABCDEFAB")),
			envelope("no change", MALFORMED_DATA, UpdateTask.class, (it) -> it.data.retain("taskId")),
			envelope("a post without a title", MALFORMED_DATA, CreatePost.class, (it) -> it.data.remove("title")),
			envelope("a text too long", MALFORMED_DATA, CreatePost.class,
					(it) -> it.data.put("text", "d".repeat(65_537))),
			envelope("U+0000 in a text", MALFORMED_DATA, CreatePost.class, (it) -> it.data.put("text", "a\0b")),
			envelope("a member of others", MALFORMED_DATA, CreatePost.class, (it) -> it.data.put("status", "pending")),
			envelope("the key's name of others", MALFORMED_DATA, CreatePost.class,
					(it) -> it.data.set("taskId", it.data.remove("postId"))),
			envelope("no change of a post", MALFORMED_DATA, UpdatePost.class, (it) -> it.data.retain("postId")),
			envelope("a password", MALFORMED_DATA, RegisterUser.class,
					(it) -> it.data.put("passwordHash", Texts.PLAIN_PASSWORD)),
			envelope("a password that pretends", MALFORMED_DATA, RegisterUser.class,
					(it) -> it.data.put("passwordHash", "{noop}" + Texts.PLAIN_PASSWORD)),
			value("a hash that is cut off", MALFORMED_DATA, RegisterUser.class, (it) -> it.structured = false,
					(it) -> Arrays.copyOf(it.value(), it.value().length - 4)),
			value("a hash outside of quotes", MALFORMED_DATA, RegisterUser.class, (it) -> it.structured = false,
					(it) -> text(it).replace("\"passwordHash\":\"", "\"passwordHash\":")
						.getBytes(StandardCharsets.UTF_8)),
			envelope("a hash in a list", MALFORMED_DATA, RegisterUser.class,
					(it) -> it.data.putArray("passwordHash").add(Texts.PLAIN_PASSWORD)),
			// another key
			envelope("no key", KEY_MISMATCH, Command.class, (it) -> it.key = null),
			envelope("the key of another", KEY_MISMATCH, Command.class, (it) -> it.key = "somebody else"));

	private static Spoiler envelope(String kind, DeadLetterReason reason, Class<? extends Command> victims,
			Consumer<Envelope> envelope) {
		return new Spoiler(kind, reason, victims, envelope, Envelope::value);
	}

	private static Spoiler value(String kind, DeadLetterReason reason, Class<? extends Command> victims,
			Consumer<Envelope> envelope, Function<Envelope, byte @Nullable []> value) {
		return new Spoiler(kind, reason, victims, envelope, value);
	}

	private static void removeAttributes(Envelope envelope) {
		envelope.structured = false;
		envelope.attributes.removeAll();
	}

	private static byte[] truncated(byte[] value) {
		return Arrays.copyOf(value, value.length / 2);
	}

	private static String text(Envelope envelope) {
		return new String(envelope.value(), StandardCharsets.UTF_8);
	}

}
