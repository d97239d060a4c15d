package dev.tidemark.contracts;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A rule of snapshots that no member can tell alone: one is null, except, and only
 * except, while another has a certain value.
 *
 * @param member the member that can be null
 * @param other the member that decides
 * @param value what it then is, as JSON's value
 */
public record NullUnless(Member<?> member, Member<?> other, Object value) {

	/**
	 * Returns the rule in the words of JSON Schema.
	 * @return the keywords, in their order
	 */
	public Map<String, Object> schema() {
		Map<String, Object> schema = new LinkedHashMap<>();
		schema.put("if", property(this.other, "const", this.value));
		schema.put("then", property(this.member, "type", String.valueOf(this.member.publishedSchema().get("type"))));
		schema.put("else", property(this.member, "type", "null"));
		return schema;
	}

	private static Map<String, Object> property(Member<?> member, String keyword, Object value) {
		return Map.of("properties", Map.of(member.wireName(), Map.of(keyword, value)));
	}

	/**
	 * Returns the rule in words for people.
	 * @return for example {@code `closedAt` is null unless `state` is `closed`}, in
	 * Markdown
	 */
	public String words() {
		return "`%s` is `null` unless `%s` is `%s`".formatted(this.member.wireName(), this.other.wireName(),
				this.value);
	}

}
