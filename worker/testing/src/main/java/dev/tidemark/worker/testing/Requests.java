package dev.tidemark.worker.testing;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.Verb;
import dev.tidemark.contracts.examples.Example;
import dev.tidemark.contracts.examples.ExampleData;
import dev.tidemark.contracts.examples.ExampleFolder;
import dev.tidemark.worker.aggregate.DeclaredReferences;
import dev.tidemark.worker.envelope.AggregateKey;

/**
 * Commands as the examples have them, of aggregates that no other test uses.
 */
final class Requests {

	private final Map<String, List<Map<String, @Nullable Object>>> examples = new HashMap<>();

	private final DeclaredReferences references = DeclaredReferences.ofThisApplication();

	private final SplittableRandom random;

	private final Set<String> taken = new HashSet<>();

	Requests(ExampleFolder folder, SplittableRandom random) {
		this.random = random;
		for (Example example : folder.valid()) {
			Map<String, @Nullable Object> members = ExampleData.membersOf(ExampleData.dataOf(example));
			if (members != null) {
				this.examples.computeIfAbsent(example.name().replaceFirst("[^/]*$", ""), (_) -> new ArrayList<>())
					.add(members);
			}
		}
	}

	DeclaredReferences references() {
		return this.references;
	}

	/** A key that nobody else has. */
	String newKey(AggregateType type) {
		return newValue(type, type.key(), true);
	}

	/** A text that no other request has for a member. */
	private String newValue(AggregateType type, Member<?> member, boolean key) {
		for (int i = 0; i < 10_000; i++) {
			String value = anyValue(member);
			if ((!key || isKey(type, value))
					&& this.taken.add(type.wireName() + " " + member.wireName() + " " + value)) {
				return value;
			}
		}
		throw new IllegalStateException("No more values of %s of %s can be made or found in the examples: %s"
			.formatted(member, type.plural(), member.words()));
	}

	private String anyValue(Member<?> member) {
		Map<String, Object> schema = member.schema();
		if (member.type() == UUID.class) {
			return new UUID(this.random.nextLong(), this.random.nextLong()).toString();
		}
		if (member.type() == Long.class) {
			long least = number(schema, "minimum", Long.MIN_VALUE);
			long most = number(schema, "maximum", Long.MAX_VALUE);
			return Long.toString((most == Long.MAX_VALUE) ? this.random.nextLong(least, most)
					: this.random.nextLong(least, most + 1));
		}
		if (member.type() == String.class) {
			int fewest = (int) number(schema, "minLength", 1);
			int most = (int) Math.min(number(schema, "maxLength", 12), Math.max(fewest, 12));
			StringBuilder text = new StringBuilder();
			while (text.length() < most) {
				text.append((char) ('a' + this.random.nextInt(26)));
			}
			return text.toString();
		}
		// A text with a form of its own: only the examples know it.
		List<String> known = this.examples.values()
			.stream()
			.flatMap(List::stream)
			.map((members) -> members.get(member.wireName()))
			.filter(Objects::nonNull)
			.map(Object::toString)
			.distinct()
			.toList();
		return known.get(this.random.nextInt(known.size()));
	}

	private static long number(Map<String, Object> schema, String keyword, long otherwise) {
		return (schema.get(keyword) instanceof Number number) ? number.longValue() : otherwise;
	}

	/** Whether a text can be a key, as records have it. */
	static boolean isKey(AggregateType type, String text) {
		try {
			return new AggregateKey(type, text).command(Verb.REPUBLISH).key().equals(text);
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	/**
	 * As the example says that has the fewest members, under another key, and with other
	 * values of what is unique.
	 */
	Command smallest(CommandType type, String key) {
		return like(type, key, 0);
	}

	/** As the example says that has the most members, under another key. */
	Command fullest(CommandType type, String key) {
		return like(type, key, examplesOf(type).size() - 1);
	}

	/** As any of the examples says, under another key. */
	Command any(CommandType type, String key) {
		return like(type, key, this.random.nextInt(examplesOf(type).size()));
	}

	private Command like(CommandType type, String key, int example) {
		Map<String, @Nullable Object> data = new LinkedHashMap<>(examplesOf(type).get(example));
		data.put(type.rules().getFirst().wireName(), json(type.rules().getFirst(), key));
		for (Member<?> member : type.aggregate().uniqueMembers()) {
			if (data.get(member.wireName()) != null) {
				data.put(member.wireName(), json(member, newValue(type.aggregate(), member, false)));
			}
		}
		return type.read(data);
	}

	private static Object json(Member<?> member, String text) {
		return (member.type() == Long.class) ? new BigDecimal(text) : text;
	}

	/** By the number of their members. */
	private List<Map<String, @Nullable Object>> examplesOf(CommandType type) {
		List<Map<String, @Nullable Object>> examples = this.examples.get("valid/" + type.wireName() + "/");
		if (examples == null) {
			throw new IllegalStateException("There is no example of " + type.wireName());
		}
		return examples.stream().sorted((one, other) -> Integer.compare(one.size(), other.size())).toList();
	}

}
