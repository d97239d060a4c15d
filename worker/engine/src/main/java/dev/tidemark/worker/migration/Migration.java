package dev.tidemark.worker.migration;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import liquibase.ChecksumVersion;
import liquibase.change.AbstractSQLChange;
import liquibase.change.Change;
import liquibase.change.CheckSum;
import liquibase.change.core.EmptyChange;
import liquibase.change.core.RawSQLChange;
import liquibase.change.core.TagDatabaseChange;
import liquibase.changelog.ChangeSet;
import liquibase.util.LiquibaseUtil;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import dev.tidemark.worker.migration.SqlTokens.Kind;
import dev.tidemark.worker.migration.SqlTokens.Statement;

/**
 * One step of the changelog, up and down.
 */
final class Migration {

	private static final int HISTORY_COLUMN_LENGTH = 255;

	private final ChangeSet changeSet;

	/**
	 * Wraps a change set.
	 * @param changeSet the change set, as parsed
	 */
	Migration(ChangeSet changeSet) {
		this.changeSet = changeSet;
	}

	String id() {
		return this.changeSet.getId();
	}

	String file() {
		return this.changeSet.getFilePath();
	}

	/** One line of what it is about; empty if the file does not say. */
	String comment() {
		return Objects.requireNonNullElse(this.changeSet.getComments(), "").strip();
	}

	@Nullable Impact impact() {
		Collection<String> labels = this.changeSet.getLabels().getLabels();
		return (labels.size() == 1) ? Impact.of(labels.iterator().next()) : null;
	}

	/** The name that the history gets here, if the migration is a tag. */
	@Nullable String tag() {
		return this.changeSet.getChanges()
			.stream()
			.filter(TagDatabaseChange.class::isInstance)
			.map((change) -> ((TagDatabaseChange) change).getTag())
			.findFirst()
			.orElse(null);
	}

	/**
	 * Tells whether the migration and its line in the history are one transaction. If
	 * not, its statements take effect one by one.
	 */
	boolean isTransactional() {
		return this.changeSet.isRunInTransaction();
	}

	/** Tells whether it is done for some rows at a time, each time in a transaction. */
	boolean isInBatches() {
		return this.changeSet.getChanges()
			.stream()
			.filter(AbstractSQLChange.class::isInstance)
			.map((change) -> Objects.requireNonNullElse(((AbstractSQLChange) change).getSql(), ""))
			.flatMap((sql) -> SqlTokens.of(sql).stream())
			.anyMatch((token) -> token.kind() == Kind.COMMENT && token.text().strip().equals(BatchedStatement.MARK));
	}

	/** The checksum of the file. */
	String checksum() {
		return this.changeSet.generateCheckSum(ChecksumVersion.latest()).toString();
	}

	/** Tells whether a checksum in the history is that of this file. */
	boolean isUnchangedSince(@Nullable String checksum) {
		return checksum == null || this.changeSet.isCheckSumValid(CheckSum.parse(checksum));
	}

	/** The statements that make the change. */
	List<String> upgradeStatements() {
		return this.changeSet.getChanges()
			.stream()
			.filter((change) -> !(change instanceof TagDatabaseChange))
			.flatMap(this::statements)
			.toList();
	}

	/** The statements that take the change back. */
	List<String> downgradeStatements() {
		return this.changeSet.getRollback().getChanges().stream().flatMap(this::statements).toList();
	}

	private Stream<String> statements(Change change) {
		if (!(change instanceof AbstractSQLChange sql) || sql.getSql() == null) {
			return Stream.empty();
		}
		// Not by Liquibase's generators: one of them asks DNS for this machine's name.
		// Nor by what it cuts statements with, which does not know all literals.
		return SqlTokens.statements(sql.getSql()).stream().map(Statement::text);
	}

	/**
	 * The line in the history, as Liquibase writes it.
	 * @param deployment what the migrations of one run have in common
	 */
	String recordStatement(String deployment) {
		return """
				insert into databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum, \
				description, comments, tag, liquibase, contexts, labels, deployment_id)
				values (%s, %s, %s, now() at time zone 'UTC', \
				(select coalesce(max(orderexecuted), 0) + 1 from databasechangelog), 'EXECUTED', %s, \
				%s, %s, %s, %s, null, %s, %s)""".formatted(Sql.literal(id()), Sql.literal(this.changeSet.getAuthor()),
				Sql.literal(file()), Sql.literal(checksum()), Sql.literal(fitting(this.changeSet.getDescription())),
				Sql.literal(fitting(comment())), Sql.literal(tag()), Sql.literal(LiquibaseUtil.getBuildVersion()),
				Sql.literal(this.changeSet.buildFullLabels()), Sql.literal(deployment));
	}

	private static String fitting(String text) {
		return (text.length() > HISTORY_COLUMN_LENGTH) ? text.substring(0, HISTORY_COLUMN_LENGTH) : text;
	}

	/**
	 * Says what is wrong with the file: a migration runs once, everywhere, in the same
	 * way, and can be taken back.
	 */
	List<String> problems() {
		List<String> problems = new ArrayList<>();
		String name = StringUtils.stripFilenameExtension(Objects.requireNonNull(StringUtils.getFilename(file())));
		if (!name.equals(id())) {
			problems.add("its file is " + StringUtils.getFilename(file()) + ", and must be named as the id");
		}
		if (impact() == null) {
			problems.add("its label must be either expand or contract");
		}
		if (this.changeSet.isAlwaysRun() || this.changeSet.isRunOnChange()) {
			problems.add("it must run once, without runAlways or runOnChange");
		}
		if (!this.changeSet.getContextFilter().isEmpty() || this.changeSet.getDbmsSet() != null) {
			problems.add("it must run everywhere, without a context or a dbms");
		}
		if (this.changeSet.getPreconditions() != null || Boolean.FALSE.equals(this.changeSet.getFailOnError())) {
			problems.add("it must run or fail, without preconditions or failOnError");
		}
		for (Change change : this.changeSet.getChanges()) {
			if (change instanceof AbstractSQLChange sql && sql.getEndDelimiter() != null) {
				problems.add("its statements must end with semicolons, without an endDelimiter");
			}
			if (!(change instanceof RawSQLChange || change instanceof TagDatabaseChange)) {
				problems.add("it must be SQL, or a tag");
			}
		}
		if (tag() == null) {
			if (upgradeStatements().isEmpty()) {
				problems.add("it has no statement");
			}
			boolean emptyOnPurpose = this.changeSet.getRollback()
				.getChanges()
				.stream()
				.anyMatch(EmptyChange.class::isInstance);
			if (!emptyOnPurpose && downgradeStatements().isEmpty()) {
				problems.add("it has no rollback");
			}
		}
		problems.addAll(ConcurrentIndex.problems(upgradeStatements()));
		if (isInBatches()) {
			problems.addAll(BatchedStatement.problems(isTransactional(), upgradeStatements()));
		}
		if (Stream.concat(upgradeStatements().stream(), downgradeStatements().stream())
			.anyMatch((statement) -> statement.contains("${"))) {
			problems.add("it must be the same everywhere, without ${parameters}");
		}
		return problems.stream().distinct().map((problem) -> id() + ": " + problem).toList();
	}

	@Override
	public String toString() {
		return id();
	}

}
