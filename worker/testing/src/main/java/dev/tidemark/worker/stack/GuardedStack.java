package dev.tidemark.worker.stack;

import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.common.security.auth.SecurityProtocol;

/**
 * A stack whose broker has one more listener: there, users have to say who they are, and
 * may do what access control lists allow them. Whoever comes to the other one may do
 * anything.
 */
public final class GuardedStack implements AutoCloseable {

	private final Stack stack;

	private final int port = Ports.free();

	private GuardedStack(Map<String, String> passwords) {
		Map<String, String> settings = new HashMap<>();
		settings.put("inter.broker.listener.name", "PLAINTEXT");
		settings.put("sasl.enabled.mechanisms", "PLAIN");
		StringBuilder users = new StringBuilder("org.apache.kafka.common.security.plain.PlainLoginModule required");
		passwords.forEach((user, password) -> users.append(" user_%s=\"%s\"".formatted(user, password)));
		settings.put("listener.name.guarded.plain.sasl.jaas.config", users.append(';').toString());
		settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
		settings.put("super.users", "User:ANONYMOUS");
		this.stack = Stack.start((directory) -> new BrokerProcess(directory,
				Map.of("GUARDED://localhost:" + this.port, SecurityProtocol.SASL_PLAINTEXT), settings));
	}

	/**
	 * Starts the servers.
	 * @param passwords the users' passwords
	 * @return the running stack
	 */
	public static GuardedStack start(Map<String, String> passwords) {
		return new GuardedStack(passwords);
	}

	/**
	 * Returns the servers, for whoever may do anything.
	 * @return the stack
	 */
	public Stack stack() {
		return this.stack;
	}

	/**
	 * Returns where clients have to say who they are.
	 * @return host and port
	 */
	public String bootstrapServers() {
		return "localhost:" + this.port;
	}

	@Override
	public void close() {
		this.stack.close();
	}

}
