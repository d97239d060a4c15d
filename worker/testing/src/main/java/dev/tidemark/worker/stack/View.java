package dev.tidemark.worker.stack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How a {@link Cluster} looks from one place, for example from one worker: the links from
 * there to each broker and to the database, which nobody else has.
 */
public final class View {

	private final String bootstrapServers;

	private final Map<Integer, Link> brokers;

	private final Link database;

	View(BrokerCluster brokers, DatabasePair databases, int number) {
		this.bootstrapServers = brokers.bootstrapServers(number);
		this.brokers = new TreeMap<>();
		brokers.ids().forEach((id) -> this.brokers.put(id, brokers.link(number, id)));
		this.database = databases.link(number);
	}

	/**
	 * Returns a tenant as it is found from here.
	 * @param tenant the tenant, as anybody finds it
	 * @return the same one, with the addresses of this view
	 */
	public Tenant of(Tenant tenant) {
		DatabaseAddress address = tenant.database();
		return new Tenant(this.bootstrapServers, new DatabaseAddress(address.host(), this.database.port(),
				address.name(), address.user(), address.password()), tenant.topics(), tenant.groupId());
	}

	/**
	 * Returns the link to a broker.
	 * @param id the broker
	 * @return the link from here
	 */
	public Link broker(int id) {
		return Objects.requireNonNull(this.brokers.get(id), () -> "There is no broker " + id);
	}

	/**
	 * Returns the link to the database.
	 * @return the link from here to whichever server is the primary
	 */
	public Link database() {
		return this.database;
	}

	private List<Link> links() {
		List<Link> links = new ArrayList<>(this.brokers.values());
		links.add(this.database);
		return links;
	}

	/**
	 * Cuts all links from here.
	 */
	public void cut() {
		links().forEach(Link::cut);
	}

	/**
	 * Loses all that goes one way, and nobody is told.
	 * @param direction which way
	 */
	public void lose(Link.Direction direction) {
		links().forEach((link) -> link.lose(direction));
	}

	/**
	 * Stalls all links from here.
	 * @param directions which way; both, if none is given
	 */
	public void stall(Link.Direction... directions) {
		links().forEach((link) -> link.stall(directions));
	}

	/**
	 * Delays all that passes from here and to here.
	 * @param delay for how long, in each direction
	 */
	public void delay(Duration delay) {
		links().forEach((link) -> link.delay(delay));
	}

	/**
	 * Makes all links well again.
	 */
	public void mend() {
		links().forEach(Link::mend);
	}

}
