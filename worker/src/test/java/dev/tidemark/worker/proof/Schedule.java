package dev.tidemark.worker.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Spreads faults evenly over orders.
 */
final class Schedule {

	private final List<Fault> faults;

	private final int orders;

	Schedule(List<Fault> faults, int orders) {
		this.faults = faults;
		this.orders = orders;
	}

	/**
	 * Orders that are sent in one go, and the fault that strikes meanwhile.
	 */
	record Slice(List<Order> orders, Optional<Fault> fault) {
	}

	/**
	 * Cuts a phase into slices, so that each of its faults has one of its own.
	 * @param phase the orders of the phase
	 */
	List<Slice> slices(List<Order> phase) {
		List<Fault> struck = new ArrayList<>();
		for (int i = 0; i < this.faults.size(); i++) {
			int place = (int) ((i + 0.5) * this.orders / this.faults.size());
			if (phase.getFirst().number() <= place && place <= phase.getLast().number()) {
				struck.add(this.faults.get(i));
			}
		}
		if (struck.isEmpty()) {
			return List.of(new Slice(phase, Optional.empty()));
		}
		List<Slice> slices = new ArrayList<>();
		for (int i = 0; i < struck.size(); i++) {
			slices
				.add(new Slice(phase.subList(i * phase.size() / struck.size(), (i + 1) * phase.size() / struck.size()),
						Optional.of(struck.get(i))));
		}
		return slices;
	}

}
