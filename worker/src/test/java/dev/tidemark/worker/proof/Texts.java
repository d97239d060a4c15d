package dev.tidemark.worker.proof;

import java.util.List;
import java.util.SplittableRandom;

import dev.tidemark.contracts.user.PasswordHash;

/**
 * Texts of all kinds, each different, and secrets that can be found wherever they leak.
 */
final class Texts {

	/** What every secret has somewhere, and nothing else has. */
	static final String SENTINEL = "TIDEMARKSENTINEL";

	/** A password as it must never be sent, but sometimes will. */
	static final String PLAIN_PASSWORD = "hunter2-" + SENTINEL + "-plain";

	private static final List<String> ALPHABETS = List.of("abcdefghijklmnopqrstuvwxyz ", "ÄÖÜäöüßéèñçø ", "Ωλφπ άέή ",
			"日本語東京都漢字", "🌊🐚🦀⛵️👩‍🚀", "שלום مرحبا ", "\"\\/'`${}%&<>;-- \t\n", "e\u0301a\u0308o\u0302\uFEFF\u200B");

	private static final String BASE64 = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

	private Texts() {
	}

	static String title(SplittableRandom random) {
		return text(random, (random.nextInt(100) == 0) ? 1_024 : random.nextInt(1, 40));
	}

	static String description(SplittableRandom random) {
		int length = switch (random.nextInt(200)) {
			case 0 -> 65_536;
			case 1, 2, 3 -> 5_000;
			case 4, 5, 6, 7, 8, 9 -> 0;
			default -> random.nextInt(1, 200);
		};
		return text(random, length);
	}

	/**
	 * Returns a name without control characters, unlike any other because of its number.
	 */
	static String username(SplittableRandom random, String kind, int number) {
		String name = kind + number + text(random, random.nextInt(12)).replaceAll("\\p{Cntrl}", "·");
		return (random.nextInt(20) == 0) ? name + "-".repeat(255 - name.codePointCount(0, name.length())) : name;
	}

	static PasswordHash passwordHash(SplittableRandom random) {
		String prefix = (random.nextInt(2) == 0) ? "{bcrypt}" : "";
		StringBuilder hash = new StringBuilder(prefix + "$2a$10$").append(SENTINEL);
		random.ints(53L - SENTINEL.length(), 0, BASE64.length()).forEach((i) -> hash.append(BASE64.charAt(i)));
		return new PasswordHash(hash.toString());
	}

	private static String text(SplittableRandom random, int codePoints) {
		int[] alphabet = ALPHABETS.get(random.nextInt(ALPHABETS.size())).codePoints().toArray();
		StringBuilder text = new StringBuilder();
		random.ints(codePoints, 0, alphabet.length).forEach((i) -> text.appendCodePoint(alphabet[i]));
		return text.toString();
	}

}
