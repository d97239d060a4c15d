package dev.tidemark.worker.batch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.observability.PollSpans;
import dev.tidemark.worker.outcome.Decided;
import dev.tidemark.worker.outcome.Advance;
import dev.tidemark.worker.outcome.LoggedCommand;
import dev.tidemark.worker.outcome.Position;
import dev.tidemark.worker.publication.Event;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.publication.Publisher;

/**
 * What has to be remembered of a poll when more than one transaction is needed for it:
 * everything that comes of a poll is published together, so until all of it is decided
 * nothing of it is sure to be published.
 */
public final class PollProgress {

	private final SortedMap<TopicPartition, Position> bounds;

	private final GroupState group;

	private final PollSpans spans;

	private final Publisher publisher;

	private Map<AggregateKey, Shown> shown = new HashMap<>();

	private final List<Decided> decided = new ArrayList<>();

	/** Whether a transaction has committed, with how far the poll goes. */
	private boolean recorded;

	/**
	 * Starts with nothing decided.
	 * @param bounds by partition, the offsets of the poll's first record and behind its
	 * last
	 * @param group where the group was before this poll, in partitions that are not in
	 * it, too
	 * @param spans the commands' spans
	 * @param publisher who will publish what comes of the poll
	 */
	public PollProgress(SortedMap<TopicPartition, Position> bounds, GroupState group, PollSpans spans,
			Publisher publisher) {
		this.bounds = Collections.unmodifiableSortedMap(bounds);
		this.group = group;
		this.spans = spans;
		this.publisher = publisher;
	}

	/** Where the poll ends in one of its partitions. */
	long end(TopicPartition partition) {
		return Objects.requireNonNull(this.bounds.get(partition), partition::toString).readBefore();
	}

	/** The partitions that the poll's records come from. */
	Set<TopicPartition> partitions() {
		return this.bounds.keySet();
	}

	/** Where the group was before the poll. */
	GroupState group() {
		return this.group;
	}

	/** How far the poll goes in some of its partitions. */
	SortedMap<TopicPartition, Advance> advances(Predicate<TopicPartition> which) {
		SortedMap<TopicPartition, Advance> advances = new TreeMap<>(this.bounds.comparator());
		this.bounds.forEach((partition, bounds) -> {
			if (which.test(partition)) {
				advances.put(partition, this.group.advance(partition, bounds));
			}
		});
		return advances;
	}

	/**
	 * Tells whether a record came in an earlier poll, so that what came of it is sure to
	 * be published: a poll begins where the last Kafka transaction ended.
	 */
	boolean beganAfter(Coordinates coordinates) {
		Position bounds = this.bounds.get(coordinates.topicPartition());
		return bounds == null || bounds.publishedBefore() > coordinates.offset();
	}

	PollSpans spans() {
		return this.spans;
	}

	/**
	 * To be called when a transaction has decided all and written nothing.
	 * @throws org.apache.kafka.common.KafkaException if the events can't be sent
	 */
	void sendAhead(List<Event> events) {
		if (events.stream().anyMatch(DeadLetter.class::isInstance)) {
			// Whether there are too many is asked when all of the poll has been decided.
			withdraw();
		}
		else {
			this.publisher.sendAhead(events);
		}
	}

	/**
	 * Takes back what has been sent ahead, as a transaction has failed, and has nothing
	 * more sent before all of the poll has been decided.
	 * @throws org.apache.kafka.common.KafkaException if it is not known to be taken back
	 */
	public void withdraw() {
		this.publisher.withdraw();
	}

	/** What a transaction may change for itself and then {@link #keep}. */
	Map<AggregateKey, Shown> shown() {
		return new HashMap<>(this.shown);
	}

	/** To be called when the transaction has committed. */
	void keep(Map<AggregateKey, Shown> shown, List<Decided> decided) {
		this.shown = shown;
		this.decided.addAll(decided);
		this.recorded = true;
	}

	/**
	 * Tells whether the database knows how far the poll goes, as it must before the group
	 * does.
	 * @return whether a transaction has committed
	 */
	public boolean isRecorded() {
		return this.recorded;
	}

	/**
	 * Returns what the commands have come to.
	 * @return what has been decided by committed transactions, in order
	 */
	public List<Decided> decided() {
		return Collections.unmodifiableList(this.decided);
	}

	/**
	 * The command whose outcome an aggregate's row shows.
	 *
	 * @param command the last command of this poll that published the aggregate
	 * @param json the snapshot in UTF-8; null if it was a tombstone
	 */
	@SuppressWarnings("ArrayRecordComponent") // Bytes that pass through, and are never
												// compared.
	record Shown(LoggedCommand command, byte @Nullable [] json) {
	}

}
