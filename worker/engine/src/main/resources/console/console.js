// The console. What somebody else has sent is only ever shown as text: nothing here writes HTML.

const INTERVAL = 2_000;
const WINDOW = 60_000;
const HOUR = 3_600_000;

const $ = (selector) => document.querySelector(selector);

// --- Text -----------------------------------------------------------------------------------------------------

/** Characters that are not seen, or that move others about; not the joiners that emoji and scripts are spelt with. */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]/gu;

/** Foreign text: as it is, isolated from what is around it, and with everything unseen made visible. */
function foreign(value) {
	const shown = document.createElement("bdi");
	const text = String(value);
	let from = 0;
	for (const match of text.matchAll(UNSEEN)) {
		const code = match[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
		shown.append(text.slice(from, match.index), make("span", { class: "mark" }, `U+${code}`));
		from = match.index + match[0].length;
	}
	shown.append(text.slice(from));
	return shown;
}

function make(name, attributes = {}, ...children) {
	const element = document.createElement(name);
	for (const [attribute, value] of Object.entries(attributes)) {
		if (value !== null && value !== undefined && value !== false) {
			element.setAttribute(attribute, value === true ? "" : value);
		}
	}
	element.append(...children.filter((child) => child !== null && child !== undefined));
	return element;
}

function say(element, text) {
	if (element.textContent !== text) {
		element.textContent = text;
	}
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const count = (value) => (value >= 100_000 ? compact : whole).format(value);
const rate = (value) => (value >= 10 || value <= 0 ? count(value)
	: value < 0.095 ? value.toPrecision(1) : value.toFixed(1));
const plural = (value, one, many = one + "s") => `${count(value)} ${value === 1 ? one : many}`;

/** A time span in two parts: the number and its unit. */
function span(seconds) {
	if (seconds < 0.0995) {
		return [seconds < 0.00995 ? (seconds * 1000).toFixed(1) : whole.format(seconds * 1000), "ms"];
	}
	if (seconds < 0.9995) {
		return [whole.format(seconds * 1000), "ms"];
	}
	if (seconds < 90) {
		return [seconds < 9.95 ? seconds.toFixed(1) : whole.format(seconds), "s"];
	}
	if (seconds < 5_400) {
		return [whole.format(seconds / 60), "min"];
	}
	return seconds < 172_800 ? [whole.format(seconds / 3_600), "h"] : [whole.format(seconds / 86_400), "days"];
}

const duration = (seconds) => span(seconds).join(" ");

const clock = (time) => new Date(time).toLocaleTimeString("en-GB");

let serverNow = Date.now();

function since(instant) {
	const seconds = (serverNow - Date.parse(instant)) / 1000;
	return seconds < 1 ? "just now" : `${duration(seconds)} ago`;
}

/** How long ago something was, which is kept true for as long as it is shown. */
function ago(instant) {
	return make("time", { datetime: instant, title: new Date(instant).toISOString() }, since(instant));
}

/** A type's name without what all of them begin with. */
const shortType = (type) => String(type).replace(/^dev\.tidemark\./, "").replace(/\.v1$/, "");

// --- Talking to the worker ------------------------------------------------------------------------------------

class Refused extends Error {
	constructor(response, message) {
		super(message ?? `The worker answers ${response.status}`);
		this.status = response.status;
		this.retryAfter = Number(response.headers.get("Retry-After") ?? 0);
	}
}

function token() {
	const cookie = document.cookie.split("; ").find((entry) => entry.startsWith("tidemark-console-token="));
	return cookie ? cookie.slice(cookie.indexOf("=") + 1) : "";
}

async function ask(path, options = {}) {
	const response = await fetch(`api/${path}`, {
		credentials: "same-origin",
		cache: "no-store",
		redirect: "error",
		signal: AbortSignal.timeout(options.patience ?? 8_000),
		...options,
		headers: { Accept: "application/json", "X-XSRF-TOKEN": token(), ...options.headers },
	});
	if (!response.ok) {
		const problem = await response.json().catch(() => ({}));
		throw new Refused(response, problem.message);
	}
	return response.status === 204 ? null : response.json();
}

const post = (path, body, options = {}) => ask(path, { method: "POST", body, ...options });

// --- Signing in and out ---------------------------------------------------------------------------------------

function showSignIn() {
	$("#console").hidden = true;
	$("#sign-out").hidden = true;
	$("#letter").close();
	$("#sign-in").hidden = false;
	document.title = "Tidemark: sign in";
	$("#password").focus();
}

$("#sign-in form").addEventListener("submit", async (event) => {
	event.preventDefault();
	const form = event.target;
	const error = form.querySelector(".error");
	error.textContent = "";
	try {
		await post("sign-in", new URLSearchParams(new FormData(form)));
		form.reset();
		$("#sign-in").hidden = true;
		await look();
		$("#verdict").focus();
	}
	catch (failure) {
		error.textContent = failure.status === 401 ? "That is not the password."
			: failure.status === 429 ? `Too many wrong passwords: try again in ${duration(failure.retryAfter)}.`
			: `Signing in failed: ${failure.message}`;
		form.password.select();
		form.password.focus();
	}
});

$("#sign-out").addEventListener("submit", async (event) => {
	event.preventDefault();
	await post("sign-out").catch(() => { /* The session is gone in any case, or the worker is. */ });
	location.reload();
});

// --- Is all well? ---------------------------------------------------------------------------------------------

const AWAITED = {
	"database": "The database does not answer",
	"kafka": "Kafka does not answer",
	"topics": "Topics are missing",
	"schema": "The schema is not the one that this worker was built for",
	"dead-letters": "Too many dead letters: the intake has stopped",
	"event-size": "An event is larger than its topic takes, and the commands behind it wait",
	"other": "Something unexpected fails",
};

function waits(state) {
	return Object.entries(state.figures.waitingSince)
		// Of partitions the findings say more.
		.filter(([awaited, since]) => since > 0 && !["partitions", "position"].includes(awaited))
		.sort((one, other) => one[1] - other[1]);
}

/** What is to be said first: how bad it is, in a sentence, and what there is to know of it. */
function judge(state) {
	const troubles = [];
	const notices = [];
	const causes = [];
	for (const [awaited, since] of waits(state)) {
		troubles.push(`${AWAITED[awaited] ?? `Waiting for ${awaited}`}, since ${clock(since * 1000)}.`);
	}
	for (const { level, text, since } of state.findings) {
		(level === "TROUBLE" ? troubles : notices).push(since ? `${text}, since ${clock(since)}.` : `${text}.`);
	}
	const ill = state.health.filter((part) => !part.well);
	// The words that health and runbook have for it.
	causes.push(...ill.filter((part) => part.details.reason).map((part) => `${part.name}: ${part.details.reason}`));
	const schema = state.schema.value;
	if (schema?.objection && !state.schema.failure) {
		causes.push(schema.objection);
	}
	if (ill.length > 0 && troubles.length === 0) {
		troubles.push(schema?.objection ? AWAITED.schema + "." : "No commands are being taken in.");
	}
	for (const [what, reading] of [["Kafka", state.progress], ["The database", state.deferred]]) {
		if (reading.failure) {
			causes.push(`${what} tells the console nothing: ${reading.failure}`);
			if (troubles.length === 0) {
				notices.push(`${what} does not answer the console.`);
			}
		}
	}
	const progress = state.progress.value;
	if (progress && !state.progress.failure) {
		const orphans = progress.partitions.filter((partition) => partition.owner === null).length;
		if (progress.members === 0) {
			troubles.push("No worker consumes.");
		}
		else if (orphans > 0) {
			notices.push(`${plural(orphans, "partition is", "partitions are")} assigned to nobody just now.`);
		}
		const behind = lag(state) - undeliverable(state);
		if (behind > 0 && progress.perSecond !== null) {
			const left = behind / progress.perSecond;
			if (left > 30) {
				notices.push(Number.isFinite(left)
					? `Behind by ${plural(behind, "record")}, ${duration(left)} at this rate.`
					: `Behind by ${plural(behind, "record")}, and nothing moves.`);
			}
		}
	}
	const { expected, running } = state.figures.consumers;
	if (running !== undefined && running < expected && ill.length === 0) {
		troubles.push(`Only ${count(running)} of ${plural(expected, "consumer")} of this worker run.`);
	}
	const dead = recent(state.deadLetters.value);
	if (dead.number > 0) {
		notices.push(`${dead.text} dead ${dead.number === 1 ? "letter" : "letters"} in the last hour.`);
	}
	if (troubles.length > 0) {
		return { level: "trouble", sentence: troubles[0], causes: [...troubles.slice(1), ...notices, ...causes] };
	}
	if (notices.length > 0) {
		return { level: "notice", sentence: notices[0], causes: [...notices.slice(1), ...causes] };
	}
	if (!progress) {
		return { level: "unknown", sentence: "Looking …", causes };
	}
	const busy = progress.perSecond > 0.5;
	return { level: "well", sentence: "All is well.", causes: [busy ? "Commands are taken in as they come."
		: "Everything that has come has been taken in."] };
}

/** How many records are left: what this worker knows for certain of its own partitions, the broker of others. */
function lagOf(state, partition) {
	return state.figures.lag[`${partition.topic}-${partition.number}`] ?? partition.lag;
}

function lag(state) {
	const partitions = state.progress.value?.partitions ?? [];
	return partitions.reduce((sum, partition) => sum + lagOf(state, partition), 0);
}

/** How many of these nobody may take yet, as a sender's transaction before them is open. */
function undeliverable(state) {
	const partitions = state.progress.value?.partitions ?? [];
	return partitions.reduce((sum, partition) => sum + partition.undeliverable, 0);
}

function recent(entries) {
	if (!entries) {
		return { number: 0, text: "–" };
	}
	const number = entries.filter((entry) => serverNow - Date.parse(entry.at) < HOUR).length;
	return { number, text: number === entries.length && number >= 25 ? `${number}+` : String(number) };
}

function showVerdict(verdict) {
	const section = $("#verdict");
	section.dataset.level = verdict.level;
	const sentence = $("#sentence");
	if (sentence.dataset.shown !== verdict.sentence) {
		sentence.dataset.shown = verdict.sentence;
		sentence.replaceChildren(foreign(verdict.sentence));
	}
	const causes = $("#causes");
	if (causes.dataset.shown !== JSON.stringify(verdict.causes)) {
		causes.dataset.shown = JSON.stringify(verdict.causes);
		causes.replaceChildren(...verdict.causes.map((cause) => make("li", {}, foreign(cause))));
	}
	document.title = `${{ well: "✓", notice: "!", trouble: "✕" }[verdict.level] ?? "…"} Tidemark: ${
		verdict.sentence.replaceAll(UNSEEN, "")}`;
}

// --- Numbers --------------------------------------------------------------------------------------------------

/** Figures of the last minute, to tell how fast they grow. */
let samples = [];
let rates = [];

function earlier() {
	return samples[0];
}

function grown(name, part, figures) {
	const now = figures[name]?.[part];
	const then = earlier()?.figures[name]?.[part];
	if (now === undefined || then === undefined || earlier().at === serverNow) {
		return null;
	}
	const seconds = (serverNow - earlier().at) / 1000;
	// A worker that has been started anew counts from nothing.
	return typeof now === "number" ? (now < then ? null : (now - then) / seconds)
		: now.count < then.count || now.count === then.count ? null : (now.total - then.total) / (now.count - then.count);
}

function tile(name, number, unit, ...more) {
	return { name, number, unit, more };
}

function showFigures(state) {
	const { figures } = state;
	const progress = state.progress.value;
	const age = grown("age", "recorded", figures);
	const deferred = state.deferred.value;
	const dead = recent(state.deadLetters.value);
	const rejected = recent(state.rejections.value);
	const left = lag(state);
	const held = undeliverable(state);
	const [ageNumber, ageUnit] = age === null ? ["–", ""] : span(age);
	const oldest = deferred?.oldest[0];
	const tiles = [
		{ ...tile("Throughput", progress?.perSecond == null ? "–" : rate(progress.perSecond), "records/s", "all workers"),
			stale: staleness(state.progress), line: true },
		tile("Age when applied", ageNumber, ageUnit, age === null ? "nothing applied in the last minute"
			: `mean of a minute, ${duration(figures.age.recorded.max)} at most; this worker`),
		{ ...tile("Lag", progress ? count(left) : "–", "", progress
			? `${plural(progress.partitions.length, "partition")}, ${plural(progress.members, "consumer")}`
				+ (held > 0 ? `; ${count(held)} behind open transactions` : "") : "all workers"),
			stale: staleness(state.progress), level: left > 10_000 ? "notice" : null },
		{ ...tile("Waiting for others", deferred ? count(deferred.count) : "–", "", oldest
			? `the oldest for ${duration(Math.max(0, serverNow - Date.parse(oldest.since)) / 1000)}` : "all workers"),
			stale: staleness(state.deferred) },
		{ ...tile("Rejected", rejected.text, "", "in the last hour, all workers"), stale: staleness(state.rejections) },
		{ ...tile("Dead letters", dead.text, "", "in the last hour, all workers"), stale: staleness(state.deadLetters),
			level: dead.number > 0 ? "notice" : null },
	];
	const list = $("#figures");
	if (list.children.length === 0) {
		list.append(...tiles.map(({ name }) => make("div", {}, make("dt", {}, name), make("dd", { class: "number" }),
			make("dd", { class: "quiet" }))));
	}
	tiles.forEach((shown, index) => {
		const box = list.children[index];
		const [, number, more] = box.children;
		box.classList.toggle("stale", Boolean(shown.stale));
		box.classList.toggle("is-notice", shown.level === "notice");
		number.replaceChildren(shown.number,
			make("span", { class: "unit" }, shown.unit && shown.number !== "–" ? ` ${shown.unit}` : ""));
		say(more, shown.stale ?? shown.more.join(" "));
		if (shown.line) {
			box.querySelector("svg")?.remove();
			if (rates.some((value) => value > 0)) {
				box.append(sparkline(rates));
			}
		}
	});
}

function sparkline(values) {
	const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
	svg.setAttribute("viewBox", "0 0 100 30");
	svg.setAttribute("preserveAspectRatio", "none");
	svg.setAttribute("aria-hidden", "true");
	const top = Math.max(...values);
	const points = values.map((value, index) =>
		`${(100 * (index + 60 - values.length)) / 59},${29 - (27 * value) / top}`);
	svg.append(stroke("0,29 100,29", .5), stroke(points.join(" "), 1.5));
	return svg;
}

function stroke(points, width) {
	const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
	line.setAttribute("points", points);
	line.setAttribute("fill", "none");
	line.setAttribute("stroke", "currentColor");
	line.setAttribute("stroke-width", width);
	line.setAttribute("vector-effect", "non-scaling-stroke");
	return line;
}

// --- Lists ----------------------------------------------------------------------------------------------------

/** Says since when something is what it is, where that is not just now. */
function staleness(reading) {
	return !reading.failure ? null
		: reading.at ? `as of ${clock(reading.at)}: cannot be read now` : "cannot be read now";
}

function heading(section, reading, scope) {
	say($(`#${section}-heading small`), staleness(reading) ?? scope);
	$(`#${section}`).classList.toggle("stale", Boolean(reading.failure));
}

/** Shows a list, and leaves alone what is in it already: a button keeps its focus, a selection stays. */
function showRows(list, items, key, row, nothing) {
	const known = new Map([...list.children].map((child) => [child.dataset.key, child]));
	const wanted = items.map((item) => {
		const id = key(item);
		return known.get(id) ?? make("li", { "data-key": id }, ...row(item));
	});
	if (wanted.length === 0) {
		wanted.push(known.get("") ?? make("li", { "data-key": "", class: "empty" }, nothing));
	}
	if (wanted.length !== list.children.length || wanted.some((element, index) => element !== list.children[index])) {
		const focused = document.activeElement;
		list.replaceChildren(...wanted);
		if (list.contains(focused)) {
			focused.focus();
		}
	}
}

const line = (attributes, ...children) => make("span", attributes, ...children);

function rejectionRow(rejection) {
	return [make("div", { class: "what" },
		line({ class: "reason" }, foreign(rejection.reason)),
		line({}, foreign(rejection.detail)),
		line({ class: "quiet" }, foreign(shortType(rejection.commandType)), " for ", foreign(rejection.key)),
		line({ class: "quiet id" }, foreign(rejection.commandId))),
		make("div", { class: "side quiet" }, ago(rejection.at))];
}

function letterRow(letter) {
	const button = make("button", { type: "button" }, "Open");
	button.setAttribute("aria-label", `Open dead letter ${letter.place}`);
	button.addEventListener("click", () => openLetter(letter));
	return [make("div", { class: "what" },
		line({ class: "reason" }, foreign(letter.reason ?? "no reason given")),
		letter.detail ? line({}, foreign(letter.detail)) : null,
		line({ class: "quiet" }, letter.type ? foreign(shortType(letter.type)) : "no type", " for ",
			letter.key === null ? "no key" : foreign(letter.key)),
		line({ class: "quiet id" }, foreign(letter.place),
			letter.replayedFrom ? `, replayed from ${letter.replayedFrom}` : "")),
		make("div", { class: "side quiet" }, ago(letter.at), button)];
}

function waitingRow(waiting) {
	return [make("div", { class: "what" },
		line({ class: "reason" }, waiting.waitsFor === null ? "behind the one before it" : foreign(waiting.waitsFor)),
		line({ class: "quiet" }, `${shortType(waiting.type)} of ${waiting.aggregate} `, make("span", { class: "id" }, waiting.key),
			waiting.behind > 0 ? `, ${plural(waiting.behind, "command")} behind it` : ""),
		line({ class: "quiet id" }, waiting.commandId)),
		make("div", { class: "side quiet" }, ago(waiting.since))];
}

function showPartitions(state) {
	heading("partitions", state.progress, "all workers");
	const topics = new Map();
	for (const partition of state.progress.value?.partitions ?? []) {
		topics.set(partition.topic, [...(topics.get(partition.topic) ?? []), partition]);
	}
	const container = $("#partitions .topics");
	if (topics.size === 0) {
		container.replaceChildren(make("p", { class: "empty" }, "Not known yet."));
		return;
	}
	container.replaceChildren(...[...topics].map(([topic, partitions]) => make("div", { class: "topic" },
		make("h3", {}, foreign(topic)),
		make("ol", {}, ...partitions.map((partition) => {
			const held = partition.undeliverable;
			const left = Math.max(0, lagOf(state, partition) - held);
			return make("li", {
				class: partition.owner === null ? "orphan" : left > 1_000 || held > 0 ? "behind" : null,
				title: (partition.owner === null ? "assigned to nobody" : `consumed by ${partition.owner}`)
					+ (held > 0 ? `; ${count(held)} more behind a transaction that is open` : ""),
			}, make("span", { class: "quiet" }, `${partition.number}`),
			make("span", {}, count(left), held > 0 ? make("span", { class: "quiet" }, ` +${count(held)}`) : null));
		})))), owners(state.progress.value.partitions));
}

function owners(partitions) {
	const hosts = new Map();
	for (const { owner } of partitions) {
		hosts.set(owner, (hosts.get(owner) ?? 0) + 1);
	}
	return make("p", { class: "quiet" }, [...hosts].map(([host, number]) =>
		`${host ?? "nobody"} has ${plural(number, "partition")}`).join("; "));
}

function showTable(section, rows) {
	const body = $(`#${section} tbody`);
	body.replaceChildren(...rows.map(([name, part, ...cells]) => make("tr", {},
		make("th", { scope: "row", class: part ? "part" : null }, name), ...cells.map((cell) => make("td", {}, cell)))));
}

function showOutcomes(figures) {
	say($("#outcomes h2 small"), "this worker, since it was started");
	const perSecond = (name, part) => {
		const value = grown(name, part, figures);
		return value === null ? "–" : rate(value);
	};
	const rows = [];
	for (const outcome of ["applied", "rejected", "deferred", "duplicate"]) {
		if (figures.outcomes[outcome] !== undefined) {
			rows.push([outcome, false, perSecond("outcomes", outcome), count(figures.outcomes[outcome])]);
		}
		if (outcome === "rejected") {
			rows.push(...reasons("rejections"));
		}
	}
	const dead = Object.values(figures.deadLetters).reduce((sum, value) => sum + value, 0);
	if (Object.keys(figures.deadLetters).length > 0) {
		rows.push(["dead letters", false, "", count(dead)], ...reasons("deadLetters"));
	}
	function reasons(name) {
		return Object.entries(figures[name]).filter(([, value]) => value > 0)
			.map(([reason, value]) => [reason, true, perSecond(name, reason), count(value)]);
	}
	showTable("outcomes", rows.length > 0 ? rows : [["nothing yet", false, "", ""]]);
}

function showPhases(figures) {
	say($("#phases h2 small"), "this worker, the last minute");
	const rows = ["decode", "load", "send", "flush", "commit", "publish"].filter((phase) => figures.phases[phase])
		.map((phase) => {
			const mean = grown("phases", phase, figures);
			return [phase, false, mean === null ? "–" : duration(mean),
				mean === null ? "–" : duration(figures.phases[phase].max)];
		});
	const batch = grown("batches", "all", { batches: figures.batches ? { all: figures.batches } : {} });
	rows.push(["records in a batch", false, batch === null ? "–" : rate(batch),
		batch === null ? "–" : count(figures.batches.max)]);
	showTable("phases", rows);
}

function showSchema(reading) {
	heading("schema", reading, "");
	const schema = reading.value;
	const facts = schema ? [
		["at", schema.current ?? "no migration yet"],
		schema.since ? ["since", ago(schema.since)] : null,
		["fits", schema.objection ? foreign(schema.objection) : "yes, it is the one that this worker was built for"],
		schema.pending.length > 0 ? ["pending", foreign(schema.pending.join(", "))] : null,
	] : [["at", "not known"]];
	$("#schema dl").replaceChildren(definitions(facts));
}

function definitions(facts) {
	return make("div", { class: "facts" }, ...facts.filter((fact) => fact && fact[1] !== null && fact[1] !== undefined)
		.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}

// --- Looking up -----------------------------------------------------------------------------------------------

let current = null;

$("#look-up form").addEventListener("submit", async (event) => {
	event.preventDefault();
	const text = event.target.text.value.trim();
	const found = $("#found");
	try {
		const answer = await ask(`look-up?${new URLSearchParams({ text })}`);
		found.replaceChildren(...cards(text, answer));
	}
	catch (failure) {
		if (failure.status === 401) {
			showSignIn();
			return;
		}
		found.replaceChildren(make("p", { class: "card error" }, failure.message));
	}
});

function card(title, ...content) {
	return make("section", { class: "card" }, make("h3", {}, title), ...content);
}

function when(instant) {
	return instant ? make("span", {}, make("span", { class: "instant" }, `${instant.slice(0, 19)}Z`), " (", ago(instant),
		")") : null;
}

/** Characters of a text that are shown: a description may fill many screens. */
const SHOWN = 4_000;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** A member's name, as people write it. */
const words = (name) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function cards(text, { command, aggregates, waiting }) {
	const shown = [];
	if (Object.keys(command).length > 0) {
		shown.push(card("Command", definitions(Object.entries(command).map(([name, value]) => [name, foreign(value)]))));
	}
	for (const { type, snapshot } of aggregates) {
		shown.push(card(capital(type), definitions(Object.entries(snapshot).filter(([, value]) => value !== null)
			.map(([name, value]) => [words(name), INSTANT.test(value) ? when(value) : foreign(String(value).slice(0, SHOWN))]))));
	}
	if (waiting.length > 0) {
		shown.push(card("Waiting", make("ul", { class: "rows" },
			...waiting.map((entry) => make("li", {}, ...waitingRow(entry))))));
	}
	const mine = (entry) => entry.key === text || entry.commandId?.toLowerCase() === text.toLowerCase();
	const letters = (current?.deadLetters.value ?? []).filter(mine);
	if (letters.length > 0) {
		shown.push(card("Among the newest dead letters", make("ul", { class: "rows" },
			...letters.map((letter) => make("li", {}, ...letterRow(letter))))));
	}
	const rejections = (current?.rejections.value ?? []).filter(mine);
	if (rejections.length > 0) {
		shown.push(card("Among the newest rejections", make("ul", { class: "rows" },
			...rejections.map((rejection) => make("li", {}, ...rejectionRow(rejection))))));
	}
	return shown.length > 0 ? shown : [make("p", { class: "card" }, "Nothing is known of ", foreign(text),
		": it has not been decided, or was dead-lettered some time ago, or its time in the log is over.")];
}

// --- Dead letters ---------------------------------------------------------------------------------------------

const dialog = $("#letter");
const question = dialog.querySelector(".question");
let opened = null;

function openLetter(letter) {
	opened = letter;
	dialog.querySelector(".content").replaceChildren(definitions([
		["reason", foreign(letter.reason ?? "not given")],
		["detail", letter.detail === null ? null : foreign(letter.detail)],
		["key", letter.key === null ? "none" : foreign(letter.key)],
		["lies at", foreign(letter.place)],
		["came from", letter.from === null ? "it does not say" : foreign(letter.from)],
		["set aside", when(letter.at)],
		["replayed from", letter.replayedFrom === null ? null : foreign(letter.replayedFrom)],
	]), make("h3", {}, "Headers, as received"),
	make("pre", {}, ...letter.headers.flatMap(({ name, value }, index) =>
		[index > 0 ? "\n" : "", foreign(name), ": ", foreign(value ?? "")])),
	make("h3", {}, "Value, secrets masked"),
	make("pre", {}, letter.value === null ? "none" : foreign(letter.value)));
	settle("");
	dialog.showModal();
	button("close").focus();
}

const button = (action) => dialog.querySelector(`[data-do=${action}]`);

function asking(confirm) {
	button("close").hidden = confirm;
	button("ask").hidden = confirm;
	button("cancel").hidden = !confirm;
	button("replay").hidden = !confirm;
}

function settle(text) {
	asking(false);
	question.replaceChildren(text);
}

dialog.addEventListener("click", async (event) => {
	switch (event.target.dataset?.do) {
		case "close":
			dialog.close();
			break;
		case "ask":
			question.replaceChildren("Send it back to where it came from, as it came? It is decided anew. If its id has been "
				+ "decided already, nothing happens.");
			asking(true);
			button("cancel").focus();
			break;
		case "cancel":
			settle("");
			button("ask").focus();
			break;
		case "replay":
			await replay(opened);
			break;
	}
});

async function replay(letter) {
	button("replay").disabled = true;
	try {
		const { record } = await post("replay", JSON.stringify({ place: letter.place }),
			{ headers: { "Content-Type": "application/json" }, patience: 30_000 });
		settle(`Sent back as ${record}. Waiting for what comes of it …`);
		button("close").focus();
		const outcome = await outcomeOf(letter);
		if (opened === letter) {
			question.replaceChildren(`Sent back as ${record}: `, outcome);
		}
	}
	catch (failure) {
		settle(`Not replayed: ${failure.message}`);
		button("close").focus();
	}
	finally {
		button("replay").disabled = false;
	}
}

/** Waits until the replayed record has been decided, or is dead again. */
async function outcomeOf(letter) {
	const until = Date.now() + 60_000;
	while (Date.now() < until && dialog.open && opened === letter) {
		await new Promise((resolve) => setTimeout(resolve, 1_000));
		const again = (current?.deadLetters.value ?? []).find((other) => other.replayedFrom === letter.place);
		if (again) {
			return make("span", {}, "it is dead again, at ", foreign(again.place), ": ", foreign(again.reason ?? ""), ".");
		}
		if (/^[0-9a-f-]{36}$/i.test(letter.commandId ?? "")) {
			const { command } = await ask(`look-up?${new URLSearchParams({ text: letter.commandId })}`)
				.catch(() => ({ command: {} }));
			if (command.outcome) {
				return make("span", {}, `${command.outcome}${command.version ? `, version ${command.version}` : ""}`,
					command.detail ? ": " : "", command.detail ? foreign(command.detail) : "", ".");
			}
		}
	}
	return "nothing is known of it yet; look it up later.";
}

// --- Looking, again and again ---------------------------------------------------------------------------------

let timer = 0;
let answeredAt = null;

function show(state) {
	current = state;
	serverNow = Date.parse(state.now);
	for (const time of document.querySelectorAll("time")) {
		say(time, since(time.dateTime));
	}
	say($("#worker"), `answered by ${state.worker}`);
	if (state.progress.value?.perSecond != null && !state.progress.failure) {
		rates = [...rates, state.progress.value.perSecond].slice(-60);
	}
	showVerdict(judge(state));
	showFigures(state);
	heading("dead-letters", state.deadLetters, "all workers");
	showRows($("#dead-letters .rows"), state.deadLetters.value ?? [], (letter) => letter.place, letterRow,
		state.deadLetters.value ? "There are none." : "Not known yet.");
	heading("rejections", state.rejections, "all workers");
	showRows($("#rejections .rows"), state.rejections.value ?? [], (rejection) => rejection.commandId, rejectionRow,
		state.rejections.value ? "There are none." : "Not known yet.");
	heading("deferred", state.deferred, "all workers");
	showRows($("#deferred .rows"), state.deferred.value?.oldest ?? [], (waiting) => waiting.commandId, waitingRow,
		state.deferred.value ? "Nothing waits." : "Not known yet.");
	showPartitions(state);
	showOutcomes(state.figures);
	showPhases(state.figures);
	showSchema(state.schema);
	const figures = { ...state.figures, batches: state.figures.batches ? { all: state.figures.batches } : {} };
	samples = [...samples, { at: serverNow, figures }].filter((sample) => serverNow - sample.at <= WINDOW);
}

async function look() {
	clearTimeout(timer);
	try {
		const state = await ask("state");
		answeredAt = Date.now();
		$("#sign-in").hidden = true;
		$("#console").hidden = false;
		$("#sign-out").hidden = false;
		show(state);
	}
	catch (failure) {
		if (failure.status === 401) {
			showSignIn();
			return;
		}
		$("#console").hidden = false;
		showVerdict({ level: "trouble", sentence: "This worker does not answer.", causes: [
			answeredAt ? `What is shown is from ${clock(answeredAt)}.` : "It never has, since this page was opened.",
			failure.message] });
	}
	timer = setTimeout(look, INTERVAL);
}

document.addEventListener("visibilitychange", () => {
	clearTimeout(timer);
	if (!document.hidden && $("#sign-in").hidden) {
		look();
	}
});

look();
