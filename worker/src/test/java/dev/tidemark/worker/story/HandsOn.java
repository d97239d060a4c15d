package dev.tidemark.worker.story;

import java.util.UUID;

import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Tenant;

/**
 * What to try by hand while the story's servers are up.
 */
final class HandsOn {

	private HandsOn() {
	}

	static String of(Tenant tenant) {
		DatabaseAddress database = tenant.database();
		String taskId = UUID.randomUUID().toString();
		return """

				Four commands a second keep coming, so that the console has something to show.

				Watch the snapshots of tasks:
				    kcat -C -b %1$s -t task.read-model -X isolation.level=read_committed -f '%%k %%s\\n'

				Send a command, in binary mode:
				    echo '{"taskId":"%7$s","title":"By hand","username":"amara"}' |
				      kcat -P -b %1$s -t task.commands -k %7$s -X topic.partitioner=murmur2_random \\
				        -H ce_specversion=1.0 -H ce_id=%8$s -H ce_source=/me \\
				        -H ce_type=dev.tidemark.task.create.v1 -H content-type=application/json

				and another, in structured mode:
				    echo '{"specversion":"1.0","id":"%9$s","source":"/me","type":"dev.tidemark.task.complete.v1","data":{"taskId":"%7$s"}}' |
				      kcat -P -b %1$s -t task.commands -k %7$s -X topic.partitioner=murmur2_random \\
				        -H content-type=application/cloudevents+json

				Look at the rows:
				    psql postgresql://%5$s:%6$s@%2$s:%3$d/%4$s -c 'select * from tasks left join dones using (task_id)'
				"""
			.formatted(tenant.bootstrapServers(), database.host(), database.port(), database.name(), database.user(),
					database.password(), taskId, UUID.randomUUID(), UUID.randomUUID());
	}

}
