package dev.tidemark.worker.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * SQL taken apart as {@code psql} does it: by the rules of PostgreSQL's own scanner, with
 * standard strings. Nothing else tells for sure where a statement ends, because a
 * semicolon may be in a literal, in a function's body, in a comment, or in parentheses.
 */
final class SqlTokens {

	private final String sql;

	private final List<Token> tokens = new ArrayList<>();

	private int at;

	private SqlTokens(String sql) {
		this.sql = sql;
	}

	/**
	 * Takes a text apart. The tokens cover all of it.
	 * @param sql the text
	 */
	static List<Token> of(String sql) {
		SqlTokens scanner = new SqlTokens(sql);
		while (scanner.at < sql.length()) {
			scanner.next();
		}
		return scanner.tokens;
	}

	/**
	 * Takes a text apart into its statements. A comment before, behind or between them
	 * belongs to none.
	 * @param sql the text
	 */
	static List<Statement> statements(String sql) {
		List<Statement> statements = new ArrayList<>();
		Depth depth = new Depth();
		List<Token> statement = new ArrayList<>();
		for (Token token : of(sql)) {
			if (token.isSemicolon() && depth.isOutermost()) {
				if (!statement.isEmpty()) {
					statements.add(Statement.of(sql, statement));
				}
				statement = new ArrayList<>();
				depth = new Depth();
			}
			else if (token.kind().isSignificant()) {
				statement.add(token);
				depth.enter(token);
			}
		}
		if (!statement.isEmpty()) {
			statements.add(Statement.of(sql, statement));
		}
		return statements;
	}

	/** Counts the lines of a text up to a place in it, from 1. */
	static int line(String text, int place) {
		return (int) text.chars().limit(place).filter((character) -> character == '\n').count() + 1;
	}

	private void next() {
		char first = this.sql.charAt(this.at);
		if (isSpace(first)) {
			int end = this.at;
			while (end < this.sql.length() && isSpace(this.sql.charAt(end))) {
				end++;
			}
			add(Kind.SPACE, end, true);
		}
		else if (this.sql.startsWith("--", this.at)) {
			add(Kind.COMMENT, endOfLine(this.at), true);
		}
		else if (this.sql.startsWith("/*", this.at)) {
			blockComment();
		}
		else if (first == '\'') {
			quoted(Kind.LITERAL, this.at, '\'');
		}
		else if (first == '"') {
			quoted(Kind.NAME, this.at, '"');
		}
		else if (first == '$') {
			dollar();
		}
		else if (isNameStart(first)) {
			word(first);
		}
		else if (isDigit(first)) {
			number();
		}
		else {
			add(Kind.OTHER, this.at + 1, true);
		}
	}

	private void word(char first) {
		boolean quoteFollows = this.sql.startsWith("'", this.at + 1);
		if (quoteFollows && (first == 'e' || first == 'E')) {
			escaped();
		}
		else if (quoteFollows && "bBxXnN".indexOf(first) >= 0) {
			quoted(Kind.LITERAL, this.at + 1, '\'');
		}
		else if ((first == 'u' || first == 'U') && this.sql.startsWith("&'", this.at + 1)) {
			quoted(Kind.LITERAL, this.at + 2, '\'');
		}
		else if ((first == 'u' || first == 'U') && this.sql.startsWith("&\"", this.at + 1)) {
			quoted(Kind.NAME, this.at + 2, '"');
		}
		else {
			int end = this.at;
			while (end < this.sql.length() && isNamePart(this.sql.charAt(end))) {
				end++;
			}
			add(Kind.WORD, end, true);
		}
	}

	private void number() {
		int end = this.at;
		while (end < this.sql.length() && (isNamePart(this.sql.charAt(end)) || this.sql.charAt(end) == '.')) {
			end++;
		}
		add(Kind.OTHER, end, true);
	}

	private void quoted(Kind kind, int open, char quote) {
		int end = this.sql.indexOf(quote, open + 1);
		// Two quotes are one that is meant.
		while (end >= 0 && end + 1 < this.sql.length() && this.sql.charAt(end + 1) == quote) {
			end = this.sql.indexOf(quote, end + 2);
		}
		addUpTo(kind, end, 1);
	}

	/** A literal with backslashes goes on on another line as what it is. */
	private void escaped() {
		int end = endOfEscaped(this.at + 1);
		while (end >= 0) {
			int next = afterLineBreak(end + 1);
			if (next < 0 || !this.sql.startsWith("'", next)) {
				break;
			}
			end = endOfEscaped(next);
		}
		addUpTo(Kind.LITERAL, end, 1);
	}

	private int endOfEscaped(int open) {
		for (int i = open + 1; i < this.sql.length(); i++) {
			char character = this.sql.charAt(i);
			if (character == '\\') {
				i++;
			}
			else if (character == '\'') {
				if (!this.sql.startsWith("'", i + 1)) {
					return i;
				}
				i++;
			}
		}
		return -1;
	}

	/** Skips space and comments to the end of a line; less than 0 if there is no end. */
	private int afterLineBreak(int from) {
		boolean broken = false;
		int i = from;
		while (i < this.sql.length()) {
			if (isSpace(this.sql.charAt(i))) {
				broken |= this.sql.charAt(i) == '\n' || this.sql.charAt(i) == '\r';
				i++;
			}
			else if (this.sql.startsWith("--", i)) {
				i = endOfLine(i);
			}
			else {
				break;
			}
		}
		return broken ? i : -1;
	}

	private void dollar() {
		int end = this.at + 1;
		if (end < this.sql.length() && isNameStart(this.sql.charAt(end))) {
			while (end < this.sql.length() && isNamePart(this.sql.charAt(end)) && this.sql.charAt(end) != '$') {
				end++;
			}
		}
		if (this.sql.startsWith("$", end)) {
			String tag = this.sql.substring(this.at, end + 1);
			addUpTo(Kind.LITERAL, this.sql.indexOf(tag, end + 1), tag.length());
		}
		else {
			add(Kind.OTHER, this.at + 1, true);
		}
	}

	private void blockComment() {
		int depth = 0;
		int i = this.at;
		do {
			if (this.sql.startsWith("/*", i)) {
				depth++;
				i += 2;
			}
			else if (this.sql.startsWith("*/", i)) {
				depth--;
				i += 2;
			}
			else {
				i++;
			}
		}
		while (depth > 0 && i < this.sql.length());
		add(Kind.COMMENT, Math.min(i, this.sql.length()), depth == 0);
	}

	private int endOfLine(int from) {
		int end = from;
		while (end < this.sql.length() && this.sql.charAt(end) != '\n' && this.sql.charAt(end) != '\r') {
			end++;
		}
		return end;
	}

	private void addUpTo(Kind kind, int closing, int length) {
		add(kind, (closing < 0) ? this.sql.length() : closing + length, closing >= 0);
	}

	private void add(Kind kind, int end, boolean closed) {
		this.tokens.add(new Token(kind, this.at, this.sql.substring(this.at, end), closed));
		this.at = end;
	}

	private static boolean isSpace(char character) {
		return " \t\n\r\f\u000b".indexOf(character) >= 0;
	}

	private static boolean isNameStart(char character) {
		return character == '_' || (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
				|| character > '\u007f';
	}

	private static boolean isNamePart(char character) {
		return isNameStart(character) || isDigit(character) || character == '$';
	}

	private static boolean isDigit(char character) {
		return character >= '0' && character <= '9';
	}

	/**
	 * What a token is.
	 */
	enum Kind {

		/** Space and line ends. */
		SPACE,

		/** A comment of either kind. */
		COMMENT,

		/** A literal of any kind, in quotes or between dollars. */
		LITERAL,

		/** A name in double quotes. */
		NAME,

		/** A name or a keyword. */
		WORD,

		/** A number, or any other single character. */
		OTHER;

		boolean isSignificant() {
			return this != SPACE && this != COMMENT;
		}

	}

	/**
	 * A piece of SQL that belongs together.
	 *
	 * @param kind what it is
	 * @param from where it begins
	 * @param text all of it
	 * @param isClosed false if the SQL ends in the middle of it
	 */
	record Token(Kind kind, int from, String text, boolean isClosed) {

		boolean isSemicolon() {
			return is(";");
		}

		boolean is(String other) {
			return this.text.equalsIgnoreCase(other);
		}

		int end() {
			return this.from + this.text.length();
		}

	}

	/**
	 * A statement, without the semicolon at its end.
	 *
	 * @param from where it begins
	 * @param text all of it, with the comments in its middle
	 * @param tokens what it says, without space and comments
	 */
	record Statement(int from, String text, List<Token> tokens) {

		static Statement of(String sql, List<Token> tokens) {
			int from = tokens.getFirst().from();
			return new Statement(from, sql.substring(from, tokens.getLast().end()), List.copyOf(tokens));
		}

		/** What it says, to compare it with another one. */
		List<String> words() {
			return this.tokens.stream().map(Token::text).toList();
		}

		/** Tells whether it begins with these words, whatever their case. */
		boolean beginsWith(String... words) {
			if (this.tokens.size() < words.length) {
				return false;
			}
			for (int i = 0; i < words.length; i++) {
				if (!this.tokens.get(i).is(words[i])) {
					return false;
				}
			}
			return true;
		}

	}

	/**
	 * How deep within a statement its next token is. A function that has a body in SQL
	 * has semicolons between {@code begin} and {@code end}.
	 */
	private static final class Depth {

		private final List<String> firstWords = new ArrayList<>();

		private int parentheses;

		private int blocks;

		boolean isOutermost() {
			return this.parentheses == 0 && this.blocks == 0;
		}

		void enter(Token token) {
			if (token.is("(")) {
				this.parentheses++;
			}
			else if (token.is(")")) {
				this.parentheses = Math.max(0, this.parentheses - 1);
			}
			else if (token.kind() == Kind.WORD) {
				if (this.firstWords.size() < 4) {
					this.firstWords.add(token.text().toLowerCase(Locale.ROOT));
				}
				if (this.parentheses == 0 && isRoutine()) {
					block(token);
				}
			}
		}

		private void block(Token token) {
			if (token.is("begin") || (token.is("case") && this.blocks > 0)) {
				this.blocks++;
			}
			else if (token.is("end")) {
				this.blocks = Math.max(0, this.blocks - 1);
			}
		}

		private boolean isRoutine() {
			int kind = this.firstWords.size() > 2 && Objects.equals(this.firstWords.get(1), "or") ? 3 : 1;
			return this.firstWords.getFirst().equals("create") && this.firstWords.size() > kind
					&& (this.firstWords.get(kind).equals("function") || this.firstWords.get(kind).equals("procedure"));
		}

	}

}
