package dev.tidemark.worker;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

import org.jspecify.annotations.Nullable;

/**
 * Standard output that remembers whether it could be written. A {@link PrintStream} says
 * nothing of a full disk, and whoever reads the exit code would believe a file that is
 * cut off.
 */
final class StandardOutput {

	private static final int FAILED = 1;

	private final Remembering remembering;

	private final PrintStream stream;

	/**
	 * Writes to a stream.
	 * @param out where the output goes
	 */
	StandardOutput(OutputStream out) {
		this.remembering = new Remembering(out);
		this.stream = new PrintStream(this.remembering, false, System.out.charset());
	}

	/** Takes the place of the process's own. */
	static StandardOutput install() {
		StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
		System.setOut(output.stream);
		return output;
	}

	PrintStream stream() {
		return this.stream;
	}

	/**
	 * Tells how a command has ended, its output included.
	 * @param exitCode the command's own result
	 * @param errors is told in one line if the output could not be written; not if its
	 * reader has simply had enough
	 * @return the exit code of the process
	 */
	int conclude(int exitCode, PrintStream errors) {
		this.stream.flush();
		IOException failure = this.remembering.failure;
		if (failure == null) {
			return exitCode;
		}
		String reason = String.valueOf(failure.getMessage());
		if (!reason.contains("Broken pipe")) {
			errors.println("tidemark: standard output cannot be written: " + reason);
		}
		return FAILED;
	}

	/** Keeps the first failure, which a {@link PrintStream} drops. */
	private static final class Remembering extends OutputStream {

		private final OutputStream out;

		private volatile @Nullable IOException failure;

		Remembering(OutputStream out) {
			this.out = out;
		}

		@Override
		public void write(int b) throws IOException {
			write(new byte[] { (byte) b }, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			if (this.failure != null) {
				throw this.failure;
			}
			try {
				this.out.write(bytes, offset, length);
			}
			catch (IOException ex) {
				this.failure = ex;
				throw ex;
			}
		}

	}

}
