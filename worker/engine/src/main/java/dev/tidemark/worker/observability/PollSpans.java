package dev.tidemark.worker.observability;

import java.util.List;

import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.outcome.Decided;

/**
 * The spans of one poll's commands. Those of a poll that fails are forgotten: its records
 * come again.
 */
public interface PollSpans {

	/** What there is when nothing is traced. */
	PollSpans NONE = new PollSpans() {

		@Override
		public ReceivedCommand begin(ReceivedCommand received) {
			return received;
		}

		@Override
		public ReceivedCommand takeUp(ReceivedCommand received) {
			return received;
		}

		@Override
		public void end(List<Decided> decided) {
		}

	};

	/**
	 * Begins the span of a command.
	 * @param received the command as it came
	 * @return the command, which passes this span on and not the sender's, if it is
	 * traced
	 */
	ReceivedCommand begin(ReceivedCommand received);

	/**
	 * Begins another span of a command that had to wait, as it is taken up.
	 * @param received the command as it came
	 * @return the command, which passes this span on and not the sender's, if it is
	 * traced
	 */
	ReceivedCommand takeUp(ReceivedCommand received);

	/**
	 * Ends all spans. To be called when the poll has been published.
	 * @param decided what the commands have come to; what has come in this poll and is
	 * not among them is dead
	 */
	void end(List<Decided> decided);

}
