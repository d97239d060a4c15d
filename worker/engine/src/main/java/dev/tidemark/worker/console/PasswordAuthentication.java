package dev.tidemark.worker.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/**
 * Knows the one password. How long the comparison takes says nothing about it, and
 * whoever guesses waits.
 */
final class PasswordAuthentication implements AuthenticationProvider {

	private static final Logger logger = LoggerFactory.getLogger(PasswordAuthentication.class);

	private final byte[] expected;

	private final Attempts attempts;

	PasswordAuthentication(String password, Attempts attempts) {
		this.expected = digest(password);
		this.attempts = attempts;
	}

	/** One at a time: nobody gets more guesses by making them at once. */
	@Override
	public synchronized Authentication authenticate(Authentication attempt) {
		String address = (attempt.getDetails() instanceof WebAuthenticationDetails details)
				? String.valueOf(details.getRemoteAddress()) : "";
		Duration wait = this.attempts.wait(address);
		if (wait.isPositive()) {
			throw new TooManyAttemptsException(wait);
		}
		if (!MessageDigest.isEqual(this.expected, digest(String.valueOf(attempt.getCredentials())))) {
			this.attempts.failed(address);
			logger.warn("A sign-in to the console with a wrong password, from {}", address);
			throw new BadCredentialsException("The password is wrong");
		}
		this.attempts.succeeded(address);
		logger.info("Signed in to the console from {}", address);
		return UsernamePasswordAuthenticationToken.authenticated("operator", null, AuthorityUtils.NO_AUTHORITIES);
	}

	@Override
	public boolean supports(Class<?> type) {
		return UsernamePasswordAuthenticationToken.class.isAssignableFrom(type);
	}

	/** So that what is compared has one length, whatever was given. */
	private static byte[] digest(String password) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(password.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** An attempt that is not even looked at. */
	static final class TooManyAttemptsException extends LockedException {

		private static final long serialVersionUID = 1L;

		private final Duration wait;

		TooManyAttemptsException(Duration wait) {
			super("Too many wrong passwords");
			this.wait = wait;
		}

		/** How long to wait before the next attempt. */
		Duration remaining() {
			return this.wait;
		}

	}

}
