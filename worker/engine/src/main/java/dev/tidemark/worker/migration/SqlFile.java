package dev.tidemark.worker.migration;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.springframework.util.StringUtils;

import dev.tidemark.worker.migration.SqlTokens.Kind;
import dev.tidemark.worker.migration.SqlTokens.Statement;
import dev.tidemark.worker.migration.SqlTokens.Token;

/**
 * A migration's file as {@code psql} reads it. Liquibase reads it line by line and does
 * not know what a literal is; where that makes a difference, the file is refused, with
 * the place.
 */
final class SqlFile {

	private static final char BYTE_ORDER_MARK = '\ufeff';

	/** What Liquibase takes for an instruction, or may mean it as one. */
	private static final Pattern INSTRUCTION = Pattern.compile(
			"--[\\s-]*(changeset|rollback|comments?|preconditions?(?:-[\\w-]+)?|property|validCheckSum|ignoreLines"
					+ "|ignore|tagDatabase|include|includeAll|liquibase\\s*formatted)\\b(.*)",
			Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

	private static final Pattern IN_BATCHES = Pattern.compile("--[\\s-]*in[\\s-]*batches\\b.*",
			Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

	private static final Pattern ROLLBACK = Pattern.compile("--rollback ?(.*)");

	private static final Pattern ATTRIBUTE = Pattern.compile("(\\w+):(?:\"[^\"]*\"|\\S*)");

	/** Liquibase passes over one that it does not know, such as one that is mistyped. */
	private static final Set<String> ATTRIBUTES = Set.of("labels", "runintransaction", "runalways", "runonchange",
			"context", "contextfilter", "dbms", "failonerror", "splitstatements", "stripcomments", "enddelimiter",
			"rollbackenddelimiter", "rollbacksplitstatements", "logicalfilepath", "runwith", "ignore");

	private final String name;

	private final String text;

	private final List<Token> tokens;

	private final List<String> problems = new ArrayList<>();

	private SqlFile(String path, String text) {
		this.name = String.valueOf(StringUtils.getFilename(path));
		this.text = text;
		this.tokens = SqlTokens.of(text);
	}

	/**
	 * Says where a file is not what Liquibase makes of it.
	 * @param path the file's path
	 * @param bytes what is in it
	 * @param migrations what Liquibase has read in it
	 * @return a line each, with the place
	 */
	static List<String> problems(String path, byte[] bytes, List<Migration> migrations) {
		CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
		ByteBuffer in = ByteBuffer.wrap(bytes);
		CharBuffer out = CharBuffer.allocate(bytes.length + 1);
		CoderResult result = decoder.decode(in, out, true);
		String text = out.flip().toString();
		if (result.isError()) {
			return List.of("%s, line %d: it must be UTF-8".formatted(StringUtils.getFilename(path),
					SqlTokens.line(text, text.length())));
		}
		SqlFile file = new SqlFile(path,
				(!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) ? text.substring(1) : text);
		file.check(migrations);
		return file.problems;
	}

	private void check(List<Migration> migrations) {
		this.tokens.forEach(this::check);
		if (!this.problems.isEmpty()) {
			return;
		}
		List<Statement> statements = SqlTokens.statements(this.text);
		for (Statement statement : statements) {
			if (statement.beginsWith("copy") && statement.tokens().stream().anyMatch((token) -> token.is("stdin"))) {
				object(statement.from(), "rows can't follow a copy from stdin: write them as an insert");
			}
		}
		compare(statements,
				migrations.stream().flatMap((migration) -> migration.upgradeStatements().stream()).toList());
		compareRollbacks(migrations);
	}

	private void check(Token token) {
		if (!token.isClosed()) {
			object(token.from(), "what begins here does not end: " + beginning(token.text()));
		}
		else if ((token.kind() == Kind.LITERAL || token.kind() == Kind.NAME) && token.text().contains("\r")) {
			object(token.from() + token.text().indexOf('\r'),
					"a carriage return within quotes would be kept or not, as the file's line ends are: "
							+ "end lines with a line feed alone, and write one that is meant as E'\\r'");
		}
		else if (token.is("\\")) {
			object(token.from(), "psql's own commands are no SQL: " + line(token.from()));
		}
		else if (token.kind() == Kind.COMMENT && token.text().startsWith("--")) {
			checkInstruction(token);
		}
	}

	private void checkInstruction(Token comment) {
		boolean startsLine = comment.from() == 0 || "\n\r".indexOf(this.text.charAt(comment.from() - 1)) >= 0;
		if (IN_BATCHES.matcher(comment.text()).matches()
				&& !(startsLine && comment.text().stripTrailing().equals(BatchedStatement.MARK))) {
			object(comment.from(), "write %s, in a line of its own, or other words: %s".formatted(BatchedStatement.MARK,
					beginning(comment.text())));
		}
		Matcher instruction = INSTRUCTION.matcher(comment.text());
		if (!instruction.matches()) {
			return;
		}
		String word = instruction.group(1);
		boolean plain = comment.text().startsWith("--" + word.toLowerCase(Locale.ROOT))
				|| comment.text().startsWith("--" + word) || word.toLowerCase(Locale.ROOT).startsWith("liquibase");
		if (!startsLine || !plain) {
			object(comment.from(),
					"Liquibase may take this comment for an instruction: write --%s at the beginning of the line, without a space, or another word: %s"
						.formatted(word.toLowerCase(Locale.ROOT), beginning(comment.text())));
		}
		else if (word.equalsIgnoreCase("changeset")) {
			ATTRIBUTE.matcher(instruction.group(2).strip().replaceFirst("^\\S+", ""))
				.results()
				.filter((attribute) -> !ATTRIBUTES.contains(attribute.group(1).toLowerCase(Locale.ROOT)))
				.forEach((attribute) -> object(comment.from(),
						"Liquibase knows no attribute %s, and passes over it".formatted(attribute.group(1))));
		}
	}

	private void compare(List<Statement> own, List<String> liquibases) {
		List<List<String>> theirs = liquibases.stream().map(SqlFile::words).toList();
		for (int i = 0; i < own.size(); i++) {
			if (i >= theirs.size() || !own.get(i).words().equals(theirs.get(i))) {
				object(own.get(i).from(), "Liquibase reads this statement as another one, or not at all: "
						+ "is there a line in it that looks like an instruction, or a ${parameter}?");
				return;
			}
		}
		if (theirs.size() > own.size()) {
			object(this.text.length(),
					"Liquibase reads a statement that is none: " + beginning(liquibases.get(own.size())));
		}
	}

	private void compareRollbacks(List<Migration> migrations) {
		boolean inBlocks = this.tokens.stream()
			.anyMatch((token) -> token.text().matches("(?is)/\\*\\s*liquibase\\s*rollback.*"));
		if (inBlocks || migrations.size() != 1) {
			return;
		}
		List<Token> lines = this.tokens.stream().filter((token) -> ROLLBACK.matcher(token.text()).matches()).toList();
		String rollback = lines.stream()
			.map((line) -> ROLLBACK.matcher(line.text()).replaceFirst("$1"))
			.collect(Collectors.joining("\n"));
		List<String> theirs = migrations.getFirst().downgradeStatements();
		if (lines.isEmpty() || rollback.strip().matches("empty|not required")) {
			return;
		}
		if (SqlTokens.of(rollback).stream().anyMatch((token) -> !token.isClosed())) {
			object(lines.getFirst().from(), "the rollback ends in the middle of a literal or a comment");
		}
		else if (!SqlTokens.statements(rollback)
			.stream()
			.map(Statement::words)
			.toList()
			.equals(theirs.stream().map(SqlFile::words).toList())) {
			object(lines.getFirst().from(),
					"Liquibase reads another rollback: " + String.join("; ", theirs).replaceAll("\\s+", " "));
		}
	}

	private static List<String> words(String statement) {
		return SqlTokens.statements(statement).stream().flatMap((part) -> part.words().stream()).toList();
	}

	private void object(int place, String problem) {
		this.problems.add("%s, line %d: %s".formatted(this.name, SqlTokens.line(this.text, place), problem));
	}

	private String line(int place) {
		return beginning(this.text.substring(place));
	}

	private static String beginning(String text) {
		String line = text.lines().findFirst().orElse("").strip();
		return (line.length() > 60) ? line.substring(0, 60) + "…" : line;
	}

}
