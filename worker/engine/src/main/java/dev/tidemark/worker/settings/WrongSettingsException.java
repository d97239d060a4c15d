package dev.tidemark.worker.settings;

import java.util.List;

/**
 * Settings are not what they may be. Waiting does not help. The lines say which, and what
 * each may be; none of them has a secret in it.
 */
public final class WrongSettingsException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String[] lines;

	/**
	 * Settings are wrong.
	 * @param lines what is wrong, a line for each setting, one at least
	 */
	public WrongSettingsException(List<String> lines) {
		super(String.join("; ", lines));
		this.lines = lines.toArray(String[]::new);
	}

	/**
	 * Returns what is wrong.
	 * @return a line for each setting, without a new line at its end
	 */
	public List<String> lines() {
		return List.of(this.lines);
	}

}
