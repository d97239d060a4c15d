package dev.tidemark.worker.stack;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.sun.jdi.AbsentInformationException;
import com.sun.jdi.Bootstrap;
import com.sun.jdi.ClassNotLoadedException;
import com.sun.jdi.ClassType;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.InvalidTypeException;
import com.sun.jdi.InvocationException;
import com.sun.jdi.Location;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A place in the worker's code at which the whole process stops dead, so that it can be
 * killed right there. The worker is the one that is shipped: a debugger stops it, not a
 * hook of its own.
 */
public final class Breakpoint implements AutoCloseable {

	private final VirtualMachine machine;

	private final String className;

	private final String method;

	private final boolean atEnd;

	private @Nullable ThreadReference hitBy;

	private Breakpoint(VirtualMachine machine, String className, String method, boolean atEnd) {
		this.machine = machine;
		this.className = className;
		this.method = method;
		this.atEnd = atEnd;
	}

	/**
	 * Says what a worker's environment must have for a debugger to be able to attach.
	 * @param port the port that the worker's JVM listens on
	 * @return values by variable
	 */
	public static Map<String, String> environment(int port) {
		return Map.of("JAVA_TOOL_OPTIONS",
				"-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:" + port);
	}

	/**
	 * Sets a breakpoint.
	 * @param port the port that the worker's JVM listens on
	 * @param place the class and the method, as {@code package.Class#method}, and
	 * {@code !} behind it for its end and not its beginning
	 * @return the breakpoint
	 */
	public static Breakpoint set(int port, String place) {
		boolean atEnd = place.endsWith("!");
		int hash = place.indexOf('#');
		String method = place.substring(hash + 1, place.length() - (atEnd ? 1 : 0));
		Breakpoint breakpoint = new Breakpoint(attach(port), place.substring(0, hash), method, atEnd);
		breakpoint.request();
		return breakpoint;
	}

	private static VirtualMachine attach(int port) {
		AttachingConnector connector = Bootstrap.virtualMachineManager()
			.attachingConnectors()
			.stream()
			.filter((candidate) -> candidate.transport().name().equals("dt_socket"))
			.findFirst()
			.orElseThrow();
		Map<String, Connector.Argument> arguments = connector.defaultArguments();
		Objects.requireNonNull(arguments.get("hostname")).setValue("127.0.0.1");
		Objects.requireNonNull(arguments.get("port")).setValue(Integer.toString(port));
		return Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.ignoreExceptionsInstanceOf(IOException.class)
			.until(() -> attach(connector, arguments), (machine) -> machine != null);
	}

	private static VirtualMachine attach(AttachingConnector connector, Map<String, Connector.Argument> arguments)
			throws IOException {
		try {
			return connector.attach(arguments);
		}
		catch (IllegalConnectorArgumentsException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void request() {
		ClassPrepareRequest prepared = this.machine.eventRequestManager().createClassPrepareRequest();
		prepared.addClassFilter(this.className);
		prepared.setSuspendPolicy(EventRequest.SUSPEND_ALL);
		prepared.enable();
		this.machine.classesByName(this.className).forEach(this::request);
	}

	private void request(ReferenceType type) {
		try {
			for (Method candidate : type.methodsByName(this.method)) {
				var lines = candidate.allLineLocations();
				Location location = this.atEnd ? lines.getLast() : candidate.location();
				BreakpointRequest request = this.machine.eventRequestManager().createBreakpointRequest(location);
				request.setSuspendPolicy(EventRequest.SUSPEND_ALL);
				request.enable();
			}
		}
		catch (AbsentInformationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Waits until a thread has come here. Then the whole process stands still.
	 */
	public void awaitHit() {
		Awaitility.await("a breakpoint at " + this.className + "#" + this.method)
			.atMost(Duration.ofSeconds(60))
			.until(this::isHit);
	}

	private boolean isHit() throws InterruptedException {
		EventSet events = this.machine.eventQueue().remove(100);
		if (events == null) {
			return false;
		}
		boolean hit = false;
		for (Event event : events) {
			switch (event) {
				case ClassPrepareEvent prepared -> request(prepared.referenceType());
				case BreakpointEvent at -> {
					hit = true;
					this.hitBy = at.thread();
				}
				default -> {
				}
			}
		}
		if (!hit) {
			events.resume();
		}
		return hit;
	}

	/**
	 * Has the thread that has come here fail, and lets the process go on.
	 * @param error what the thread is to fail with: an error that the worker's JVM has
	 * loaded
	 */
	public void failWith(Class<? extends Error> error) {
		ThreadReference thread = Objects.requireNonNull(this.hitBy, "nobody has come here");
		ClassType type = (ClassType) this.machine.classesByName(error.getName()).getFirst();
		try {
			thread.stop(type.newInstance(thread, type.concreteMethodByName("<init>", "()V"), List.of(),
					ClassType.INVOKE_SINGLE_THREADED));
		}
		catch (InvalidTypeException | ClassNotLoadedException | IncompatibleThreadStateException
				| InvocationException ex) {
			throw new IllegalStateException(ex);
		}
		close();
	}

	/**
	 * Lets go of the process, if it is still there.
	 */
	@Override
	public void close() {
		try {
			this.machine.dispose();
		}
		catch (VMDisconnectedException ex) {
			// It has been killed, which is what it was stopped for.
		}
	}

}
