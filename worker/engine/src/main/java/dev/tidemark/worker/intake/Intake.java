package dev.tidemark.worker.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.LoggerContext;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.event.ConsumerRetryAuthEvent;
import org.springframework.kafka.event.ConsumerRetryAuthSuccessfulEvent;
import org.springframework.kafka.event.ListenerContainerIdleEvent;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.ContainerProperties.AssignmentCommitOption;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.batch.CommandDecider;
import dev.tidemark.worker.deferral.DeferralSweep;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.observability.WorkerMeters;
import dev.tidemark.worker.publication.Publishers;
import dev.tidemark.worker.topics.TopicCreation;
import dev.tidemark.worker.topics.TopicIds;
import dev.tidemark.worker.topics.TopicProperties;
import dev.tidemark.worker.waiting.Trouble;
import dev.tidemark.worker.waiting.WaitingRoom;

/**
 * The consumers: started when the surroundings are found to be as they should, stopped
 * when the poll in hand is finished.
 */
@Component
@EnableConfigurationProperties(IntakeProperties.class)
public class Intake implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Intake.class);

	private static final Duration AUTH_RETRY = Duration.ofSeconds(10);

	/** How often a consumer that gets nothing says so. */
	private static final long IDLE_EVERY_MS = 1000;

	private final DefaultKafkaConsumerFactory<?, ?> consumers;

	private final Map<String, Object> consumerSettings;

	private final KafkaAdmin admin;

	private final Publishers publishers;

	private final PollProcessor processor;

	private final CommandDecider decider;

	private final DeadLetterGuard guard;

	private final ConnectionPool connections;

	private final Report report;

	private final WorkerMeters meters;

	private final DeferralSweep sweep;

	private final TaskScheduler scheduler;

	private final ApplicationEventPublisher events;

	private final WaitingRoom waitingRoom;

	private final TopicProperties topics;

	private final TopicCreation topicCreation;

	private final TopicIds topicIds;

	private final IntakeProperties properties;

	private volatile boolean stopping;

	private @Nullable Thread watching;

	private final List<CommandConsumer> running = new CopyOnWriteArrayList<>();

	Intake(DefaultKafkaConsumerFactory<?, ?> consumers, KafkaAdmin admin, Publishers publishers,
			PollProcessor processor, CommandDecider decider, DeadLetterGuard guard, ConnectionPool connections,
			Report report, WorkerMeters meters, DeferralSweep sweep, TaskScheduler scheduler,
			ApplicationEventPublisher events, WaitingRoom waitingRoom, TopicProperties topics,
			TopicCreation topicCreation, TopicIds topicIds, IntakeProperties properties) {
		this.consumers = consumers;
		this.consumerSettings = new HashMap<>(consumers.getConfigurationProperties());
		// Where a group begins, and what it goes on with when records are gone, is
		// decided
		// here, and never in silence.
		this.consumerSettings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
		this.admin = admin;
		this.publishers = publishers;
		this.processor = processor;
		this.decider = decider;
		this.guard = guard;
		this.connections = connections;
		this.report = report;
		this.meters = meters;
		this.sweep = sweep;
		this.scheduler = scheduler;
		this.events = events;
		this.waitingRoom = waitingRoom;
		this.topics = topics;
		this.topicCreation = topicCreation;
		this.topicIds = topicIds;
		this.properties = properties;
		if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
			logback.addTurboFilter(new RefusalFilter());
		}
		meters.watch(this.running::size, () -> (int) this.running.stream().filter(CommandConsumer::isRunning).count(),
				this::oldestUnprocessed, () -> aside(Trouble.PARTITION_UNREADABLE).size());
	}

	private @Nullable Instant oldestUnprocessed() {
		return this.running.stream()
			.map((consumer) -> consumer.vitals().oldest())
			.filter(Objects::nonNull)
			.min(Comparator.naturalOrder())
			.orElse(null);
	}

	private String groupId() {
		return String.valueOf(this.consumerSettings.get(ConsumerConfig.GROUP_ID_CONFIG));
	}

	/**
	 * Makes sure that the database does not belong to another consumer group.
	 * @throws dev.tidemark.worker.batch.OtherGroupException if it does
	 */
	public void verifyGroup() {
		this.decider.checkGroup(groupId());
	}

	/**
	 * Makes sure that commands can be read whatever their senders compress them with.
	 * @throws UnusableCodecException if not
	 */
	public void verifyCodecs() {
		Codecs.verify();
	}

	/**
	 * Starts consuming. After a failure nothing is left of the attempt, so that it can be
	 * made again.
	 * @param partitions how many partitions there are to share
	 * @throws org.apache.kafka.common.KafkaException if no consumer can be made
	 */
	public synchronized void start(int partitions) {
		Ending.withThreadsThatDie();
		int count = this.properties.consumers(partitions);
		this.connections.fit(count);
		try {
			for (int i = 0; i < count; i++) {
				this.running.add(consumer("commands-" + i));
			}
			this.running.forEach((consumer) -> consumer.container().start());
		}
		catch (RuntimeException ex) {
			end();
			throw ex;
		}
		this.watching = watchPartitions();
		logger.info("Consuming {} with {} consumers", String.join(", ", this.topics.commands()), count);
	}

	private Thread watchPartitions() {
		PartitionWatch partitionWatch = new PartitionWatch(this.admin.getConfigurationProperties(),
				() -> this.running.stream().map((consumer) -> consumer.vitals().next()).toList(), this.meters);
		return Thread.ofVirtual().name("partition-watch").start(partitionWatch);
	}

	/**
	 * Makes all of Kafka's clients anew, if there are any. What is in hand is finished.
	 */
	public synchronized void renew() {
		if (this.stopping || this.watching == null) {
			return;
		}
		this.watching.interrupt();
		this.watching = watchPartitions();
		this.running.stream().filter((consumer) -> !consumer.isRestarting()).forEach(CommandConsumer::restart);
	}

	private CommandConsumer consumer(String name) {
		ContainerProperties settings = new ContainerProperties(this.topics.commands().toArray(String[]::new));
		// Offsets are committed with what came of their records, in one Kafka
		// transaction, and nowhere else.
		settings.setAckMode(AckMode.MANUAL);
		settings.setAssignmentCommitOption(AssignmentCommitOption.NEVER);
		settings.setPollTimeout(500);
		settings.setClientId(name);
		settings.setIdleEventInterval(IDLE_EVERY_MS);
		settings.setIdleBeforeDataMultiplier(1);
		// A password that is wrong may be mended without a restart: keep asking.
		settings.setAuthExceptionRetryInterval(AUTH_RETRY);
		SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor(name + "-");
		threads.setTaskDecorator((consuming) -> () -> {
			try {
				consuming.run();
			}
			finally {
				ended(name);
			}
		});
		settings.setListenerTaskExecutor(threads);
		PollBudget budget = new PollBudget();
		DefaultKafkaConsumerFactory<Payload, Payload> factory = factory(budget);
		var container = new KafkaMessageListenerContainer<>(factory, settings);
		container.setBeanName(name);
		CommandConsumer consumer = new CommandConsumer(container, this.processor, this.decider,
				new GroupPosition(groupId(), this.topicIds, this.meters), this.guard,
				this.publishers.create(groupId() + "-" + name), this.report, this.meters, this.sweep, this.scheduler,
				this.topicCreation, new ReadingProbe(this.consumerSettings), this.properties.lostRecords(),
				this.waitingRoom);
		factory.addPostProcessor((client) -> PolledConsumer.of(client, budget, consumer::polled, consumer::begin));
		container.getContainerProperties().setConsumerRebalanceListener(consumer);
		container.setCommonErrorHandler(consumer.pollFailures());
		container.setupMessageListener(consumer);
		container.setApplicationEventPublisher((event) -> {
			switch (event) {
				case ConsumerRetryAuthEvent refusal -> consumer.refused(reason(refusal));
				case ConsumerRetryAuthSuccessfulEvent _ -> consumer.admitted();
				default -> {
				}
			}
			this.events.publishEvent(event);
		});
		return consumer;
	}

	/** Makes clients whose polls are bounded, and that are measured like any other. */
	@SuppressWarnings("unchecked") // Who listens to a factory asks for no key or value.
	private DefaultKafkaConsumerFactory<Payload, Payload> factory(PollBudget budget) {
		DefaultKafkaConsumerFactory<Payload, Payload> factory = new DefaultKafkaConsumerFactory<>(this.consumerSettings,
				budget::keys, budget::values);
		this.consumers.getListeners()
			.forEach((listener) -> factory.addListener((ConsumerFactory.Listener<Payload, Payload>) listener));
		return factory;
	}

	/** The event does not tell; but whoever else asks Kafka now is told. */
	private RuntimeException reason(ConsumerRetryAuthEvent refusal) {
		try {
			this.topicCreation.ensure();
			return new KafkaException("refuses a consumer (" + refusal.getReason()
					+ "), though not everybody: check the rights on the group and on the topics");
		}
		catch (RuntimeException ex) {
			return ex;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return new KafkaException(ex);
		}
	}

	/**
	 * Ends the process when a consumer's thread has ended by itself, as on an
	 * {@link Error}: a worker that looks alive and consumes nothing is the worst of all.
	 * What the container says of its end is not relied on, as saying it may fail, too.
	 */
	private void ended(String name) {
		boolean restarts = this.running.stream()
			.anyMatch((consumer) -> consumer.name().equals(name) && consumer.isRestarting());
		if (!this.stopping && !restarts) {
			logger.error("{} has ended by itself: the worker ends", name);
			Ending.begin();
		}
	}

	/** Called on the consumer's thread. */
	@EventListener
	void on(ListenerContainerIdleEvent event) {
		for (CommandConsumer consumer : this.running) {
			if (consumer.container().equals(event.getSource())) {
				consumer.idled(event.getConsumer());
			}
		}
	}

	/** Names the consumers that are to run and don't, or have not polled for too long. */
	List<String> stalled() {
		return this.running.stream()
			.filter((consumer) -> !consumer.isRunning() || consumer.hasNotPolledFor(this.properties.pollWithin()))
			.map(CommandConsumer::name)
			.toList();
	}

	/** Where partitions wait alone, for something. */
	List<Coordinates> aside(Trouble trouble) {
		return this.running.stream().flatMap((consumer) -> consumer.pollFailures().aside(trouble)).toList();
	}

	/** Whether there are consumers, and all have joined their group. */
	boolean hasJoined() {
		return !this.running.isEmpty() && this.running.stream().allMatch((consumer) -> consumer.vitals().hasJoined());
	}

	@Override
	public boolean isAutoStartup() {
		return false;
	}

	@Override
	public void start() {
		throw new UnsupportedOperationException("start(partitions) is called when everything has been found");
	}

	@Override
	public synchronized void stop() {
		this.stopping = true;
		if (this.watching != null) {
			this.watching.interrupt();
		}
		end();
	}

	private void end() {
		CountDownLatch stopped = new CountDownLatch(this.running.size());
		this.running.forEach((consumer) -> consumer.container().stop(stopped::countDown));
		try {
			if (!stopped.await(this.properties.stopWithin().toMillis(), TimeUnit.MILLISECONDS)) {
				logger.warn("Not all consumers have finished within {}: what they had in hand is delivered again",
						this.properties.stopWithin());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.running.forEach(CommandConsumer::close);
		this.running.clear();
	}

	@Override
	public synchronized boolean isRunning() {
		return !this.running.isEmpty();
	}

}
