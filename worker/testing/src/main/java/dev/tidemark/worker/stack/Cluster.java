package dev.tidemark.worker.stack;

import dev.tidemark.worker.stack.DatabasePair.Replication;

/**
 * What a {@link Stack} is made of where it is made as in production: three brokers, a
 * database with a standby, and a network that can be in trouble.
 *
 * @param stack the servers, for who does not care how many there are
 * @param brokers the brokers
 * @param databases the databases
 */
public record Cluster(Stack stack, BrokerCluster brokers, DatabasePair databases) implements AutoCloseable {

	/**
	 * How many views there are: everybody's, which tenants have if they are not told
	 * otherwise, and those of some workers.
	 */
	static final int VIEWS = 4;

	/**
	 * Starts a cluster that is the caller's own.
	 * @param replication when a transaction of the database is committed
	 * @return the running cluster
	 */
	public static Cluster start(Replication replication) {
		return Stack.startCluster(replication).cluster().orElseThrow();
	}

	/**
	 * Returns how the cluster looks from one place.
	 * @param number the place's number; 0 is everybody's
	 * @return the links from there
	 */
	public View view(int number) {
		return new View(this.brokers, this.databases, number);
	}

	/**
	 * Stops all servers and drops their data.
	 */
	@Override
	public void close() {
		this.stack.close();
	}

}
