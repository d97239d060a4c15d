package dev.tidemark.worker.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the broker how far the group has come: what all workers do together, which none of
 * them knows.
 */
final class ConsumerGroup implements AutoCloseable {

	/** Seconds after which an earlier look says nothing of just now. */
	private static final double NOT_NOW = 30;

	private final Map<String, Object> settings;

	private final String groupId;

	private final List<String> topics;

	private @Nullable Admin admin;

	private @Nullable Look before;

	private final Map<TopicPartition, GroupProgress.Partition> seen = new HashMap<>();

	/**
	 * Asks nothing yet.
	 * @param settings how to reach the broker
	 * @param groupId the group
	 * @param topics the topics that it consumes
	 */
	ConsumerGroup(Map<String, Object> settings, String groupId, List<String> topics) {
		this.settings = settings;
		this.groupId = groupId;
		this.topics = topics;
	}

	synchronized GroupProgress progress() throws InterruptedException {
		Admin client = admin();
		var topics = client.describeTopics(this.topics).allTopicNames();
		var committed = client.listConsumerGroupOffsets(this.groupId).partitionsToOffsetAndMetadata();
		var group = client.describeConsumerGroups(List.of(this.groupId)).all();
		List<TopicPartition> partitions = partitions(get(topics).values());
		// An open transaction ends what readers of committed records can see. What lies
		// behind it is somebody's all the same.
		Map<TopicPartition, Long> stable = offsets(client, partitions, OffsetSpec.latest(),
				IsolationLevel.READ_COMMITTED);
		Map<TopicPartition, Long> ends = offsets(client, partitions, OffsetSpec.latest(),
				IsolationLevel.READ_UNCOMMITTED);
		Map<TopicPartition, Long> next = next(client, partitions, get(committed));
		Map<TopicPartition, String> owners = new HashMap<>();
		int members = owners(group, owners);
		Instant now = Instant.now();
		List<GroupProgress.Partition> found = new ArrayList<>();
		for (TopicPartition partition : partitions) {
			GroupProgress.Partition one = GroupProgress.Partition.of(partition, next.getOrDefault(partition, 0L),
					stable.getOrDefault(partition, 0L), ends.getOrDefault(partition, 0L), owners.get(partition),
					this.seen.get(partition), now);
			this.seen.put(partition, one);
			found.add(one);
		}
		return new GroupProgress(members, found.stream().mapToLong(GroupProgress.Partition::getLag).sum(),
				perSecond(found), found);
	}

	private Admin admin() {
		Admin current = this.admin;
		if (current == null) {
			current = Admin.create(this.settings);
			this.admin = current;
		}
		return current;
	}

	private static List<TopicPartition> partitions(Collection<TopicDescription> topics) {
		return topics.stream()
			.flatMap((topic) -> topic.partitions()
				.stream()
				.map((partition) -> new TopicPartition(topic.name(), partition.partition())))
			.sorted(Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition))
			.toList();
	}

	private static Map<TopicPartition, Long> offsets(Admin client, Collection<TopicPartition> partitions,
			OffsetSpec which, IsolationLevel isolation) throws InterruptedException {
		Map<TopicPartition, OffsetSpec> question = new HashMap<>();
		partitions.forEach((partition) -> question.put(partition, which));
		Map<TopicPartition, Long> offsets = new HashMap<>();
		for (Map.Entry<TopicPartition, ListOffsetsResultInfo> found : get(
				client.listOffsets(question, new ListOffsetsOptions(isolation)).all())
			.entrySet()) {
			offsets.put(found.getKey(), found.getValue().offset());
		}
		return offsets;
	}

	/** Where nothing was committed, it begins at the beginning. */
	private static Map<TopicPartition, Long> next(Admin client, Collection<TopicPartition> partitions,
			Map<TopicPartition, @Nullable OffsetAndMetadata> committed) throws InterruptedException {
		Map<TopicPartition, Long> next = new HashMap<>();
		List<TopicPartition> untouched = new ArrayList<>();
		for (TopicPartition partition : partitions) {
			OffsetAndMetadata offset = committed.get(partition);
			if (offset != null) {
				next.put(partition, offset.offset());
			}
			else {
				untouched.add(partition);
			}
		}
		if (!untouched.isEmpty()) {
			next.putAll(offsets(client, untouched, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED));
		}
		return next;
	}

	private static int owners(KafkaFuture<Map<String, ConsumerGroupDescription>> group,
			Map<TopicPartition, String> owners) throws InterruptedException {
		try {
			List<MemberDescription> members = group.get()
				.values()
				.stream()
				.flatMap((description) -> description.members().stream())
				.toList();
			for (MemberDescription member : members) {
				String host = member.host().startsWith("/") ? member.host().substring(1) : member.host();
				member.assignment().topicPartitions().forEach((partition) -> owners.put(partition, host));
			}
			return members.size();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof GroupIdNotFoundException) {
				return 0;
			}
			throw asUnchecked(ex);
		}
	}

	/** Commits of several partitions come at different times: a rate is an estimate. */
	private @Nullable Double perSecond(List<GroupProgress.Partition> partitions) {
		Look now = new Look(System.nanoTime(), partitions.stream().mapToLong(GroupProgress.Partition::next).sum());
		Look earlier = this.before;
		this.before = now;
		if (earlier == null) {
			return null;
		}
		double seconds = (now.nanos() - earlier.nanos()) / 1e9;
		return (seconds <= NOT_NOW) ? Math.max(0, (now.consumed() - earlier.consumed()) / seconds) : null;
	}

	private static <T> T get(KafkaFuture<T> future) throws InterruptedException {
		try {
			return future.get();
		}
		catch (ExecutionException ex) {
			throw asUnchecked(ex);
		}
	}

	private static RuntimeException asUnchecked(ExecutionException ex) {
		return (ex.getCause() instanceof RuntimeException cause) ? cause
				: new IllegalStateException("Kafka's admin client failed", ex);
	}

	@Override
	public synchronized void close() {
		if (this.admin != null) {
			this.admin.close(Duration.ZERO);
		}
	}

	private record Look(long nanos, long consumed) {
	}

}
