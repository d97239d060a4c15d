package dev.tidemark.worker.intake;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Kafka's consumer as the container polls it. Everything goes through; about a poll this
 * knows three things more: that it is bounded, where a partition begins that the group
 * has no offset of, and that a record may unpack to more than there is memory.
 */
final class PolledConsumer implements InvocationHandler {

	private final org.apache.kafka.clients.consumer.Consumer<?, ?> consumer;

	private final PollBudget budget;

	private final Consumer<org.apache.kafka.clients.consumer.Consumer<?, ?>> polled;

	private final BiConsumer<org.apache.kafka.clients.consumer.Consumer<?, ?>, Set<TopicPartition>> begin;

	private PolledConsumer(org.apache.kafka.clients.consumer.Consumer<?, ?> consumer, PollBudget budget,
			Consumer<org.apache.kafka.clients.consumer.Consumer<?, ?>> polled,
			BiConsumer<org.apache.kafka.clients.consumer.Consumer<?, ?>, Set<TopicPartition>> begin) {
		this.consumer = consumer;
		this.budget = budget;
		this.polled = polled;
		this.begin = begin;
	}

	/**
	 * Wraps a consumer.
	 * @param consumer the client
	 * @param budget bounds its polls
	 * @param polled is called after each poll that has not failed, on its thread
	 * @param begin has the consumer go to where partitions begin of which the group has
	 * no offset
	 * @return the same consumer for the container
	 */
	@SuppressWarnings("unchecked") // A proxy of the interface has the interface's type.
	static <K, V> org.apache.kafka.clients.consumer.Consumer<K, V> of(
			org.apache.kafka.clients.consumer.Consumer<K, V> consumer, PollBudget budget,
			Consumer<org.apache.kafka.clients.consumer.Consumer<?, ?>> polled,
			BiConsumer<org.apache.kafka.clients.consumer.Consumer<?, ?>, Set<TopicPartition>> begin) {
		return (org.apache.kafka.clients.consumer.Consumer<K, V>) Proxy.newProxyInstance(
				PolledConsumer.class.getClassLoader(),
				new Class<?>[] { org.apache.kafka.clients.consumer.Consumer.class },
				new PolledConsumer(consumer, budget, polled, begin));
	}

	@Override
	@SuppressWarnings("NullAway") // A proxy's arguments are null where there are none.
	public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
		boolean poll = method.getName().equals("poll");
		try {
			if (!poll) {
				return call(method, arguments);
			}
			this.budget.renew();
			Object records = call(method, arguments);
			this.polled.accept(this.consumer);
			return records;
		}
		catch (NoOffsetForPartitionException ex) {
			// The group is new to these partitions. Whatever call comes next is told of
			// it.
			this.begin.accept(this.consumer, ex.partitions());
			if (poll) {
				return ConsumerRecords.empty();
			}
			throw new TimeoutException("where to begin has only just been found out", ex);
		}
		catch (OutOfMemoryError ex) {
			// The client allocates a record at once, by the length that its sender gives.
			// Nothing of it is kept, so memory is there again.
			throw new KafkaException("a record unpacks to more than there is memory", ex);
		}
	}

	private Object call(Method method, Object[] arguments) throws Throwable {
		try {
			return method.invoke(this.consumer, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

}
