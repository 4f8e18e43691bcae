/** Runs the coroutines of many images side by side, their requests gathered into batches. */

import type { Slices } from "../backend/slices.js";
import type { Classifier } from "../network/classifier.js";
import type { Answer, Request, Steps } from "./steps.js";

export interface Task {
	readonly steps: Steps<void>;
	/** Told this task's share of the time that was spent: its own work, and its part of each batch. */
	spend(milliseconds: number): void;
}

/** An `Answer` that is being put together. */
interface Answered {
	readonly logits: Float32Array[];
	readonly gradients: Float32Array[];
	readonly disturbed: Float32Array[];
	readonly spreads: Float32Array[];
}

interface Running extends Answered {
	readonly task: Task;
	readonly request: Request;
}

interface Point {
	readonly owner: Running;
	/** Position within the owner's request. */
	readonly position: number;
}

/**
 * Runs all tasks to their end, at most `capacity` at a time; the next one starts when one leaves. No network pass
 * gets more than `capacity` points. Throws `cancelled` when the signal of `slices` is raised, and whatever a task throws.
 */
export async function runTogether(
	classifier: Classifier,
	tasks: readonly Task[],
	capacity: number,
	slices: Slices,
): Promise<void> {
	const waiting = tasks.values();
	let running: Running[] = [];
	for (;;) {
		while (running.length < capacity) {
			const next = waiting.next();
			if (next.done) break;
			const started = advance(next.value, null);
			if (started) running.push(started);
			await slices.breathe();
		}
		if (running.length === 0) return;
		for (const batch of batches(running, capacity)) {
			const since = performance.now();
			compute(classifier, batch);
			const share = (performance.now() - since) / batch.length;
			for (const point of batch) point.owner.task.spend(share);
			await slices.breathe();
		}
		const still: Running[] = [];
		for (const one of running) {
			const next = advance(one.task, one);
			if (next) still.push(next);
			await slices.breathe();
		}
		running = still;
	}
}

/** Runs a task up to its next request; null when it has come to its end. */
function advance(task: Task, answer: Answer | null): Running | null {
	const since = performance.now();
	const result = answer === null ? task.steps.next() : task.steps.next(answer);
	task.spend(performance.now() - since);
	if (result.done) return null;
	return { task, request: result.value, logits: [], gradients: [], disturbed: [], spreads: [] };
}

/** All points wanted, in batches that one network pass can serve. */
function* batches(running: readonly Running[], capacity: number): Generator<Point[]> {
	const together = new Map<string, Point[]>();
	const alone: Point[] = [];
	for (const owner of running) {
		const { request } = owner;
		const list = request.kind === "logits" && request.alone ? alone : listOf(together, passOf(request));
		for (let position = 0; position < request.points.length; position++) list.push({ owner, position });
	}
	for (const list of together.values()) {
		for (let from = 0; from < list.length; from += capacity) yield list.slice(from, from + capacity);
	}
	for (const point of alone) yield [point];
}

/** What tells the kinds of network passes apart. */
function passOf(request: Request): string {
	return request.kind === "gradient" && request.widths !== null ? "smoothed gradient" : request.kind;
}

function listOf<T>(lists: Map<string, T[]>, name: string): T[] {
	const list = lists.get(name) ?? [];
	lists.set(name, list);
	return list;
}

/** One network pass for points of one kind; the answers go to their owners. */
function compute(classifier: Classifier, batch: readonly Point[]): void {
	const count = batch.length;
	const size = pointAt(batch, 0).length;
	const pixels = new Float32Array(count * size);
	for (let i = 0; i < count; i++) pixels.set(pointAt(batch, i), i * size);
	switch (batch[0]?.owner.request.kind) {
		case "logits":
			deal(batch, "logits", classifier.logits(pixels, count));
			break;
		case "disturbed":
			deal(batch, "disturbed", classifier.disturbedLogits(pixels, count));
			break;
		case "spreads":
			deal(batch, "spreads", classifier.kinkSpreads(pixels, count));
			break;
		case "gradient": {
			const { logits, gradient } = classifier.logitsAndGradient(
				pixels,
				count,
				(all) => cotangents(batch, all, classifier.classes),
				widthsOf(batch, classifier.kinks.length),
			);
			deal(batch, "logits", logits);
			deal(batch, "gradients", gradient);
		}
	}
}

/** Gives each point its part of `values`. */
function deal(batch: readonly Point[], what: keyof Answered, values: Float32Array): void {
	const size = values.length / batch.length;
	batch.forEach(({ owner, position }, i) => {
		owner[what][position] = values.subarray(i * size, (i + 1) * size);
	});
}

function cotangents(batch: readonly Point[], logits: Float32Array, classes: number): Float32Array {
	const weights = new Float32Array(batch.length * classes);
	batch.forEach(({ owner, position }, i) => {
		if (owner.request.kind !== "gradient") return;
		const row = [i * classes, (i + 1) * classes] as const;
		owner.request.cotangent(logits.subarray(...row), weights.subarray(...row), position);
	});
	return weights;
}

function widthsOf(batch: readonly Point[], kinks: number): Float32Array | null {
	const widths = new Float32Array(batch.length * kinks);
	for (const [i, { owner }] of batch.entries()) {
		if (owner.request.kind !== "gradient" || owner.request.widths === null) return null;
		widths.set(owner.request.widths, i * kinks);
	}
	return widths;
}

function pointAt(batch: readonly Point[], i: number): Float32Array {
	const { owner, position } = batch[i]!;
	return owner.request.points[position]!;
}
