package dev.tidemark.worker.aggregate;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.MalformedDataException;
import dev.tidemark.contracts.Member;

/**
 * Whom the commands of an application refer to, as its {@link Aggregate}s declare it: for
 * tests that have to send parents before their children. Neither a database nor the
 * worker's context is needed.
 */
public final class DeclaredReferences {

	private final Map<AggregateType, Aggregate<?, ?, ?>> aggregates = new HashMap<>();

	private DeclaredReferences() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			AggregateScan.register(context);
			context.refresh();
			context.getBeansOfType(Aggregate.class)
				.values()
				.forEach((aggregate) -> this.aggregates.put(aggregate.type(), aggregate));
		}
	}

	/**
	 * Finds the references of the application's aggregates.
	 * @return the references
	 */
	public static DeclaredReferences ofThisApplication() {
		return new DeclaredReferences();
	}

	/**
	 * Returns whom the commands of a type refer to.
	 * @param type the type that refers
	 * @return the parents' types, one for each reference
	 */
	public List<AggregateType> of(AggregateType type) {
		return references(type).stream().<AggregateType>map(Reference::to).toList();
	}

	/**
	 * Returns the parent that a command names.
	 * @param command any command
	 * @param reference which of the {@linkplain #of references}
	 * @return the parent's key, or null if the command names none
	 */
	public @Nullable String parent(Command command, int reference) {
		Reference<?, ?, ?> declared = references(command.type().aggregate()).get(reference);
		return switch (command.type().verb()) {
			case CREATE -> Reference.key(apply(declared.ofCreate(), command));
			case CHANGE -> Reference.key(apply(declared.ofChange(), command));
			case DELETE, REPUBLISH, RESUME -> null;
		};
	}

	/**
	 * Makes a command that names another parent.
	 * @param command any command
	 * @param reference which of the {@linkplain #of references}
	 * @param parent the parent's key
	 * @return the command, or null if none of its type can name that parent
	 */
	public @Nullable Command withParent(Command command, int reference, String parent) {
		for (Member<?> member : command.type().rules().subList(1, command.type().rules().size())) {
			Map<String, @Nullable Object> data = new HashMap<>(command.data());
			data.put(member.wireName(), (member.type() == Long.class) ? number(parent) : parent);
			try {
				Command other = command.type().read(data);
				if (parent.equals(parent(other, reference))) {
					return other;
				}
			}
			catch (MalformedDataException ex) {
				// It is not this member that holds such keys.
			}
		}
		return null;
	}

	/**
	 * Makes a command that names no parent.
	 * @param command any command
	 * @param reference which of the {@linkplain #of references}
	 * @return the command, or null if one must be named
	 */
	public @Nullable Command withoutParent(Command command, int reference) {
		for (Member<?> member : command.type().rules().subList(1, command.type().rules().size())) {
			Map<String, @Nullable Object> data = new HashMap<>(command.data());
			data.remove(member.wireName());
			try {
				Command other = command.type().read(data);
				if (parent(other, reference) == null) {
					return other;
				}
			}
			catch (MalformedDataException ex) {
				// It must be there.
			}
		}
		return null;
	}

	private static @Nullable Object number(String text) {
		try {
			return new BigDecimal(text);
		}
		catch (NumberFormatException ex) {
			return text;
		}
	}

	private List<? extends Reference<?, ?, ?>> references(AggregateType type) {
		return Objects
			.requireNonNull(this.aggregates.get(type), () -> "There is no aggregate of type " + type.wireName())
			.references();
	}

	/** The command is of the type that the reference's aggregate has. */
	@SuppressWarnings("unchecked")
	private static @Nullable Object apply(Function<?, ?> reference, Command command) {
		return ((Function<Command, @Nullable Object>) reference).apply(command);
	}

}
