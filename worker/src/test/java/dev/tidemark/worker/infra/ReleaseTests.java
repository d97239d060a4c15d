package dev.tidemark.worker.infra;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A release that is only tried names its version wherever one is named, and leaves the
 * repository as it was. What it builds is left out here. Needs a clone of the repository,
 * and no server.
 */
class ReleaseTests {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Path TREE = ROOT.resolve("target/release/tree");

	@BeforeEach
	void assumeAClone() {
		assumeTrue(Files.exists(ROOT.resolve(".git")), "This is no clone of the repository");
	}

	@Test
	void aReleaseIsTriedInACloneOfItsOwn() throws Exception {
		String before = run("git", "log", "-1", "--format=%H").out() + run("git", "tag").out();

		Result result = release("9.9.8", "9.9.9", "--dry-run", "--no-build");

		assertThat(result.exitCode()).as(result.out()).isZero();
		assertThat(run("git", "-C", TREE.toString(), "log", "-2", "--format=%s").out().lines())
			.containsExactly("Begin 9.9.9", "Release 9.9.8");
		assertThat(TREE.resolve("pom.xml")).content().contains("<version>9.9.9-SNAPSHOT</version>");
		assertThat(TREE.resolve("infra/release/previous")).content()
			.isEqualTo(run("git", "-C", TREE.toString(), "rev-list", "-1", "v9.9.8").out());
		assertThat(ofTheRelease("pom.xml")).contains("<version>9.9.8</version>");
		assertThat(ofTheRelease("worker/CHANGELOG.md")).containsPattern("(?m)^## Unreleased\n\n## 9\\.9\\.8, 20");
		assertThat(ofTheRelease("contracts/CHANGELOG.md")).containsPattern("(?m)^## Unreleased\n\n## 9\\.9\\.8, 20");
		assertThat(ofTheRelease("infra/kubernetes/base/kustomization.yaml")).contains("newTag: 9.9.8\n");
		assertThat(run("git", "-C", TREE.toString(), "grep", "-l", "SNAPSHOT", "v9.9.8", "--", "*pom.xml", "*README.md")
			.out()).isEmpty();
		assertThat(run("git", "log", "-1", "--format=%H").out() + run("git", "tag").out()).isEqualTo(before);
	}

	private static String ofTheRelease(String file) throws Exception {
		return run("git", "-C", TREE.toString(), "show", "v9.9.8:" + file).out();
	}

	@ParameterizedTest
	@CsvSource({ "2, 9.9.8", "1, 9.9.8 9.9", "1, 9.9.8 9.9.8", "1, v9.9.8 9.9.9", "1, 0.1.0 9.9.9",
			"2, 9.9.8 9.9.9 --publish" })
	void whatMeansNothingIsRefused(int exitCode, String words) throws Exception {
		Result result = release((words + " --dry-run --no-build").strip().split(" "));
		assertThat(result.exitCode()).as(result.out()).isEqualTo(exitCode);
	}

	private static Result release(String... words) throws Exception {
		List<String> command = new ArrayList<>(List.of("infra/release/release"));
		command.addAll(List.of(words));
		return run(command.toArray(String[]::new));
	}

	private static Result run(String... command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true).start();
		String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		return new Result(process.waitFor(), out);
	}

	/**
	 * What a program has left.
	 *
	 * @param exitCode its exit code
	 * @param out what it said
	 */
	record Result(int exitCode, String out) {

	}

}
