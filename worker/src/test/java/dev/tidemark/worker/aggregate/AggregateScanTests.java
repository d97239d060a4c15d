package dev.tidemark.worker.aggregate;

import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import dev.tidemark.contracts.Catalogue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tools have the aggregates, with what they need, and nothing else of the worker.
 */
class AggregateScanTests {

	@Test
	void findsWhatIsInThePackagesOfTheAggregatesAndNothingElse() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			AggregateScan.register(context);
			assertThat(Arrays.stream(context.getBeanDefinitionNames())
				.map(context::getBeanDefinition)
				.filter((definition) -> String.valueOf(definition.getBeanClassName()).startsWith("dev.tidemark."))
				.map((definition) -> String.valueOf(definition.getBeanClassName()).replaceAll("\\.\\w+$", ""))
				.distinct()).containsExactlyInAnyOrder("dev.tidemark.worker.task", "dev.tidemark.worker.user",
						"dev.tidemark.worker.post");
			context.refresh();
			assertThat(context.getBeansOfType(Aggregate.class).values().stream().map((aggregate) -> aggregate.type()))
				.containsExactlyInAnyOrderElementsOf(Catalogue.installed().aggregates());
		}
	}

}
