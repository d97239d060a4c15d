package dev.tidemark.testcontainers;

import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.task.TaskSnapshot;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.UserSnapshot;
import dev.tidemark.testcontainers.Lamps.LampSnapshot;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Nobody waits in vain for what cannot come. Nothing is started here, so that no engine
 * is needed.
 */
class AwaitingTests {

	private final TidemarkStack shipped = new TidemarkStack("tidemark/worker");

	private final TidemarkStack own = new TidemarkStack("example/worker")
		.withCatalogue(Catalogue.of(List.of(Lamps.TYPE)));

	@Test
	void aTypeThatIsNotInTheCatalogueIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.shipped.await(Lamps.TYPE, "7", LampSnapshot.class))
			.withMessage("lamps are not in this stack's catalogue: withCatalogue(…)");
		assertThatIllegalArgumentException().isThrownBy(() -> this.shipped.awaitDeleted(Lamps.TYPE, "7"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.own.awaitTask(UUID.randomUUID()))
			.withMessageStartingWith("tasks are not");
	}

	@Test
	void aTypeOfTheCatalogueIsLookedForOnceTheStackIsStarted() {
		assertThatIllegalStateException().isThrownBy(() -> this.own.await(Lamps.TYPE, "7", LampSnapshot.class))
			.withMessage("start() comes first");
		assertThatIllegalStateException().isThrownBy(() -> this.shipped.awaitUserDeleted("amara"))
			.withMessage("start() comes first");
	}

	@Test
	void snapshotsOfAnotherTypeAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.shipped.await(Tasks.TYPE, "7", UserSnapshot.class))
			.withMessage("tasks are shown as %s, not as %s", TaskSnapshot.class.getName(),
					UserSnapshot.class.getName());
	}

}
