package dev.tidemark.benchmark;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.DoubleStream;

/**
 * A line chart as SVG, both axes logarithmic.
 */
final class Chart {

	private static final int WIDTH = 720;

	private static final int HEIGHT = 400;

	private static final int LEFT = 72;

	private static final int RIGHT = 28;

	private static final int TOP = 40;

	private static final int BOTTOM = 56;

	private static final String[] COLOURS = { "#0b6e99", "#d9730d", "#6940a5", "#448361", "#b3261e" };

	private final String title;

	private final String xLabel;

	private final String yLabel;

	private final SequencedMap<Line, SequencedMap<Double, Double>> lines = new LinkedHashMap<>();

	Chart(String title, String xLabel, String yLabel) {
		this.title = title;
		this.xLabel = xLabel;
		this.yLabel = yLabel;
	}

	void point(Line line, double x, double y) {
		this.lines.computeIfAbsent(line, (_) -> new LinkedHashMap<>()).put(x, y);
	}

	boolean isEmpty() {
		return this.lines.isEmpty();
	}

	/** Draws the chart, which must not be empty. */
	String svg() {
		double minX = Double.MAX_VALUE;
		double maxX = 0;
		double minY = Double.MAX_VALUE;
		double maxY = 0;
		for (Map<Double, Double> line : this.lines.values()) {
			for (Map.Entry<Double, Double> point : line.entrySet()) {
				minX = Math.min(minX, point.getKey());
				maxX = Math.max(maxX, point.getKey());
				minY = Math.min(minY, point.getValue());
				maxY = Math.max(maxY, point.getValue());
			}
		}
		Axis x = new Axis(minX, maxX, LEFT, WIDTH - RIGHT);
		Axis y = new Axis(minY, maxY, HEIGHT - BOTTOM, TOP);
		StringBuilder svg = new StringBuilder();
		svg.append(format("""
				<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
				<rect width="100%%" height="100%%" fill="#fff"/>
				<text x="%d" y="22" font-size="15" font-weight="bold">%s</text>
				<text x="%d" y="%d" text-anchor="middle">%s</text>
				<text transform="translate(16 %d) rotate(-90)" text-anchor="middle">%s</text>
				""", WIDTH, HEIGHT, LEFT, this.title, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, this.xLabel,
				(TOP + HEIGHT - BOTTOM) / 2, this.yLabel));
		for (double tick : x.ticks()) {
			svg.append(format("<path d=\"M%.1f %dV%d\" stroke=\"#ddd\"/>%n", x.at(tick), TOP, HEIGHT - BOTTOM));
			svg.append(format("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n", x.at(tick),
					HEIGHT - BOTTOM + 18, label(tick)));
		}
		for (double tick : y.ticks()) {
			svg.append(format("<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>%n", LEFT, y.at(tick), WIDTH - RIGHT));
			svg.append(format("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n", LEFT - 6, y.at(tick) + 4,
					label(tick)));
		}
		int number = 0;
		for (Map.Entry<Line, SequencedMap<Double, Double>> line : this.lines.entrySet()) {
			String colour = COLOURS[line.getKey().colour() % COLOURS.length];
			StringBuilder path = new StringBuilder();
			line.getValue().forEach((px, py) -> {
				path.append(format("%s%.1f %.1f", path.isEmpty() ? "M" : "L", x.at(px), y.at(py)));
				svg.append(
						format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n", x.at(px), y.at(py), colour));
			});
			String dashes = line.getKey().dashed() ? " stroke-dasharray=\"6 4\"" : "";
			svg.append(format("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>%n", path, colour,
					dashes));
			svg.append(format("<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n", LEFT + 12, TOP + 18 + 17 * number,
					colour, line.getKey().name()));
			number++;
		}
		return svg.append("</svg>\n").toString();
	}

	private static String format(String format, Object... values) {
		return String.format(Locale.ROOT, format.replace("%n", "\n"), values);
	}

	private static String label(double tick) {
		return (tick >= 1) ? String.format(Locale.ROOT, "%,.0f", tick) : Double.toString(tick);
	}

	/**
	 * A line.
	 *
	 * @param name what the legend says
	 * @param colour tells lines of one kind from another's
	 * @param dashed whether it is drawn in dashes
	 */
	record Line(String name, int colour, boolean dashed) {
	}

	/** A logarithmic axis from one 1, 2 or 5 of a decade to another. */
	private record Axis(double min, double max, int from, int to) {

		private static final double[] STEPS = { 1, 2, 5 };

		double at(double value) {
			double[] ticks = ticks();
			double low = Math.log(ticks[0]);
			double high = Math.log(ticks[ticks.length - 1]);
			return this.from + (Math.log(value) - low) / (high - low) * (this.to - this.from);
		}

		double[] ticks() {
			var ticks = DoubleStream.builder();
			boolean begun = false;
			for (int exponent = -3; exponent < 9; exponent++) {
				for (int i = 0; i < STEPS.length; i++) {
					double tick = STEPS[i] * Math.pow(10, exponent);
					double next = (i == 2) ? Math.pow(10, exponent + 1) : STEPS[i + 1] * Math.pow(10, exponent);
					begun |= next > this.min;
					if (begun) {
						ticks.add(tick);
						if (tick >= this.max) {
							return ticks.build().toArray();
						}
					}
				}
			}
			return ticks.build().toArray();
		}

	}

}
