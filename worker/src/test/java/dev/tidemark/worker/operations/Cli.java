package dev.tidemark.worker.operations;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.stack.TopicNames;
import dev.tidemark.worker.stack.WorkerProcess.Completed;

/**
 * Runs tools in this JVM, which is sooner done than starting one for each.
 *
 * @param properties the worker's configuration, each {@code --name=value}
 */
record Cli(List<String> properties) {

	/** Runs tools where a tenant lives. */
	static Cli of(Tenant tenant) {
		List<String> properties = new ArrayList<>(
				List.of("--spring.kafka.bootstrap-servers=" + tenant.bootstrapServers(),
						"--spring.datasource.url=" + tenant.database().jdbcUrl(),
						"--spring.datasource.username=" + tenant.database().user(),
						"--spring.datasource.password=" + tenant.database().password()));
		TopicNames topics = tenant.topics();
		for (AggregateType type : Catalogue.installed().aggregates()) {
			String setting = "--tidemark.topics." + type.wireName();
			properties.add(setting + "-commands=" + topics.commands(type));
			properties.add(setting + "-read-model=" + topics.readModel(type));
		}
		return new Cli(properties);
	}

	Completed run(List<String> arguments) {
		List<String> complete = new ArrayList<>(arguments.subList(1, arguments.size()));
		complete.addAll(this.properties);
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		ByteArrayOutputStream err = new ByteArrayOutputStream();
		int exitCode = Tools.run(Tool.of(arguments.getFirst()), complete,
				new Output(new PrintStream(out, true, StandardCharsets.UTF_8),
						new PrintStream(err, true, StandardCharsets.UTF_8), false));
		return new Completed(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
	}

}
