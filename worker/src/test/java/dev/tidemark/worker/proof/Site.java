package dev.tidemark.worker.proof;

import java.util.ArrayList;
import java.util.List;

import dev.tidemark.worker.stack.Cluster;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.stack.View;

/**
 * Where the work is done.
 *
 * @param stack brokers and database
 * @param tenant where in there the workers live
 * @param pooler what stands between them and the database
 * @param workers the workers
 * @param progress how far they have come
 * @param traffic who sends
 */
record Site(Stack stack, Tenant tenant, Pooler pooler, Workers workers, Progress progress, Traffic traffic) {

	/**
	 * Returns the servers of a site that has several of each.
	 */
	Cluster cluster() {
		return this.stack.cluster().orElseThrow(() -> new IllegalStateException("This takes -Dtidemark.stack=cluster"));
	}

	/**
	 * Returns the tenant as the worker of a seat finds it: on a cluster, by links of its
	 * own.
	 */
	static Tenant tenant(Stack stack, Tenant tenant, int seat) {
		return stack.cluster().map((cluster) -> cluster.view(seat + 1).of(tenant)).orElse(tenant);
	}

	/**
	 * Returns the links of any one worker that is at work.
	 */
	View anyView() {
		return view(this.workers.anySeat());
	}

	/**
	 * Returns the links of all workers.
	 */
	List<View> views() {
		List<View> views = new ArrayList<>();
		for (int seat = 0; seat < this.workers.seats(); seat++) {
			views.add(view(seat));
		}
		return views;
	}

	private View view(int seat) {
		return cluster().view(seat + 1);
	}

}
