package dev.tidemark.contracts;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tidemark.contracts.shipped.ShippedAggregates;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.Users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What belongs to a type of aggregate is found by its name.
 */
class AggregateTypeTests {

	@Test
	void namesAreThoseOnTheWire() {
		assertThat(Tasks.TYPE.commandTopic()).isEqualTo("task.commands");
		assertThat(Tasks.TYPE.deadLetterTopic()).isEqualTo("task.commands-dlt");
		assertThat(Tasks.TYPE.readModelTopic()).isEqualTo("task.read-model");
		assertThat(Users.TYPE.commandTopic()).isEqualTo("user.commands");
		assertThat(ShippedAggregates.CATALOGUE.aggregate("user")).isEqualTo(Users.TYPE);
		assertThat(ShippedAggregates.CATALOGUE.aggregate("users")).isNull();
	}

	@ParameterizedTest
	@MethodSource("dev.tidemark.contracts.Documents#aggregateTypes")
	void eventsAreOnTheTypesOwnTopic(AggregateType type) {
		assertThat(List.of(type.snapshot(), type.tombstone())).allSatisfy((event) -> {
			assertThat(event.topic()).isEqualTo(type.readModelTopic());
			assertThat(event.wireName()).startsWith("dev.tidemark." + type.wireName() + ".");
		});
		assertThat(type.snapshot().wireName()).endsWith(".snapshot.v1");
		assertThat(type.tombstone().wireName()).endsWith(".deleted.v1");
	}

	@ParameterizedTest
	@MethodSource("dev.tidemark.contracts.Documents#aggregateTypes")
	void reasonsHaveTheTypesName(AggregateType type) {
		assertThat(type.alreadyExists().name()).isEqualToIgnoringCase(type.wireName() + "_already_exists");
		assertThat(type.notFound().name()).isEqualToIgnoringCase(type.wireName() + "_not_found");
	}

	@Test
	void onlyWhatIsReferredToHasChildren() {
		assertThat(Users.TYPE.has(Tasks.TYPE)).isEqualTo(Users.TYPE.has(Tasks.TYPE));
		assertThatIllegalArgumentException().isThrownBy(() -> Tasks.TYPE.has(Users.TYPE));
	}

	@ParameterizedTest
	@MethodSource("dev.tidemark.contracts.Documents#commandTypes")
	void everyCommandIsOfItsTypeAndHasAVerb(CommandType type) {
		assertThat(type.wireName()).startsWith("dev.tidemark." + type.aggregate().wireName() + ".");
		assertThat(type.topic()).isEqualTo(type.aggregate().commandTopic());
		if (type.verb() != Verb.CHANGE) {
			assertThat(type.aggregate().command(type.verb())).isEqualTo(type);
		}
	}

	@Test
	void aHashIsNobodysToRead() {
		assertThat(Users.REGISTER.shownMembers()).containsExactly("username");
		assertThat(Tasks.CREATE.shownMembers()).isEqualTo(Tasks.CREATE.members());
	}

	@Test
	void whatCanBeAskedOfATypeIsFoundByItsVerb() {
		assertThat(Arrays.stream(Verb.values()).map((verb) -> Users.TYPE.command(verb))).containsExactly(Users.REGISTER,
				Users.CHANGE_PASSWORD, Users.DELETE, Users.REPUBLISH, null);
	}

}
