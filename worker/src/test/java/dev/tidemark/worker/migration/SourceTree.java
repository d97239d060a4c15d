package dev.tidemark.worker.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import liquibase.resource.CompositeResourceAccessor;
import liquibase.resource.Resource;
import liquibase.resource.ResourceAccessor;
import org.springframework.util.FileSystemUtils;

/**
 * A copy of the changelog's sources, to add to.
 */
final class SourceTree {

	/**
	 * The real one. Classes are no substitute: a file that was removed lives on there.
	 */
	static final Path RESOURCES = Path.of("src/main/resources");

	private final Path resources;

	private final boolean withLaterOnesOfTheEngine;

	private SourceTree(Path resources, boolean withLaterOnesOfTheEngine) {
		this.resources = resources;
		this.withLaterOnesOfTheEngine = withLaterOnesOfTheEngine;
	}

	/** All migrations that there are. */
	static SourceTree copiedTo(Path directory) throws IOException {
		return copiedTo(directory, true);
	}

	private static SourceTree copiedTo(Path directory, boolean withLaterOnesOfTheEngine) throws IOException {
		FileSystemUtils.copyRecursively(RESOURCES.resolve("db"), directory.resolve("db"));
		return new SourceTree(directory, withLaterOnesOfTheEngine);
	}

	/** The first six migrations, which no later one changes: tests can count on them. */
	static SourceTree ofFirstRelease(Path directory) throws IOException {
		SourceTree copy = copiedTo(directory, false);
		try (Stream<Path> files = Files.list(directory.resolve("db/changelog/changes"))) {
			for (Path later : files.filter((file) -> file.getFileName().toString().compareTo("0007") > 0).toList()) {
				Files.delete(later);
			}
		}
		return copy;
	}

	Path resources() {
		return this.resources;
	}

	Path file(String id) {
		return this.resources.resolve("db/changelog/changes").resolve(id + ".sql");
	}

	/** Adds a migration that says of itself that it only adds. */
	SourceTree with(String id, String upgrade, String downgrade) throws IOException {
		return with(id, "labels:expand", upgrade, downgrade);
	}

	SourceTree with(String id, String attributes, String upgrade, String downgrade) throws IOException {
		Files.writeString(file(id), """
				--liquibase formatted sql

				--changeset tidemark:%s %s
				%s

				--rollback %s
				""".formatted(id, attributes, upgrade, downgrade));
		return this;
	}

	SourceTree without(String id) throws IOException {
		Files.delete(file(id));
		return this;
	}

	Changelog changelog() throws IOException {
		ResourceAccessor files = Revision.files(this.resources);
		return Changelog.read(this.withLaterOnesOfTheEngine ? files : new WithoutLaterOnesOfTheEngine(files));
	}

	/** Files, but for the engine's migrations that came after an application's. */
	private static final class WithoutLaterOnesOfTheEngine extends CompositeResourceAccessor {

		private WithoutLaterOnesOfTheEngine(ResourceAccessor files) {
			super(files);
		}

		@Override
		public List<Resource> search(String path, SearchOptions options) throws IOException {
			return first(super.search(path, options));
		}

		@Override
		public List<Resource> search(String path, boolean recursive) throws IOException {
			return first(super.search(path, recursive));
		}

		@Override
		public void close() {
			// Folders need none, and jars are those of this class path.
		}

		private static List<Resource> first(List<Resource> found) {
			return found.stream()
				.filter((resource) -> !Numbering.isLaterOneOfTheEngine(
						Path.of(resource.getPath()).getFileName().toString().replaceFirst("\\.\\w+$", "")))
				.toList();
		}

	}

}
